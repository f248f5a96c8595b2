"""The commands of an order, and the values that they take."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from domain.kernel.ids import new_id
from domain.kernel.text import Text
from domain.kernel.time import WrittenDay
from domain.kernel.values import Flag, Frozen, Label, Remark, Whole
from domain.order.events import PlacedLine

NUMBER_CHARACTERS = 200
Number = Annotated[Text, Field(min_length=1, max_length=NUMBER_CHARACTERS)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""A currency code (ISO 4217)."""


def _plain(amount: Decimal) -> Decimal:
    """The amount without exponent and trailing zeros, which count as no digits: PostgreSQL limits zeros, too."""
    return round(amount, min(max(-int(amount.as_tuple().exponent), 0), 4))


Money = Annotated[Decimal, Field(max_digits=18, decimal_places=4), AfterValidator(_plain)]
"""An amount as commands take it. Events keep whatever was once recorded."""

MOST = 2**31 - 1
"""The largest count of anything in an order."""


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
