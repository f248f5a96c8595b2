"""The aggregate state of an order: what decisions need, without text."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from domain.kernel.stream import Stream
from domain.order.events import (
    Amended,
    Cancelled,
    Delivered,
    DeliveryChecked,
    DeliveryPromised,
    OrderEvent,
    Placed,
    PlacedLine,
    Returned,
    Shipped,
)

Status = Literal["placed", "shipped", "delivered", "cancelled", "returned"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of an order as a whole. None, and no lines: not told."""

    placed_on: date | None = None
    item_count: int | None = None
    value: Decimal | None = None
    currency: str | None = None
    lines: tuple[PlacedLine, ...] = ()

    def amended(self, event: Amended) -> Facts:
        """The facts after an amendment."""
        told = {each.name: getattr(event, each.name) for each in fields(self)}
        return replace(self, **{name: fact for name, fact in told.items() if fact is not None})


@dataclass(frozen=True, slots=True)
class Order:
    """The aggregate state of an order. `promise_id`: the last promise of its delivery. `told`: more is known of the
    order than its number."""

    order_id: str
    customer_id: str
    status: Status = "placed"
    promise_id: str | None = None
    told: bool = False
    facts: Facts = Facts()


def evolve(state: Order | None, event: OrderEvent) -> Order | None:
    """Fold one event into the state."""
    if isinstance(event, Placed):
        facts = Facts(event.placed_on, event.item_count, event.value, event.currency, event.lines)
        return Order(event.order_id, event.customer_id, told=facts != Facts(), facts=facts)
    if state is None:
        return None
    state = replace(state, told=True)
    match event:
        case Amended():
            return replace(state, facts=state.facts.amended(event))
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
