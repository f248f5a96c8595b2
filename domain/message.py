"""What became of a message to a customer on its way: queued, sent, delivered, read, as the channel tells.

A stream of its own for each message, under the message's id: so that what a channel tells never changes a
conversation's version under the hands of who is answering in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field

from domain.kernel.event import Event
from domain.kernel.stream import Stream
from domain.kernel.values import Frozen

DeliveryState = Literal["queued", "sent", "failed", "delivered", "read"]
"""From the lowest to the highest: what failed was tried, and what is delivered after all did not fail."""

FailureCode = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
"""Why it failed, in the channel's own code: `mailbox-full`. No text: it is not sealed."""


class DeliveryChanged(Event, name="message.delivery-changed", published_as="conversations.v1"):
    """A channel told that the message had come further than was known."""

    message_id: str
    conversation_id: str
    customer_id: str
    state: DeliveryState
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as far as a channel told of it."""

    conversation_id: str
    customer_id: str
    state: DeliveryState


def evolve(state: Message | None, event: DeliveryChanged) -> Message | None:
    """The state after one more event."""
    return Message(event.conversation_id, event.customer_id, event.state)


MESSAGE = Stream("message", DeliveryChanged, evolve)


class ReportDelivery(Frozen):
    """Say how far a message of the conversation has come. A `code` is why it failed, and is left aside otherwise."""

    conversation_id: str
    state: DeliveryState
    code: FailureCode | None = None


def decide(state: Message | None, command: ReportDelivery, message_id: str, customer_id: str) -> list[Event]:
    """What the report makes happen; [] where as much, or more, was known: reports come late, twice, in any order."""
    if state is not None and rank(command.state) <= rank(state.state):
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
    """How far that is."""
    return get_args(DeliveryState).index(state)
