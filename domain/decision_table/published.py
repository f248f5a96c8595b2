"""Published decision tables as streams: one event for each version, which is in force from an instant on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import Field

from domain.decision_table.written import RecordedTable, TableWritten
from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant, from_start
from domain.kernel.values import Frozen, Label
from domain.kernel.versioned import Since

MOST_BYTES = 500_000
"""The most bytes of a table as JSON, which bound its event."""

# -- events


class TablePublished(Event, name="table.published", published_as=None):
    """A version of a decision table was published, whole. It is in force from an instant on, until a version that was
    published later begins."""

    table_name: Text
    content: RecordedTable
    effective_from: Instant


# -- state


@dataclass(frozen=True, slots=True)
class TableState:
    """The aggregate state of a decision table: its versions, the first of which is version 1."""

    name: str
    versions: tuple[TablePublished, ...]


def evolve(state: TableState | None, event: TablePublished) -> TableState:
    """Fold one event into the state."""
    if state is None:
        return TableState(event.table_name, (event,))
    return replace(state, versions=(*state.versions, event))


TABLE = Stream("table", TablePublished, evolve)


def in_force(versions: Sequence[TablePublished], at: datetime) -> tuple[int, RecordedTable] | None:
    """The number and the content of the version in force at an instant: of those that have begun, the last one that was
    published. None before the first begins."""
    begun = [(number, each.content) for number, each in enumerate(versions, 1) if each.effective_from <= at]
    return begun[-1] if begun else None


# -- commands


class PublishTable(Frozen):
    """Publish a table, or another version of the table of this name: from now on, or from a date or an instant in the
    future. A date begins in the company's zone."""

    name: Label
    table: TableWritten
    effective_from: Since | None = None
    table_id: str = Field(default_factory=lambda: new_id("table"))


def decide(state: TableState | None, command: PublishTable, now: datetime, zone: str) -> list[Event]:
    """Decide the events of a command; none where the last version says the same, and is in force.

    Raises Refusal `effective-from-past`, `table-invalid` (too large).
    """
    if len(command.table.model_dump_json()) > MOST_BYTES:
        raise Refusal("table-invalid", f"a table has at most {MOST_BYTES} bytes; divide it into several tables")
    since = now
    if command.effective_from is not None:
        since = from_start(command.effective_from, zone)
        if since <= now:
            raise Refusal("effective-from-past", "a version begins in the future; leave the date out to begin now")
    published = TablePublished(table_name=command.name, content=command.table, effective_from=since)
    last = state.versions[-1] if state else None
    if last and last.content == published.content and last.effective_from <= since:
        return []
    return [published]
