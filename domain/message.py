"""Delivery of messages to customers, as the channel reports: queued, sent, delivered, read, failed.

Each message has a stream of its own, under the message's id. So a report never changes the version of a conversation
while an agent is answering in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field

from domain.kernel.event import Event
from domain.kernel.stream import Stream
from domain.kernel.values import Frozen

DeliveryState = Literal["queued", "sent", "failed", "delivered", "read"]
"""The states, lowest first: a failed message was tried, and a delivered message did not fail after all."""

FailureCode = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
"""Why the delivery failed, in the channel's code: `mailbox-full`. No text, because this field is not sealed."""


class DeliveryChanged(Event, name="message.delivery-changed", published_as="conversations.v1"):
    """A channel reported a later state of a message than was known."""

    message_id: str
    conversation_id: str
    customer_id: str
    state: DeliveryState
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """The aggregate state of a message's delivery. `code`: why it failed, as said last."""

    conversation_id: str
    customer_id: str
    state: DeliveryState
    code: str | None = None


def evolve(state: Message | None, event: DeliveryChanged) -> Message | None:
    """Fold one event into the state."""
    code = event.code or (state.code if state else None)
    return Message(event.conversation_id, event.customer_id, event.state, code)


MESSAGE = Stream("message", DeliveryChanged, evolve)


class ReportDelivery(Frozen):
    """Report how far a message came. `code` says why it failed, and is ignored with any other state."""

    conversation_id: str
    state: DeliveryState
    code: FailureCode | None = None


def decide(state: Message | None, command: ReportDelivery, message_id: str, customer_id: str) -> list[Event]:
    """Decide the events of a report; [] where the state or a later one is known: reports come late, twice, unordered. A
    failure with another code is another report."""
    if state is not None and rank(command.state) <= rank(state.state):
        fails_otherwise = command.state == state.state == "failed" and command.code not in (None, state.code)
        if not fails_otherwise:
            return []
    return [
        DeliveryChanged(
            message_id=message_id,
            conversation_id=command.conversation_id,
            customer_id=customer_id,
            state=command.state,
            code=command.code if command.state == "failed" else None,
        )
    ]


def rank(state: DeliveryState) -> int:
    """The state's rank, for comparing states."""
    return get_args(DeliveryState).index(state)
