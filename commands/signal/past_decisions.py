"""What decision tables were asked in the past, as it is recorded with each decision: for a what-if on a new version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from commands.executor.executor import CommandExecutor
from commands.signal import items, routing
from domain.decision_table.deciding import TableDecision
from domain.decision_table.unary_tests import read_literal
from domain.decision_table.values import Value
from domain.kernel.event import Event
from domain.signal.events import SignalRouted
from domain.signal.item import ITEM, ItemDecided
from domain.signal.state import SIGNAL

DECIDED_IN: Mapping[str, str] = {items.TABLE: ITEM.kind, routing.ROUTING_TABLE: SIGNAL.kind}
"""By the name of a table, the kind of the streams in which its decisions are recorded; of other tables, none is."""
SINCE = timedelta(days=90)
"""A version is tried on what was decided since so long ago, unless it is said."""
MOST_EVENTS = 20_000
"""How many events are looked through. The ids of items and signals say nothing of their time or content, so that those
that are looked through are as good as drawn."""
_PAGE = 500


def inputs_since(executor: CommandExecutor, table: str, since: datetime) -> Iterator[Mapping[str, Value]]:
    """What came into a table at each decision since an instant. Raises UnreadableEvent, Overloaded."""
    kind = DECIDED_IN.get(table)
    after = ("", 0)
    for _ in range(MOST_EVENTS // _PAGE if kind else 0):
        page = executor.log.of_kind(kind or "", after, _PAGE)
        for recorded in page:
            decision = _decision(recorded.event)
            if decision is not None and decision.table == table and recorded.recorded_at >= since:
                yield {name: read_literal(text, None, name) for name, text in decision.inputs.items()}
        if len(page) < _PAGE:
            return
        after = page[-1].originator_id, page[-1].originator_version


def _decision(event: Event) -> TableDecision | None:
    return event.decision if isinstance(event, ItemDecided | SignalRouted) else None
