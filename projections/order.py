"""The view of orders: status, parts, whether the order was perfect, and the conversations about the order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated

from domain import customer
from domain.conversation import events as c
from domain.kernel.event import Event, Recorded
from domain.kernel.personal import ERASED
from domain.kernel.values import Fields
from domain.order import events as o
from domain.order.parts import OrderParts, Status, is_beyond
from infra.postgres.database import Connection
from infra.views.columns import Document
from infra.views.selection import Page, Selection
from infra.views.tables import Table
from infra.views.view import WIPED, Match, Target, View
from projections import order_parcels as parcels


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order. Without a `status`, conversations name the order, but nobody has placed it.

    `promised_at`: the first date that was promised for the delivery; the ledger has the rest of that promise, under
    `promise_id` (the last one). `perfect`: all parts delivered by then, in full, undamaged, with the right documents;
    None while unknown. `delivered_at`: when the last part came, once all came. `lines` are `{item, count, price}`.
    `parcels` are the parts of which steps were told, returns among them (`projections/order_parcels.py`), and
    `cancellations` `{lines, at, because}`; without lines, of the whole order. `contradictions`: what cannot be, as it
    was told. `inexact`: the steps of which no exact time was told. `same_number`: orders of other customers of which
    the same number was told; `number_leads_to`: that one of them to which the number leads, None where it leads here.
    `further_parcels`: how many there are beyond those that are kept. `adjusted`: what is not recorded in full as
    it was told, `{version, step, field, how}`; `version` of the order's event, by which what was kept is read.
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
    parcels: Annotated[tuple[Document, ...], WIPED] = ()
    cancellations: Annotated[tuple[Document, ...], WIPED] = ()
    contradictions: tuple[str, ...] = ()
    inexact: tuple[str, ...] = ()
    same_number: tuple[str, ...] = ()
    number_leads_to: str | None = None
    further_parcels: int = 0
    adjusted: tuple[Document, ...] = ()


_Later = (
    o.Amended | o.NumberContested | o.DeliveryPromised | o.Shipped | o.Delivered | o.DeliveryChecked | o.Cancelled
    | o.Returned
)  # fmt: skip
_Reads = o.Placed | _Later | c.InteractionAdded | c.OrderNamed | c.MessageTaken | customer.Erased


class Orders(View[OrderRow, _Reads]):
    """Orders by id.

    A row is folded from two kinds of streams: its order's, and those of conversations. While a stream is quarantined,
    the other may come first, and both ways must lead to the same row: so neither touches a field of the other.
    """

    name = "orders"
    version = 7
    row = OrderRow
    key = ("order_id",)
    indexes = ("customer_id, order_id", "promised_at, order_id", "placed_at, order_id")
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
                row = replace(row or OrderRow(recorded.originator_id), **_placed(event, at))
                return _standing(_timed(_adjusted(row, event, recorded), "placed", recorded))
            case _ if row is None or row.status is None:
                return row
            case o.DeliveryPromised():
                promised_at = row.promised_at or event.due_at
                return _standing(replace(row, promise_id=event.promise_id, promised_at=promised_at))
            case o.NumberContested():
                other = event.other_order_id
                same_number = tuple(sorted({*row.same_number, other}))
                return replace(row, same_number=same_number, number_leads_to=None if event.leads_here else other)
            case o.Amended():
                return _standing(replace(_adjusted(row, event, recorded), **_amended(event)))
            case o.Cancelled():
                return _standing(_cancelled(_adjusted(row, event, recorded), event, recorded))
            case _:
                return _standing(_stepped(_adjusted(row, event, recorded), event, recorded))


ORDERS = Orders()
_TABLE = Table(ORDERS)


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


_ORDERED = {"number", "placed_on", "item_count", "value", "currency"}


def _amended(event: o.Amended) -> Fields:
    told = event.model_dump(include=_ORDERED)
    if event.lines is not None:
        told["lines"] = tuple(line.model_dump(mode="json") for line in event.lines)
    return {name: fact for name, fact in told.items() if fact is not None}


def _timed(row: OrderRow, step: str, recorded: Recorded[Event]) -> OrderRow:
    """The row with the step among the inexact ones, where no exact time was told of it."""
    inexact = {*row.inexact, step} if recorded.envelope.time_precision in ("day", "unknown") else row.inexact
    return replace(row, inexact=tuple(sorted(inexact)))


MOST_ADJUSTED = 100
"""How many adjusted fields an order shows, the last ones."""


def _adjusted(row: OrderRow, event: o.ToldOf, recorded: Recorded[Event]) -> OrderRow:
    """The row with what of the event is not recorded in full as it was told."""
    if not event.adjusted:
        return row
    of_event = {"version": recorded.originator_version, "step": event.stored_name.removeprefix("order.")}
    found = [{**of_event, "field": each.field, "how": each.how} for each in event.adjusted[-MOST_ADJUSTED:]]
    return replace(row, adjusted=(*row.adjusted, *found)[-MOST_ADJUSTED:])


def _stepped(row: OrderRow, event: parcels.OfPart, recorded: Recorded[Event]) -> OrderRow:
    """One step of a part more, or of the order as a whole."""
    step, at = parcels.STEP_OF.get(type(event)), recorded.at
    parts = _parts(row).after(event)
    documents = parcels.stepped(row.parcels, parts, event, step, at)
    row = replace(row, parcels=documents, further_parcels=parts.further)
    match event:
        case o.Shipped():
            row = replace(row, carrier=event.carrier or row.carrier, tracking=event.tracking or row.tracking)
        case o.Returned():
            row = replace(row, because=event.because or row.because)
    return row if step is None or is_beyond(event.part) else _timed(row, parcels.key(event.part, step), recorded)


def _cancelled(row: OrderRow, event: o.Cancelled, recorded: Recorded[Event]) -> OrderRow:
    at = recorded.at
    lines = [line.model_dump(mode="json") for line in event.lines]
    same = next((each for each in row.cancellations if each["lines"] == lines), {"at": None, "because": None})
    first = min(filter(None, (same["at"], at.isoformat())), key=datetime.fromisoformat)
    told = {"lines": lines, "at": first, "because": event.because or same["because"]}
    others = tuple(each for each in row.cancellations if each["lines"] != lines)
    cancelled_at = row.cancelled_at
    if not lines:
        row, cancelled_at = _timed(row, "cancelled", recorded), min(filter(None, (cancelled_at, at)))
    return replace(row, cancellations=(*others, told), because=event.because or row.because, cancelled_at=cancelled_at)


def _parts(row: OrderRow) -> OrderParts:
    cancelled_lines = [parcels.part_lines(each["lines"]) for each in row.cancellations if each["lines"]]
    return OrderParts(
        ordered=parcels.part_lines(row.lines),
        item_count=row.item_count,
        whole=parcels.part(parcels.told(row.parcels, None)),
        parcels=tuple(parcels.part(each) for each in row.parcels if each["part"] is not None),
        further=row.further_parcels,
        cancelled=row.cancelled_at is not None,
        cancelled_lines=tuple(cancelled_lines),
    )


def _standing(row: OrderRow) -> OrderRow:
    """The row with what follows from all that is told of it, in whatever order it was told."""
    parts = _parts(row)
    delivered_at = max(parcels.times(row.parcels, "delivered"), default=None) if parts.complete else None
    returned_at = max(parcels.times(row.parcels, "returned"), default=None) if parts.status == "returned" else None
    row = replace(
        row,
        status=parts.status,
        shipped_at=min(parcels.times(row.parcels, "shipped"), default=None),
        delivered_at=delivered_at,
        returned_at=returned_at,
        in_full=parts.fact("in_full"),
        undamaged=parts.fact("undamaged"),
        documents_right=parts.fact("documents_right"),
    )
    return replace(row, perfect=_perfect(row), contradictions=_contradictions(row, parts))


def _perfect(row: OrderRow) -> bool | None:
    if row.delivered_at is None:
        return None
    in_time = None if row.promised_at is None else row.delivered_at <= row.promised_at
    marks = (in_time, row.in_full, row.undamaged, row.documents_right)
    return False if False in marks else None if None in marks else True


def _contradictions(row: OrderRow, parts: OrderParts) -> tuple[str, ...]:
    """What cannot be, as it was told: steps before those that they follow, and more of them than was ordered."""
    found = {f"more-{step}-than-ordered" for step in parts.too_many}
    placed_at = datetime.combine(row.placed_on, time(), UTC) if row.placed_on else row.placed_at
    placed_inexact = row.placed_on is not None or "placed" in row.inexact
    cancelled_inexact = "cancelled" in row.inexact
    for each in row.parcels:
        found.update(parcels.contradictions(each, row.inexact))
        for step, at, inexact in parcels.steps(each, row.inexact):
            if placed_at is not None and parcels.is_before(at, placed_at, inexact or placed_inexact):
                found.add(f"{step}-before-placed")
            cancelled_at = row.cancelled_at if step == "delivered" else None
            if cancelled_at is not None and parcels.is_before(cancelled_at, at, inexact or cancelled_inexact):
                found.add("delivered-after-cancelled")
    return tuple(sorted(found))


def _wiped(row: OrderRow) -> OrderRow:
    """The row as a replay gives it once the key is destroyed."""
    return replace(
        row,
        number=None if row.number is None else ERASED,
        tracking=None if row.tracking is None else ERASED,
        because=None if row.because is None else ERASED,
        parcels=tuple(parcels.wiped(each) for each in row.parcels),
        cancellations=tuple(parcels.wiped(each) for each in row.cancellations),
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
