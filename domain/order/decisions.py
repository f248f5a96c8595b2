"""The decisions of an order: each turns a command into events, or refuses the command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from domain.kernel.event import Event
from domain.kernel.refusal import NotFound, Refusal
from domain.order.commands import (
    CancelOrder,
    CheckDelivery,
    DeliverOrder,
    OrderCommand,
    PlaceOrder,
    ReturnOrder,
    ShipOrder,
)
from domain.order.events import (
    Amended,
    Cancelled,
    Delivered,
    DeliveryChecked,
    DeliveryPromised,
    Placed,
    PlacedLine,
    Returned,
    Shipped,
)
from domain.order.state import Order, Status

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
        lines=_lines(command),
    )


def amend(state: Order, command: PlaceOrder) -> list[Event]:
    """Decide the events of an order that is told again; [] where that says nothing else than is known. What is left out
    stays."""
    amended = Amended(
        **_about(state),
        number=command.number,
        placed_on=command.placed_on,
        item_count=command.item_count,
        value=command.value,
        currency=command.currency,
        lines=_lines(command) or None,
    )
    return [amended] if state.facts.amended(amended) != state.facts else []


def _lines(command: PlaceOrder) -> tuple[PlacedLine, ...]:
    return tuple(PlacedLine(item=line.item, count=line.count, price=line.price) for line in command.lines)


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
