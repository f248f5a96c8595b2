"""The integration events of orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

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


class OrderDeliveryPromised(Message, of=order.DeliveryPromised):
    """A delivery date was promised to the customer."""

    order_id: OrderId
    customer_id: CustomerId
    promise_id: PromiseId
    due_at: Instant


class OrderShipped(Message, of=order.Shipped):
    """The order was sent."""

    order_id: OrderId
    customer_id: CustomerId
    carrier: Label | None


class OrderDelivered(Message, of=order.Delivered):
    """The order reached the customer. A fact is null while nobody knows it."""

    order_id: OrderId
    customer_id: CustomerId
    in_full: Yes | None
    undamaged: Yes | None
    documents_right: Yes | None


class OrderDeliveryChecked(Message, of=order.DeliveryChecked):
    """Facts about the delivery were corrected; null leaves a fact as it was."""

    order_id: OrderId
    customer_id: CustomerId
    in_full: Yes | None
    undamaged: Yes | None
    documents_right: Yes | None


class OrderCancelled(Message, of=order.Cancelled):
    """The order was cancelled before delivery."""

    order_id: OrderId
    customer_id: CustomerId


class OrderReturned(Message, of=order.Returned):
    """The order came back."""

    order_id: OrderId
    customer_id: CustomerId
