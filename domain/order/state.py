"""The aggregate state of an order: what decisions need, without text."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from domain.kernel.stream import Stream
from domain.order.events import (
    Amended,
    Cancelled,
    Delivered,
    DeliveryChecked,
    DeliveryPromised,
    NumberContested,
    OrderEvent,
    Placed,
    PlacedLine,
    Returned,
    Shipped,
)
from domain.order.parts import OrderParts, Status


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
    promise_id: str | None = None
    told: bool = False
    facts: Facts = Facts()
    parts: OrderParts = field(default_factory=OrderParts)

    @property
    def status(self) -> Status:
        """The status of the order, over all its parts."""
        return self.parts.status


def evolve(state: Order | None, event: OrderEvent) -> Order | None:
    """Fold one event into the state."""
    if isinstance(event, Placed):
        facts = Facts(event.placed_on, event.item_count, event.value, event.currency, event.lines)
        order = Order(event.order_id, event.customer_id, told=facts != Facts())
        return _known(order, facts)
    if state is None:
        return None
    state = replace(state, told=True)
    match event:
        case Amended():
            return _known(state, state.facts.amended(event))
        case NumberContested():
            return state
        case DeliveryPromised():
            return replace(state, promise_id=event.promise_id)
        case Shipped() | Delivered() | DeliveryChecked() | Cancelled() | Returned():
            return replace(state, parts=state.parts.after(event))
        case _:
            assert_never(event)


def _known(state: Order, facts: Facts) -> Order:
    return replace(state, facts=facts, parts=state.parts.of(facts.lines, facts.item_count))


ORDER = Stream("order", OrderEvent, evolve)
