"""How far each message to a customer has come, as its channel told: queued, sent, delivered, read; or failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.kernel.event import Recorded
from domain.kernel.values import Fields
from domain.message import DeliveryChanged, DeliveryState
from infra.postgres.database import Connection
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class Receipt:
    """How far a message has come, and when it came to each state that was told of. A state that was passed over, or
    told of only after a later one, has no time. `code` is why it failed, if it ever did."""

    message_id: str
    conversation_id: str
    customer_id: str
    state: DeliveryState
    queued_at: datetime | None = None
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    code: str | None = None


class Receipts(View[Receipt, DeliveryChanged]):
    """Receipts by message."""

    name = "receipts"
    row = Receipt
    key = ("message_id",)
    stream = "message_id"
    indexes = ("conversation_id, message_id DESC",)

    def keys(self, recorded: Recorded[DeliveryChanged]) -> Iterable[Target]:
        """The message."""
        yield (recorded.originator_id,)

    def fold(self, row: Receipt | None, recorded: Recorded[DeliveryChanged]) -> Receipt | None:
        """One state further."""
        event = recorded.event
        row = row or Receipt(recorded.originator_id, event.conversation_id, event.customer_id, event.state)
        reached: Fields = {f"{event.state}_at": recorded.at}
        return replace(row, state=event.state, code=event.code or row.code, **reached)


RECEIPTS = Receipts()
_TABLE = Table(RECEIPTS)

OF_CONVERSATION = Selection(
    "receipts", _TABLE, order=[("t.message_id", "text")], scope="t.conversation_id = %(id)s", descending=True
)
"""What became of the messages in a conversation, by its `id`, the newest first."""
TO_CUSTOMER = Selection(
    "receipts",
    _TABLE,
    order=[("t.message_id", "text")],
    scope="t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s",
    descending=True,
)
"""The same for the customer whose conversation it is, who may see all of it."""


def of_conversation(connection: Connection, conversation_id: str, *, limit: int = 500) -> Sequence[Receipt]:
    """The first of OF_CONVERSATION."""
    return OF_CONVERSATION.read(connection, limit=limit, id=conversation_id).rows
