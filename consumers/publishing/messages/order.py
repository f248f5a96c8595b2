"""What is published of orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import Count, CustomerId, Instant, Label, OrderId, PromiseId, Yes
from domain import order


class OrderPlaced(Message, of=order.Placed):
    """The customer ordered. `value` is a decimal number as text."""

    order_id: OrderId
    customer_id: CustomerId
    placed_on: Annotated[date, Field(examples=["2026-01-31"])] | None
    item_count: Count | None
    value: Annotated[Decimal, Field(examples=["1299.90"])] | None
    currency: Annotated[str, Field(examples=["EUR"])] | None


class OrderDeliveryPromised(Message, of=order.DeliveryPromised):
    """The customer was told by when it would be with them."""

    order_id: OrderId
    customer_id: CustomerId
    promise_id: PromiseId
    due_at: Instant


class OrderShipped(Message, of=order.Shipped):
    """It is on its way."""

    order_id: OrderId
    customer_id: CustomerId
    carrier: Label | None


class OrderDelivered(Message, of=order.Delivered):
    """The customer has it. Each fact is null while nobody knows."""

    order_id: OrderId
    customer_id: CustomerId
    in_full: Yes | None
    undamaged: Yes | None
    documents_right: Yes | None


class OrderDeliveryChecked(Message, of=order.DeliveryChecked):
    """What was known of the delivery was put right; null leaves it as it was."""

    order_id: OrderId
    customer_id: CustomerId
    in_full: Yes | None
    undamaged: Yes | None
    documents_right: Yes | None


class OrderCancelled(Message, of=order.Cancelled):
    """It will not be delivered."""

    order_id: OrderId
    customer_id: CustomerId


class OrderReturned(Message, of=order.Returned):
    """It came back."""

    order_id: OrderId
    customer_id: CustomerId
