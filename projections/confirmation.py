"""The view of confirmations: what waits for a second person, and who confirmed what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from domain.confirmation import Act, ConfirmationGiven, ConfirmationRequested, ConfirmedActDone
from domain.kernel.event import Recorded
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """What somebody asked for under four eyes. `requested_by`: the customer or stranger on whose behalf; `expires_at`:
    nobody confirms it from then on. `confirmed_at`, `confirmed_by`: when another person confirmed it, and who;
    `done_at`: when it was done; null before."""

    confirmation_id: str
    act: Act
    person_id: str
    asked_at: datetime
    asked_by: str
    requested_by: str | None
    reason: str | None
    expires_at: datetime
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None
    done_at: datetime | None = None


_Reads = ConfirmationRequested | ConfirmationGiven | ConfirmedActDone


class ConfirmationsView(View[ConfirmationRow, _Reads]):
    """Confirmations by id. Why somebody is erased is the company's own record, and outlives the erasure."""

    name = "confirmations"
    row = ConfirmationRow
    key = ("confirmation_id",)
    indexes = ("asked_at, confirmation_id",)

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The confirmation."""
        yield (recorded.event.confirmation_id,)

    def fold(self, row: ConfirmationRow | None, recorded: Recorded[_Reads]) -> ConfirmationRow | None:
        """The confirmation after one more event."""
        event, at = recorded.event, recorded.recorded_at
        match event:
            case ConfirmationRequested():
                return ConfirmationRow(
                    event.confirmation_id,
                    event.act,
                    event.person_id,
                    at,
                    event.asked_by,
                    event.requested_by,
                    event.reason,
                    event.expires_at,
                )
            case ConfirmationGiven():
                return row and replace(row, confirmed_at=at, confirmed_by=recorded.envelope.actor.id)
            case ConfirmedActDone():
                return row and replace(row, done_at=at)
            case _:
                assert_never(event)


CONFIRMATIONS_VIEW = ConfirmationsView()
_TABLE = Table(CONFIRMATIONS_VIEW)

ALL = Selection(
    "confirmations",
    _TABLE,
    order=[("t.asked_at", "timestamptz"), ("t.confirmation_id", "text")],
    which="(%(ended)s OR (t.done_at IS NULL AND (t.confirmed_at IS NOT NULL OR t.expires_at > %(now)s::timestamptz)))",
)
"""What waits for a second person, or to be done, the oldest first; `ended`: also what is done or has expired by
`now`."""
