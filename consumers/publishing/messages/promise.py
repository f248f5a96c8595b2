"""The integration events of promises."""

from __future__ import annotations

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import ConversationId, CustomerId, Instant, OrderId, PromiseId, Yes
from domain import promise


class PromiseMade(Message, of=promise.Made):
    """A promise was made to a customer. `delivery`: the promise says when the order will be with the customer."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None
    due_at: Instant
    delivery: Yes


class PromiseRevised(Message, of=promise.Revised):
    """The promise got another date."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None
    due_at: Instant
    previous_due_at: Instant


class PromiseOverdue(Message, of=promise.Overdue):
    """The date passed while the promise stood."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None
    due_at: Instant
    detected_at: Instant


class PromiseKept(Message, of=promise.Kept):
    """The promise was kept, in time or late."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None


class PromiseBroken(Message, of=promise.Broken):
    """The promise was broken: it will not be kept."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None


class PromiseWithdrawn(Message, of=promise.PromiseWithdrawn):
    """The promise was withdrawn: nobody expects it any more."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None
