"""What a customer ordered and how it reached them, as far as the conversation about it needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, assert_never

from pydantic import AfterValidator, Field

from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.personal import Personal
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant, WrittenDay
from domain.kernel.values import Flag, Frozen, Label, Remark, Whole

Number = Annotated[Text, Field(min_length=1, max_length=200)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""


def _plain(amount: Decimal) -> Decimal:
    """Without an exponent or further noughts, which count as no digits: PostgreSQL has a limit to them, too."""
    return round(amount, min(max(-int(amount.as_tuple().exponent), 0), 4))


Money = Annotated[Decimal, Field(max_digits=18, decimal_places=4), AfterValidator(_plain)]
"""An amount as it can be asked for; events keep whatever was once taken in."""

MOST = 2**31 - 1
"""How many of anything can be ordered, at most."""


class PlacedLine(Frozen):
    """One thing ordered: the company's own word for it, how many, and the price of one."""

    item: Label
    count: int = Field(ge=1)
    price: Decimal | None = None


class Placed(Event, name="order.placed", published_as="orders.v1"):
    """The customer ordered. `placed_on` is the source's local date, where it has one."""

    order_id: str
    customer_id: str
    number: Annotated[Number | None, Personal("customer_id")] = None
    placed_on: date | None = None
    item_count: int | None = Field(default=None, ge=0)
    value: Decimal | None = None
    currency: Currency | None = None
    lines: Annotated[tuple[PlacedLine, ...], Field(max_length=1_000)] = ()


class DeliveryPromised(Event, name="order.delivery-promised", published_as="orders.v1"):
    """The customer was told by when it would be with them. The first such date is the one that counts; how the promise
    went on is in the promise's own stream."""

    order_id: str
    customer_id: str
    promise_id: str
    due_at: Instant


class Shipped(Event, name="order.shipped", published_as="orders.v1"):
    """It is on its way."""

    order_id: str
    customer_id: str
    carrier: Label | None = None
    tracking: Annotated[Number | None, Personal("customer_id")] = None


class Delivered(Event, name="order.delivered", published_as="orders.v1"):
    """The customer has it. Each fact is None while nobody knows."""

    order_id: str
    customer_id: str
    in_full: bool | None = None
    undamaged: bool | None = None
    documents_right: bool | None = None


class DeliveryChecked(Event, name="order.delivery-checked", published_as="orders.v1"):
    """What was known of the delivery was put right; what is None stays as it was."""

    order_id: str
    customer_id: str
    in_full: bool | None = None
    undamaged: bool | None = None
    documents_right: bool | None = None


class Cancelled(Event, name="order.cancelled", published_as="orders.v1"):
    """It will not be delivered."""

    order_id: str
    customer_id: str
    because: Annotated[Remark | None, Personal("customer_id")] = None


class Returned(Event, name="order.returned", published_as="orders.v1"):
    """It came back, from the way or from the customer."""

    order_id: str
    customer_id: str
    because: Annotated[Remark | None, Personal("customer_id")] = None


# -- state

Status = Literal["placed", "shipped", "delivered", "cancelled", "returned"]


@dataclass(frozen=True, slots=True)
class Order:
    """An order as its events left it. `promise_id` is the last promise of its delivery."""

    order_id: str
    customer_id: str
    status: Status = "placed"
    promise_id: str | None = None


OrderEvent = Placed | DeliveryPromised | Shipped | Delivered | DeliveryChecked | Cancelled | Returned


def evolve(state: Order | None, event: OrderEvent) -> Order | None:
    """The state after one more event."""
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
    """One thing to be ordered."""

    count: Whole = Field(ge=1, le=MOST)
    price: Money | None = None


Lines = Annotated[tuple[OrderLine, ...], Field(max_length=1_000, fail_fast=True)]


class OrderCommand(Frozen):
    """Something asked of one order."""


class PlaceOrder(OrderCommand):
    """Take up an order of a customer's."""

    customer_id: str
    number: Number | None = None
    placed_on: WrittenDay | None = None
    item_count: Whole | None = Field(default=None, ge=0, le=MOST)
    value: Money | None = None
    currency: Currency | None = None
    lines: Lines = ()
    order_id: str = Field(default_factory=lambda: new_id("order"))


class ShipOrder(OrderCommand):
    """Send it on its way."""

    carrier: Label | None = None
    tracking: Number | None = None


class DeliverOrder(OrderCommand):
    """Say that the customer has it, and what is known of how it came."""

    in_full: Flag | None = None
    undamaged: Flag | None = None
    documents_right: Flag | None = None


class CheckDelivery(OrderCommand):
    """Say what has become known of a delivery since; None leaves a fact as it is."""

    in_full: Flag | None = None
    undamaged: Flag | None = None
    documents_right: Flag | None = None


class CancelOrder(OrderCommand):
    """Say that it will not be delivered."""

    because: Remark | None = None


class ReturnOrder(OrderCommand):
    """Say that it came back."""

    because: Remark | None = None


# -- decisions

_STEPS: Mapping[type[OrderCommand], tuple[type[Event], Status, frozenset[Status]]] = {
    ShipOrder: (Shipped, "shipped", frozenset({"placed"})),
    DeliverOrder: (Delivered, "delivered", frozenset({"placed", "shipped"})),
    CancelOrder: (Cancelled, "cancelled", frozenset({"placed", "shipped"})),
    ReturnOrder: (Returned, "returned", frozenset({"shipped", "delivered"})),
}
"""Each step: its event, the status it leads to, and those it may come from."""


def decide(state: Order | None, command: OrderCommand, now: datetime) -> list[Event]:
    """What the command makes happen; [] where that is so already. Raises Refusal `not-found`, `order-exists`,
    `order-step-misplaced`."""
    if isinstance(command, PlaceOrder):
        if state is not None:
            raise Refusal("order-exists", "this order was placed before; draw a new id")
        return [Placed(**command.model_dump())]
    if state is None:
        raise NotFound("the order")
    if isinstance(command, CheckDelivery):
        if state.status not in ("delivered", "returned"):
            raise _misplaced(state, "has not been delivered yet")
        fields = command.model_dump(exclude_none=True)
        return [_about(state, DeliveryChecked, fields)] if fields else []
    event, status, before = _STEPS[type(command)]
    fields = command.model_dump(exclude_none=True)
    if state.status == status and not fields:
        return []
    if state.status not in before:
        raise _misplaced(state, f"cannot be {status} now")
    return [_about(state, event, fields)]


def promise_delivery(state: Order | None, promise_id: str, due_at: datetime) -> list[Event]:
    """What a promise of its delivery, made along with this, means for an order.

    Raises Refusal `not-found`, `order-step-misplaced`.
    """
    if state is None:
        raise NotFound("the order")
    if state.status not in ("placed", "shipped"):
        raise _misplaced(state, "is not to be delivered any more")
    return [_about(state, DeliveryPromised, {"promise_id": promise_id, "due_at": due_at})]


def _misplaced(state: Order, what: str) -> Refusal:
    return Refusal("order-step-misplaced", f"this order {what}: it is {state.status}")


def _about(state: Order, event: type[Event], more: Mapping[str, object]) -> Event:
    return event.model_validate({"order_id": state.order_id, "customer_id": state.customer_id, **more})
