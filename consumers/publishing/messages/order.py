"""The integration events of orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import Count, CustomerId, Instant, Label, OrderId, PromiseId, Yes
from domain.order import events as order


class OrderPlaced(Message, of=order.Placed):
    """The customer placed an order. `value` is a decimal number as text."""

    order_id: OrderId
    customer_id: CustomerId
    placed_on: Annotated[date, Field(examples=["2026-01-31"])] | None
    item_count: Count | None
    value: Annotated[Decimal, Field(examples=["1299.90"])] | None
    currency: Annotated[str, Field(examples=["EUR"])] | None


class OrderAmended(Message, of=order.Amended):
    """What was told of the order changed; null leaves as it was. `value` is a decimal number as text."""

    order_id: OrderId
    customer_id: CustomerId
    placed_on: Annotated[date, Field(examples=["2026-01-31"])] | None
    item_count: Count | None
    value: Annotated[Decimal, Field(examples=["1299.90"])] | None
    currency: Annotated[str, Field(examples=["EUR"])] | None


class OrderNumberContested(Message, of=order.NumberContested):
    """The number of this order was told of another customer's order, too. `leads_here`: the number leads to this order
    from now on; otherwise to the other one."""

    order_id: OrderId
    customer_id: CustomerId
    other_order_id: OrderId
    leads_here: Yes


class OrderDeliveryPromised(Message, of=order.DeliveryPromised):
    """A delivery date was promised to the customer."""

    order_id: OrderId
    customer_id: CustomerId
    promise_id: PromiseId
    due_at: Instant


class PartLine(BaseModel):
    """One line of a part: the company's word for the item, and how many."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)

    item: Label
    count: Count


class _OfPart(Message):
    """A step of an order. `part`: the number of the parcel or return within the order; null: the order as a whole.
    `lines`: what is in it, where that was told."""

    order_id: OrderId
    customer_id: CustomerId
    part: Count | None = None
    lines: tuple[PartLine, ...] = ()


class OrderShipped(_OfPart, of=order.Shipped):
    """The order, or a part of it, was sent."""

    carrier: Label | None


class OrderDelivered(_OfPart, of=order.Delivered):
    """The order, or a part of it, reached the customer. A fact is null while nobody knows it."""

    in_full: Yes | None
    undamaged: Yes | None
    documents_right: Yes | None


class OrderDeliveryChecked(_OfPart, of=order.DeliveryChecked):
    """Facts about the delivery were corrected; null leaves a fact as it was."""

    in_full: Yes | None
    undamaged: Yes | None
    documents_right: Yes | None


class OrderCancelled(Message, of=order.Cancelled):
    """The order was cancelled; with `lines`, only these."""

    order_id: OrderId
    customer_id: CustomerId
    lines: tuple[PartLine, ...] = ()


class OrderReturned(_OfPart, of=order.Returned):
    """The order, or a part of it, came back."""
