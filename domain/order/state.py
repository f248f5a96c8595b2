"""The aggregate state of an order: what decisions need, without text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, assert_never

from domain.kernel.stream import Stream
from domain.order.events import (
    Cancelled,
    Delivered,
    DeliveryChecked,
    DeliveryPromised,
    OrderEvent,
    Placed,
    Returned,
    Shipped,
)

Status = Literal["placed", "shipped", "delivered", "cancelled", "returned"]


@dataclass(frozen=True, slots=True)
class Order:
    """The aggregate state of an order. `promise_id`: the last promise of its delivery. `told`: more is known of the
    order than its number."""

    order_id: str
    customer_id: str
    status: Status = "placed"
    promise_id: str | None = None
    told: bool = False


def evolve(state: Order | None, event: OrderEvent) -> Order | None:
    """Fold one event into the state."""
    if isinstance(event, Placed):
        facts = (event.placed_on, event.item_count, event.value, event.currency, event.lines or None)
        return Order(event.order_id, event.customer_id, told=any(fact is not None for fact in facts))
    if state is None:
        return None
    state = replace(state, told=True)
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
