"""Orders: what a customer ordered and how it was delivered, as far as conversations need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, TypedDict, assert_never

from pydantic import AfterValidator, Field

from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.personal import Personal
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant, WrittenDay
from domain.kernel.values import Flag, Frozen, Label, RecordedValue, Remark, Whole

Number = Annotated[Text, Field(min_length=1, max_length=200)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""A currency code (ISO 4217)."""


def _plain(amount: Decimal) -> Decimal:
    """The amount without exponent and trailing zeros, which count as no digits: PostgreSQL limits zeros, too."""
    return round(amount, min(max(-int(amount.as_tuple().exponent), 0), 4))


Money = Annotated[Decimal, Field(max_digits=18, decimal_places=4), AfterValidator(_plain)]
"""An amount as commands take it. Events keep whatever was once recorded."""

MOST = 2**31 - 1
"""The largest count of anything in an order."""


class PlacedLine(RecordedValue):
    """One line of an order: the company's word for the item, how many, and the price of one."""

    item: Text
    count: int
    price: Decimal | None = None


class Placed(Event, name="order.placed", published_as="orders.v1"):
    """The customer placed an order. `placed_on`: the source's local date, where there is one."""

    order_id: str
    customer_id: str
    number: Annotated[Text | None, Personal("customer_id")] = None
    placed_on: date | None = None
    item_count: int | None = None
    value: Decimal | None = None
    currency: str | None = None
    lines: tuple[PlacedLine, ...] = ()


class DeliveryPromised(Event, name="order.delivery-promised", published_as="orders.v1"):
    """A delivery date was promised to the customer. The first such date counts; the promise's own stream says how the
    promise went on."""

    order_id: str
    customer_id: str
    promise_id: str
    due_at: Instant


class Shipped(Event, name="order.shipped", published_as="orders.v1"):
    """The order was sent."""

    order_id: str
    customer_id: str
    carrier: Text | None = None
    tracking: Annotated[Text | None, Personal("customer_id")] = None


class Delivered(Event, name="order.delivered", published_as="orders.v1"):
    """The order reached the customer. A fact is None while nobody knows it."""

    order_id: str
    customer_id: str
    in_full: bool | None = None
    undamaged: bool | None = None
    documents_right: bool | None = None


class DeliveryChecked(Event, name="order.delivery-checked", published_as="orders.v1"):
    """Facts about the delivery were corrected; None leaves a fact as it was."""

    order_id: str
    customer_id: str
    in_full: bool | None = None
    undamaged: bool | None = None
    documents_right: bool | None = None


class Cancelled(Event, name="order.cancelled", published_as="orders.v1"):
    """The order was cancelled before delivery."""

    order_id: str
    customer_id: str
    because: Annotated[Text | None, Personal("customer_id")] = None


class Returned(Event, name="order.returned", published_as="orders.v1"):
    """The order came back, from the way or from the customer."""

    order_id: str
    customer_id: str
    because: Annotated[Text | None, Personal("customer_id")] = None


# -- state

Status = Literal["placed", "shipped", "delivered", "cancelled", "returned"]


@dataclass(frozen=True, slots=True)
class Order:
    """The aggregate state of an order. `promise_id`: the last promise of its delivery."""

    order_id: str
    customer_id: str
    status: Status = "placed"
    promise_id: str | None = None


OrderEvent = Placed | DeliveryPromised | Shipped | Delivered | DeliveryChecked | Cancelled | Returned


def evolve(state: Order | None, event: OrderEvent) -> Order | None:
    """Fold one event into the state."""
    if isinstance(event, Placed):
        return Order(event.order_id, event.customer_id)
    if state is None:
        return None
    match event:
        case DeliveryPromised():
            return replace(state, promise_id=event.promise_id)
        case Shipped():
            return replace(state, status="shipped")
        case Delivered():
            return replace(state, status="delivered")
        case Cancelled():
            return replace(state, status="cancelled")
        case Returned():
            return replace(state, status="returned")
        case DeliveryChecked():
            return state
        case _:
            assert_never(event)


ORDER = Stream("order", OrderEvent, evolve)


# -- commands


class OrderLine(PlacedLine):
    """One line of an order to be placed."""

    item: Label
    count: Whole = Field(ge=1, le=MOST)
    price: Money | None = None


Lines = Annotated[tuple[OrderLine, ...], Field(max_length=1_000, fail_fast=True)]


class OrderCommand(Frozen):
    """A command to one order."""


class PlaceOrder(OrderCommand):
    """Record an order of a customer."""

    customer_id: str
    number: Number | None = None
    placed_on: WrittenDay | None = None
    item_count: Whole | None = Field(default=None, ge=0, le=MOST)
    value: Money | None = None
    currency: Currency | None = None
    lines: Lines = ()
    order_id: str = Field(default_factory=lambda: new_id("order"))


class ShipOrder(OrderCommand):
    """Record that the order was sent."""

    carrier: Label | None = None
    tracking: Number | None = None


class DeliverOrder(OrderCommand):
    """Record that the order reached the customer, with the known facts."""

    in_full: Flag | None = None
    undamaged: Flag | None = None
    documents_right: Flag | None = None


class CheckDelivery(OrderCommand):
    """Correct facts about the delivery; None leaves a fact as it is."""

    in_full: Flag | None = None
    undamaged: Flag | None = None
    documents_right: Flag | None = None


class CancelOrder(OrderCommand):
    """Record that the order was cancelled."""

    because: Remark | None = None


class ReturnOrder(OrderCommand):
    """Record that the order came back."""

    because: Remark | None = None


# -- decisions

_COMES_FROM: Mapping[Status, frozenset[Status]] = {
    "shipped": frozenset({"placed"}),
    "delivered": frozenset({"placed", "shipped"}),
    "cancelled": frozenset({"placed", "shipped"}),
    "returned": frozenset({"shipped", "delivered"}),
}
"""For each status, the statuses from which an order may come to it."""


def decide(state: Order | None, command: OrderCommand, now: datetime) -> list[Event]:
    """Decide the events of a command; [] where the command changes nothing. Raises Refusal `not-found`, `order-exists`,
    `order-step-misplaced`."""
    if isinstance(command, PlaceOrder):
        if state is not None:
            raise Refusal("order-exists", "this order was placed before; draw a new id")
        return [_placed(command)]
    if state is None:
        raise NotFound("the order")
    if isinstance(command, CheckDelivery):
        if state.status not in ("delivered", "returned"):
            raise _misplaced(state, "has not been delivered yet")
        return [_checked(state, command)] if _says_something(command) else []
    event, status = _step(state, command)
    if state.status == status and not _says_something(command):
        return []
    if state.status not in _COMES_FROM[status]:
        raise _misplaced(state, f"cannot be {status} now")
    return [event]


def _says_something(command: OrderCommand) -> bool:
    return any(value is not None for _, value in command)


def _placed(command: PlaceOrder) -> Placed:
    return Placed(
        order_id=command.order_id,
        customer_id=command.customer_id,
        number=command.number,
        placed_on=command.placed_on,
        item_count=command.item_count,
        value=command.value,
        currency=command.currency,
        lines=tuple(PlacedLine(item=line.item, count=line.count, price=line.price) for line in command.lines),
    )


def _checked(state: Order, command: CheckDelivery) -> DeliveryChecked:
    return DeliveryChecked(
        **_about(state),
        in_full=command.in_full,
        undamaged=command.undamaged,
        documents_right=command.documents_right,
    )


def _step(state: Order, command: OrderCommand) -> tuple[Event, Status]:
    """The event of a step, and the status after it."""
    match command:
        case ShipOrder():
            return Shipped(**_about(state), carrier=command.carrier, tracking=command.tracking), "shipped"
        case DeliverOrder():
            delivered = Delivered(
                **_about(state),
                in_full=command.in_full,
                undamaged=command.undamaged,
                documents_right=command.documents_right,
            )
            return delivered, "delivered"
        case CancelOrder():
            return Cancelled(**_about(state), because=command.because), "cancelled"
        case ReturnOrder():
            return Returned(**_about(state), because=command.because), "returned"
        case _:
            raise TypeError(f"{type(command).__name__} is no step of an order")


def promise_delivery(state: Order | None, promise_id: str, due_at: datetime) -> list[Event]:
    """Decide the order's events for a promise of delivery made in the same append.

    Raises Refusal `not-found`, `order-step-misplaced`.
    """
    if state is None:
        raise NotFound("the order")
    if state.status not in ("placed", "shipped"):
        raise _misplaced(state, "is not to be delivered any more")
    return [DeliveryPromised(**_about(state), promise_id=promise_id, due_at=due_at)]


def _misplaced(state: Order, what: str) -> Refusal:
    return Refusal("order-step-misplaced", f"this order {what}: it is {state.status}")


class _About(TypedDict):
    """The fields that every event of an order has."""

    order_id: str
    customer_id: str


def _about(state: Order) -> _About:
    return {"order_id": state.order_id, "customer_id": state.customer_id}
