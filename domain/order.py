"""What a customer bought, as far as the conversation about it needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.interaction import Label
from domain.kernel import Event, Frozen, Personal, Text, new_id
from domain.refusal import Refusal

Number = Annotated[Text, Field(min_length=1, max_length=200)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""


class OrderLine(Frozen):
    """One thing ordered: the company's own word for it, how many, and the price of one."""

    item: Label
    count: int = Field(ge=1)
    price: Decimal | None = None


Lines = Annotated[tuple[OrderLine, ...], Field(max_length=1_000)]


class Placed(Event, name="order.placed"):
    """The customer ordered. `placed_on` is the source's local date, where it has one."""

    order_id: str
    customer_id: str
    number: Annotated[Number | None, Personal("customer_id")] = None
    placed_on: date | None = None
    item_count: int | None = Field(default=None, ge=0)
    value: Decimal | None = None
    currency: Currency | None = None
    lines: Lines = ()


@dataclass(frozen=True, slots=True)
class Order:
    """An order as its events left it."""

    customer_id: str


def evolve(state: Order | None, event: Event) -> Order | None:
    """The state after one more event."""
    return Order(event.customer_id) if isinstance(event, Placed) else state


class PlaceOrder(Frozen):
    """Take up an order of a customer's."""

    customer_id: str
    number: Number | None = None
    placed_on: date | None = None
    item_count: int | None = Field(default=None, ge=0)
    value: Decimal | None = None
    currency: Currency | None = None
    lines: Lines = ()
    order_id: str = Field(default_factory=lambda: new_id("order"))


def decide(state: Order | None, command: PlaceOrder, now: datetime) -> list[Event]:
    """What the command makes happen. Raises Refusal `order-exists`."""
    if state is not None:
        raise Refusal("order-exists", "this order was placed before; draw a new id")
    return [Placed(**dict(command))]
