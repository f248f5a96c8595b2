"""The bodies of requests about decision tables."""

from __future__ import annotations

from domain.decision_table.written import TableWritten
from domain.kernel.time import WrittenInstant
from domain.kernel.values import Frozen, Label, Remark
from domain.kernel.versioned import Since


class TableBody(Frozen):
    """A decision table, or another version of the table of this name: from now on, or from a date or an instant in the
    future. Nothing personal belongs in it."""

    name: Label
    table: TableWritten
    effective_from: Since | None = None
    reason: Remark | None = None


class TableDraft(Frozen):
    """Another version of a decision table, to be tried. `since`: on what was decided since then; without it, in the
    last 90 days."""

    table: TableWritten
    since: WrittenInstant | None = None
