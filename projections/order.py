"""The view of orders: status, delivery, whether the order was perfect, and the conversations about the order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, assert_never

from domain import customer
from domain.conversation import events as c
from domain.kernel.event import Recorded
from domain.kernel.personal import ERASED
from domain.kernel.values import Fields
from domain.order import events as o
from domain.order.state import Status
from infra.postgres.database import Connection
from infra.views.selection import Page, Selection
from infra.views.tables import Document, Table
from infra.views.view import WIPED, Match, Target, View


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order. Without a `status`, conversations name the order, but nobody has placed it.

    `promised_at`: the first date that was promised for the delivery; the ledger has the rest of that promise, under
    `promise_id` (the last one). `perfect`: delivered by then, in full, undamaged, with the right documents; None while
    unknown. `lines` are `{item, count, price}`.
    """

    order_id: str
    customer_id: str | None = None
    status: Status | None = None
    number: Annotated[str | None, WIPED] = None
    placed_at: datetime | None = None
    placed_on: date | None = None
    item_count: int | None = None
    value: Decimal | None = None
    currency: str | None = None
    lines: tuple[Document, ...] = ()
    promise_id: str | None = None
    promised_at: datetime | None = None
    shipped_at: datetime | None = None
    carrier: str | None = None
    tracking: Annotated[str | None, WIPED] = None
    delivered_at: datetime | None = None
    in_full: bool | None = None
    undamaged: bool | None = None
    documents_right: bool | None = None
    cancelled_at: datetime | None = None
    returned_at: datetime | None = None
    because: Annotated[str | None, WIPED] = None
    perfect: bool | None = None
    conversations: tuple[str, ...] = ()


_Later = (
    o.Amended | o.DeliveryPromised | o.Shipped | o.Delivered | o.DeliveryChecked | o.Cancelled | o.Returned
)  # fmt: skip
_Reads = o.Placed | _Later | c.InteractionAdded | c.OrderNamed | c.MessageTaken | customer.Erased


class Orders(View[OrderRow, _Reads]):
    """Orders by id.

    A row is folded from two kinds of streams: its order's, and those of conversations. While a stream is quarantined,
    the other may come first, and both ways must lead to the same row: so neither touches a field of the other.
    """

    name = "orders"
    version = 2
    row = OrderRow
    key = ("order_id",)
    indexes = ("customer_id, order_id",)
    at_once = frozenset({customer.Erased})

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """The order that an event is about, if any; for an erasure, all orders of the customer."""
        event = recorded.event
        match event:
            case customer.Erased():
                yield Match("customer_id", event.customer_id)
            case c.InteractionAdded() | c.OrderNamed() | c.MessageTaken():
                if event.order_id is not None:
                    yield (event.order_id,)
            case _:
                yield (recorded.originator_id,)

    def fold(self, row: OrderRow | None, recorded: Recorded[_Reads]) -> OrderRow | None:
        """The order after one more event."""
        event, at = recorded.event, recorded.at
        match event:
            case customer.Erased():
                return None if row is None else _wiped(row)
            case c.InteractionAdded() | c.OrderNamed():
                assert event.order_id is not None  # without it, the event had no key
                row = row or OrderRow(event.order_id)
                return replace(row, conversations=tuple(sorted({*row.conversations, recorded.originator_id})))
            case c.MessageTaken():
                return None if row is None else _no_more_about(row, recorded.originator_id)
            case o.Placed():
                return replace(row or OrderRow(recorded.originator_id), **_placed(event, at))
            case _ if row is None or row.status is None:
                return row
            case _:
                row = replace(row, **_change(row, event, at))
                return replace(row, perfect=_perfect(row))


ORDERS = Orders()
_TABLE = Table(ORDERS)


_FACTS = {"number", "placed_on", "item_count", "value", "currency"}


def _no_more_about(row: OrderRow, conversation_id: str) -> OrderRow | None:
    conversations = tuple(id for id in row.conversations if id != conversation_id)
    return replace(row, conversations=conversations) if conversations or row.status else None


def _placed(event: o.Placed, at: datetime) -> Fields:
    return {
        "customer_id": event.customer_id,
        "status": "placed",
        "number": event.number,
        "placed_at": at,
        "placed_on": event.placed_on,
        "item_count": event.item_count,
        "value": event.value,
        "currency": event.currency,
        "lines": tuple(line.model_dump(mode="json") for line in event.lines),
    }


def _change(row: OrderRow, event: _Later, at: datetime) -> Fields:
    match event:
        case o.Amended():
            told = event.model_dump(mode="json", include={"lines"}) | event.model_dump(include=_FACTS)
            return {name: tuple(fact) if name == "lines" else fact for name, fact in told.items() if fact is not None}
        case o.DeliveryPromised():
            return {"promise_id": event.promise_id, "promised_at": row.promised_at or event.due_at}
        case o.Shipped():
            return {"status": "shipped", "shipped_at": at, "carrier": event.carrier, "tracking": event.tracking}
        case o.Delivered():
            return {"status": "delivered", "delivered_at": at, **_facts(event)}
        case o.DeliveryChecked():
            return _facts(event)
        case o.Cancelled():
            return {"status": "cancelled", "cancelled_at": at, "because": event.because}
        case o.Returned():
            return {"status": "returned", "returned_at": at, "because": event.because}
        case _:
            assert_never(event)


def _facts(event: o.Delivered | o.DeliveryChecked) -> dict[str, bool]:
    return event.model_dump(include={"in_full", "undamaged", "documents_right"}, exclude_none=True)


def _perfect(row: OrderRow) -> bool | None:
    if row.delivered_at is None:
        return None
    in_time = None if row.promised_at is None else row.delivered_at <= row.promised_at
    marks = (in_time, row.in_full, row.undamaged, row.documents_right)
    return False if False in marks else None if None in marks else True


def _wiped(row: OrderRow) -> OrderRow:
    """The row as a replay gives it once the key is destroyed."""
    return replace(
        row,
        number=None if row.number is None else ERASED,
        tracking=None if row.tracking is None else ERASED,
        because=None if row.because is None else ERASED,
    )


# -- reading

_OLDEST_FIRST = [("t.order_id", "text")]  # ids are drawn in the order of time
OF_CUSTOMER = Selection("orders", _TABLE, order=_OLDEST_FIRST, scope="t.customer_id = %(id)s")
"""A customer's orders by the customer's `id`, in the order in which they became known."""
ONE = Selection("order", _TABLE, order=_OLDEST_FIRST, scope="t.order_id = %(id)s", which="t.status IS NOT NULL")
"""One order by its `id`. (`commands.order.order_id` finds the id of a number.)"""


def of_customer(
    connection: Connection, customer_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[OrderRow]:
    """A page of OF_CUSTOMER. Raises Refusal `cursor-invalid`."""
    return OF_CUSTOMER.read(connection, cursor=cursor, limit=limit, id=customer_id)


def one(connection: Connection, order_id: str) -> OrderRow | None:
    """One order."""
    return next(iter(ONE.read(connection, limit=1, id=order_id).rows), None)
