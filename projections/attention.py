"""The view of closing messages: who is owed which outcome of a signal, who was told, and who was not and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from domain.attention.contacts import ClosingOwed, ContactBlocked, Contacted, Outcome, WaitReason
from domain.kernel.event import Recorded
from infra.postgres.database import Connection
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class ClosingRow:
    """An outcome that a customer is to hear of. `told_at`, `message_id`: the message that told them. Until then,
    `reason` says why they were not told yet, and `next_at` when that is tried; None: not by itself."""

    customer_id: str
    outcome_id: str
    outcome: Outcome
    signal_id: str
    area: str
    theme: str
    owed_at: datetime
    next_at: datetime | None
    reason: WaitReason | None = None
    told_at: datetime | None = None
    message_id: str | None = None
    conversation_id: str | None = None


_Reads = ClosingOwed | Contacted | ContactBlocked


class ClosingMessages(View[ClosingRow, _Reads]):
    """Outcomes by customer."""

    name = "closing_messages"
    row = ClosingRow
    key = ("customer_id", "outcome_id")
    indexes = ("signal_id, outcome_id, customer_id",)

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """Each outcome for this customer."""
        event = recorded.event
        outcomes = (event.outcome_id,) if isinstance(event, ClosingOwed) else event.outcome_ids
        yield from ((event.customer_id, outcome) for outcome in outcomes)

    def fold(self, row: ClosingRow | None, recorded: Recorded[_Reads]) -> ClosingRow | None:
        """The outcome after one more event. Outcomes of others who are the same person have no row here."""
        match event := recorded.event:
            case ClosingOwed():
                return ClosingRow(
                    customer_id=event.customer_id,
                    outcome_id=event.outcome_id,
                    outcome=event.outcome,
                    signal_id=event.signal_id,
                    area=event.area,
                    theme=event.theme,
                    owed_at=recorded.at,
                    next_at=event.due_at,
                    conversation_id=event.conversation_id,
                )
            case Contacted():
                return row and replace(
                    row,
                    next_at=None,
                    reason=None,
                    told_at=event.at,
                    message_id=event.message_id,
                    conversation_id=event.conversation_id,
                )
            case ContactBlocked():
                return row and replace(row, next_at=event.retry_at, reason=event.reason)
            case _:
                assert_never(event)


CLOSING_MESSAGES = ClosingMessages()
_TABLE = Table(CLOSING_MESSAGES)

_IN_ORDER = [("t.outcome_id", "text"), ("t.customer_id", "text")]
OF_SIGNAL = Selection("closing-messages", _TABLE, order=_IN_ORDER, scope="t.signal_id = %(id)s")
"""What contributors to a signal, by its `id`, are owed and were told."""
OF_CUSTOMER = Selection("closing-messages", _TABLE, order=_IN_ORDER, scope="t.customer_id = %(id)s")
"""What a customer, by their `id`, is owed and was told."""


After = tuple[str, str]
"""The closing message behind which a page begins, by the ids of its outcome and its customer."""


def of_signals(
    connection: Connection,
    ids: Sequence[str],
    most: int,
    *,
    customer_id: str | None = None,
    conversation_id: str | None = None,
    after: After | None = None,
) -> list[ClosingRow]:
    """What is owed and was told of any of these signals, so many rows at most; to one customer, or in one conversation,
    where that is given; those behind `after`."""
    outcome_id, told = after or (None, None)
    rest = """WHERE signal_id = ANY (%s) AND NOT deleted AND (%s::text IS NULL OR customer_id = %s)
    AND (%s::text IS NULL OR conversation_id = %s)
    AND (%s::text IS NULL OR (outcome_id, customer_id) > (%s, %s)) ORDER BY outcome_id, customer_id LIMIT %s"""
    given = (
        list(ids), customer_id, customer_id, conversation_id, conversation_id, outcome_id, outcome_id, told, most,
    )  # fmt: skip
    return _TABLE.select(connection, rest, given)
