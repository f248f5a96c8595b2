"""What is published of promises."""

from __future__ import annotations

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import ConversationId, CustomerId, Instant, OrderId, PromiseId, Yes
from domain import promise


class PromiseMade(Message, of=promise.Made):
    """A customer was told that something would happen by a date. `delivery`: that the order would be with them."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None
    due_at: Instant
    delivery: Yes


class PromiseRevised(Message, of=promise.Revised):
    """Another date took the place of the one before."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None
    due_at: Instant
    previous_due_at: Instant


class PromiseOverdue(Message, of=promise.Overdue):
    """The date passed and the promise still stood."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None
    due_at: Instant
    detected_at: Instant


class PromiseKept(Message, of=promise.Kept):
    """What was promised happened, in time or late."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None


class PromiseBroken(Message, of=promise.Broken):
    """What was promised will not happen."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None


class PromiseWithdrawn(Message, of=promise.PromiseWithdrawn):
    """Nobody expects it any more."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None
