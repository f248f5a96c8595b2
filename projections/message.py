"""The view of receipts: how far each message to a customer has come, as its channel reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from psycopg import sql

from domain.kernel.event import Recorded
from domain.kernel.values import Fields
from domain.message import DeliveryChanged, DeliveryState
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Selection
from infra.views.tables import Table
from infra.views.view import Target, View


@dataclass(frozen=True, slots=True)
class Receipt:
    """How far a message has come, and when it reached each reported state. A state that was skipped, or reported after
    a later one, has no time. `code`: why the message failed, if it ever did. `adjusted`: the last fields that are not
    shown as they were reported, `{version, field, how}`; by the `version`, what was kept is read."""

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
    adjusted: tuple[Document, ...] = ()


MOST_ADJUSTED = 20
"""How many adjusted fields a receipt shows, the last ones."""


class Receipts(View[Receipt, DeliveryChanged]):
    """Receipts by message."""

    name = "receipts"
    version = 2
    row = Receipt
    key = ("message_id",)
    stream = "message_id"
    indexes = ("conversation_id, message_id DESC",)

    def keys(self, recorded: Recorded[DeliveryChanged]) -> Iterable[Target]:
        """The message."""
        yield (recorded.originator_id,)

    def fold(self, row: Receipt | None, recorded: Recorded[DeliveryChanged]) -> Receipt | None:
        """Record one state more."""
        event = recorded.event
        row = row or Receipt(recorded.originator_id, event.conversation_id, event.customer_id, event.state)
        # What is none of our states says nothing of when a known state was reached.
        stays = row.state == event.state and any(each.field == "state" for each in event.adjusted)
        reached: Fields = {} if stays and getattr(row, f"{event.state}_at") else {f"{event.state}_at": recorded.at}
        told = [
            {"version": recorded.originator_version, "field": each.field, "how": each.how}
            for each in event.adjusted[-MOST_ADJUSTED:]
        ]
        adjusted = (*row.adjusted, *told)[-MOST_ADJUSTED:]
        return replace(row, state=event.state, code=event.code or row.code, adjusted=adjusted, **reached)


RECEIPTS = Receipts()
_TABLE = Table(RECEIPTS)

OF_CONVERSATION = Selection(
    "receipts", _TABLE, order=[("t.message_id", "text")], scope="t.conversation_id = %(id)s", descending=True
)
"""The receipts of a conversation by its `id`, the newest first."""
TO_CUSTOMER = Selection(
    "receipts",
    _TABLE,
    order=[("t.message_id", "text")],
    scope="t.conversation_id = %(id)s AND t.customer_id = %(customer_id)s",
    descending=True,
)
"""The receipts of a conversation, for the customer, who may see all of them."""


_QUEUED = sql.SQL(
    "SELECT t.message_id, t.conversation_id FROM {} AS t WHERE t.state = 'queued' AND NOT t.deleted"
    " AND t.message_id > %(after)s ORDER BY t.message_id LIMIT %(limit)s"
).format(_TABLE.name)


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that is on its way and not known to have left."""

    message_id: str
    conversation_id: str


def queued(connection: Connection, since: datetime, *, after: str | None = None, limit: int = 100) -> Sequence[Queued]:
    """The messages that are queued and were written after `since`, in that order; after the one of the id `after`."""
    # Ids are drawn in the order of time (UUIDv7): so their index is one of times, too.
    first = f"{int(since.timestamp() * 1000):012x}"
    places = {"after": after or f"message-{first[:8]}-{first[8:]}", "limit": limit}
    return [Queued(*row) for row in connection.execute(_QUEUED, places)]


def of_conversation(connection: Connection, conversation_id: str, *, limit: int = 500) -> Sequence[Receipt]:
    """The first page of OF_CONVERSATION."""
    return OF_CONVERSATION.read(connection, limit=limit, id=conversation_id).rows
