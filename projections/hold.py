"""The view of legal holds: what is held since when, by whom and why, and how the hold ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from domain.hold import HoldExpired, HoldPlaced, HoldReleased
from domain.kernel.event import Recorded
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A legal hold: on one conversation of the customer, or (null) on all that is the customer's. `until`: when it ends
    by itself. `ended_at`: when it ended; null while it stands. `ended_by`, `end_reason`: who released it, and why; null
    where it ended by itself."""

    hold_id: str
    customer_id: str
    conversation_id: str | None
    until: datetime | None
    placed_at: datetime
    placed_by: str
    reason: str | None
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str | None = None


_Reads = HoldPlaced | HoldReleased | HoldExpired


class LegalHolds(View[HoldRow, _Reads]):
    """Legal holds by id. Why somebody is held is the company's own record, and outlives an erasure."""

    name = "legal_holds"
    row = HoldRow
    key = ("hold_id",)
    indexes = ("placed_at, hold_id",)

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The hold."""
        yield (recorded.event.hold_id,)

    def fold(self, row: HoldRow | None, recorded: Recorded[_Reads]) -> HoldRow | None:
        """The hold after one more event."""
        event, by = recorded.event, recorded.envelope
        match event:
            case HoldPlaced():
                of, placed = (event.customer_id, event.conversation_id), recorded.recorded_at
                return HoldRow(event.hold_id, *of, event.until, placed, by.actor.id, by.reason)
            case HoldReleased():
                return row and replace(row, ended_at=recorded.recorded_at, ended_by=by.actor.id, end_reason=by.reason)
            case HoldExpired():
                return row and replace(row, ended_at=recorded.recorded_at)
            case _:
                assert_never(event)


LEGAL_HOLDS = LegalHolds()
_TABLE = Table(LEGAL_HOLDS)

ALL = Selection(
    "legal_holds",
    _TABLE,
    order=[("t.placed_at", "timestamptz"), ("t.hold_id", "text")],
    which="(%(ended)s OR t.ended_at IS NULL)",
)
"""The legal holds that stand, the oldest first; `ended`: also those that ended."""
