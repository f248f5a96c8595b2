"""The view of the outbox: what leaves over each channel, in the order of the log, and how far it has come.

It holds places in the log and no texts: whoever reads the outbox reads what was said from the log, so that nothing of
somebody who was erased leaves (`commands/conversation/outbound.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never, get_args

from domain.conversation.events import MessageRemoved, MessageSent
from domain.customer.events import Erased
from domain.kernel.event import Recorded
from domain.kernel.personal import ERASED
from domain.message import DeliveryChanged, DeliveryState, leaves, rank
from domain.stranger import PersonErased, StrangerErased
from infra.postgres.database import Connection
from infra.views.tables import Table
from infra.views.view import Match, Target, View

Wanted = Literal["waiting", "queued", "sent", "failed", "delivered", "read", "any"]
"""How far messages have come that a gateway asks for. `waiting`: nobody has reported anything of them yet."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message that leaves: to whom, over which channel, where the log has it, and how far it has come. `state`: None
    until something is reported. `code`: why it failed, as said last. Without `channel`: only
    a report is known, or the message leaves no more."""

    message_id: str
    person_id: str | None = None
    channel: str | None = None
    at_position: int | None = None
    sent_at: datetime | None = None
    state: DeliveryState | None = None
    code: str | None = None


_Reads = MessageSent | DeliveryChanged | MessageRemoved | Erased | StrangerErased


class Outbox(View[OutboxRow, _Reads]):
    """Messages that leave, by id. A report may be folded before its message, whose stream is another."""

    name = "outbox"
    row = OutboxRow
    key = ("message_id",)
    indexes = ("channel, at_position", "channel, state, at_position", "person_id")
    at_once = frozenset(get_args(PersonErased))

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The message, or all messages to whoever was erased."""
        match event := recorded.event:
            case MessageSent():
                if leaves(recorded.envelope):
                    yield (event.message_id,)
            case DeliveryChanged() | MessageRemoved():
                yield (event.message_id,)
            case Erased():
                yield Match("person_id", event.customer_id)
            case StrangerErased():
                yield Match("person_id", event.stranger_id)
            case _:
                assert_never(event)

    def fold(self, row: OutboxRow | None, recorded: Recorded[_Reads]) -> OutboxRow | None:
        """The message after one more event; what was taken out, or was for somebody who was erased, leaves no more."""
        match event := recorded.event:
            case MessageSent() if event.body == ERASED:
                # Of somebody who was erased. The erasure may have passed by already, or be still to come.
                return replace(row or OutboxRow(event.message_id), person_id=event.whose)
            case MessageSent():
                return replace(
                    row or OutboxRow(event.message_id),
                    person_id=event.whose,
                    channel=event.channel,
                    at_position=recorded.position,
                    sent_at=recorded.at,
                )
            case DeliveryChanged():
                row = row or OutboxRow(event.message_id)
                if row.state is not None and rank(event.state) < rank(row.state):
                    return row
                return replace(row, state=event.state, code=event.code or row.code)
            case MessageRemoved() | Erased() | StrangerErased():
                # The row stays, without a place: a report that comes later would make a row of its own.
                return row and replace(row, channel=None, at_position=None, sent_at=None)
            case _:
                assert_never(event)


OUTBOX = Outbox()
_TABLE = Table(OUTBOX)


def of_channel(connection: Connection, channel: str, wanted: Wanted, after: int, limit: int) -> Sequence[OutboxRow]:
    """The messages over a channel that have come so far, after a position, in the order of the log. Raises
    Overloaded."""
    if wanted == "any":
        return _TABLE.select(
            connection,
            "WHERE NOT deleted AND channel = %b AND at_position > %b ORDER BY at_position LIMIT %b",
            (channel, after, limit),
        )
    return _TABLE.select(
        connection,
        "WHERE NOT deleted AND channel = %b AND state IS NOT DISTINCT FROM %b::text AND at_position > %b "
        "ORDER BY at_position LIMIT %b",
        (channel, None if wanted == "waiting" else wanted, after, limit),
    )
