"""The events of an order: what a customer ordered and how it was delivered, as far as conversations need to know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from domain.kernel.adjusted import Adjusted
from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.personal import Personal
from domain.kernel.text import Text
from domain.kernel.time import Instant
from domain.kernel.values import RecordedValue


class PartLine(RecordedValue):
    """One line of a part of an order: the company's word for the item, and how many."""

    item: Text
    count: int


class PlacedLine(RecordedValue):
    """One line of an order: the company's word for the item, how many, and the price of one."""

    item: Text
    count: int
    price: Decimal | None = None


class ToldOf(Event):
    """What was told of an order. `adjusted`: what of it is not recorded in full as it was told."""

    order_id: str
    customer_id: str
    adjusted: tuple[Adjusted, ...] = ()


class Placed(ToldOf, name="order.placed", published_as="orders.v1"):
    """The customer placed an order. `placed_on`: the source's local date, where there is one. Version 1 has no
    `adjusted`."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    number: Annotated[Text | None, Personal("customer_id")] = None
    placed_on: date | None = None
    item_count: int | None = None
    value: Decimal | None = None
    currency: str | None = None
    lines: tuple[PlacedLine, ...] = ()


class Amended(ToldOf, name="order.amended", published_as="orders.v1"):
    """What was told of the order changed. None leaves as it was. Version 1 has no `adjusted`."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    number: Annotated[Text | None, Personal("customer_id")] = None
    placed_on: date | None = None
    item_count: int | None = None
    value: Decimal | None = None
    currency: str | None = None
    lines: tuple[PlacedLine, ...] | None = None


class NumberContested(Event, name="order.number-contested", published_as="orders.v1"):
    """The number of this order was told of another customer's order, too. `leads_here`: from now on, the number leads
    to this order; otherwise to the other one. Recorded on both orders."""

    order_id: str
    customer_id: str
    other_order_id: str
    leads_here: bool


class DeliveryPromised(Event, name="order.delivery-promised", published_as="orders.v1"):
    """A delivery date was promised to the customer. The first such date counts; the promise's own stream says how the
    promise went on."""

    order_id: str
    customer_id: str
    promise_id: str
    due_at: Instant


class AboutPart(ToldOf):
    """A step of one part of an order. `part`: its number, from 1; None: the order as a whole. `parcel`: the order
    system's own number of it. `lines`: what is in it; without lines, nobody said. Version 1 knew the order as a whole
    only; version 2 has no `adjusted`."""

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    part: int | None = None
    parcel: Annotated[Text | None, Personal("customer_id")] = None
    lines: tuple[PartLine, ...] = ()


class Shipped(AboutPart, name="order.shipped", published_as="orders.v1"):
    """The order, or a part of it, was sent."""

    carrier: Text | None = None
    tracking: Annotated[Text | None, Personal("customer_id")] = None


class Delivered(AboutPart, name="order.delivered", published_as="orders.v1"):
    """The order, or a part of it, reached the customer. A fact is None while nobody knows it. `came_at`: when, as it
    counts for a promise."""

    in_full: bool | None = None
    undamaged: bool | None = None
    documents_right: bool | None = None
    came_at: Instant | None = None


class DeliveryChecked(AboutPart, name="order.delivery-checked", published_as="orders.v1"):
    """Facts about the delivery were corrected; None leaves a fact as it was."""

    in_full: bool | None = None
    undamaged: bool | None = None
    documents_right: bool | None = None


class Cancelled(ToldOf, name="order.cancelled", published_as="orders.v1"):
    """The order was cancelled, or some lines of it. Version 1 has no lines, version 2 no `adjusted`."""

    schema_version = 3
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged, 2: unchanged}

    because: Annotated[Text | None, Personal("customer_id")] = None
    lines: tuple[PartLine, ...] = ()


class Returned(AboutPart, name="order.returned", published_as="orders.v1"):
    """The order, or a part of it, came back, from the way or from the customer."""

    because: Annotated[Text | None, Personal("customer_id")] = None


OrderEvent = (
    Placed | Amended | NumberContested | DeliveryPromised | Shipped | Delivered | DeliveryChecked | Cancelled | Returned
)
