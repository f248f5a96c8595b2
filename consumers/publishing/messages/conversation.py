"""What is published of conversations: who said something, who is to answer, what was merged and split."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import (
    AgentId,
    Channel,
    ConversationId,
    Count,
    CustomerId,
    Instant,
    InteractionId,
    Kind,
    Label,
    Language,
    MessageId,
    OrderId,
    Priority,
    Status,
    TeamId,
    Yes,
)
from domain.conversation import events as conversation


class ConversationOpened(Message, of=conversation.Opened):
    """A conversation began. `opened_by`: customer or company."""

    customer_id: CustomerId
    opened_by: Annotated[str, Field(examples=["customer", "company"])]
    channel: Channel
    language: Language | None
    product_area: Label | None
    segment: Label | None
    priority: Priority


class InteractionAdded(Message, of=conversation.InteractionAdded):
    """The customer brought something: an inquiry, a complaint, an order or feedback."""

    customer_id: CustomerId
    interaction_id: InteractionId
    kind: Kind
    order_id: OrderId | None
    product_area: Label | None
    theme: Label | None


class MessageReceived(Message, of=conversation.MessageReceived):
    """The customer said something."""

    customer_id: CustomerId
    message_id: MessageId
    channel: Channel
    language: Language | None
    attachments: Count

    @classmethod
    def facts(cls, event: conversation.MessageReceived) -> dict[str, Any]:
        """How many attachments, and not what they are called."""
        return super().facts(event) | {"attachments": len(event.attachments)}


class MessageSent(Message, of=conversation.MessageSent):
    """The company said something to the customer. `automatic`: nobody wrote it for this customer."""

    customer_id: CustomerId
    message_id: MessageId
    channel: Channel
    language: Language | None
    attachments: Count
    automatic: Yes

    @classmethod
    def facts(cls, event: conversation.MessageSent) -> dict[str, Any]:
        """How many attachments, and not what they are called."""
        return super().facts(event) | {"attachments": len(event.attachments)}


class ConversationAssigned(Message, of=conversation.Assigned):
    """Who is to answer changed, within what the team decides for itself."""

    customer_id: CustomerId
    team_id: TeamId | None
    agent_id: AgentId | None
    previous_team_id: TeamId | None
    previous_agent_id: AgentId | None


class ConversationHandedOver(Message, of=conversation.HandedOver):
    """One team gave the conversation to another, or to a person in it."""

    customer_id: CustomerId
    team_id: TeamId
    agent_id: AgentId | None
    previous_team_id: TeamId | None
    previous_agent_id: AgentId | None


class PriorityChanged(Message, of=conversation.PriorityChanged):
    """How urgent it is was judged anew."""

    customer_id: CustomerId
    priority: Priority
    previous: Priority


class KindChanged(Message, of=conversation.KindChanged):
    """An interaction turned out to be of another kind."""

    customer_id: CustomerId
    interaction_id: InteractionId
    kind: Kind
    previous: Kind


class StatusChanged(Message, of=conversation.StatusChanged):
    """Who has the next move changed, or the matter was resolved or opened again."""

    customer_id: CustomerId
    status: Status
    previous: Status


class AnswerJudged(Message, of=conversation.AnswerJudged):
    """The customer's verdict on an answer."""

    customer_id: CustomerId
    answered: Yes
    message_id: MessageId | None


class PersonRequested(Message, of=conversation.PersonRequested):
    """The customer wants a person to see to it."""

    customer_id: CustomerId


class ConversationWithdrawn(Message, of=conversation.ConversationWithdrawn):
    """The customer took the matter back."""

    customer_id: CustomerId
    previous: Status


class ConversationMerged(Message, of=conversation.ConversationMerged):
    """From now on it is shown at another."""

    customer_id: CustomerId
    into: ConversationId


class ConversationSeparated(Message, of=conversation.ConversationSeparated):
    """It stands for itself again."""

    customer_id: CustomerId
    out_of: ConversationId


class PartJoined(Message, of=conversation.PartJoined):
    """Others were merged into this one: `joining`; `parts` are all there are from now on."""

    customer_id: CustomerId
    joining: tuple[ConversationId, ...]
    parts: tuple[ConversationId, ...]

    @classmethod
    def facts(cls, event: conversation.PartJoined) -> dict[str, Any]:
        """Which ones, and nothing of what is in them."""
        return super().facts(event) | {"joining": [each.conversation_id for each in event.joining]}


class PartLeft(Message, of=conversation.PartLeft):
    """Some that were merged into this one stand for themselves again."""

    customer_id: CustomerId
    leaving: tuple[ConversationId, ...]
    parts: tuple[ConversationId, ...]


class PartHeard(Message, of=conversation.PartHeard):
    """Something happened in a part, and is told on that one's own stream, too."""

    customer_id: CustomerId
    part: ConversationId
    what: Annotated[str, Field(examples=["received", "answered", "sent", "disputed", "brought", "person-requested"])]


class MessageSplit(Message, of=conversation.MessageSplit):
    """A message in it is about another matter, and is shown in a conversation of its own from now on: `into`."""

    customer_id: CustomerId
    message_id: MessageId
    into: ConversationId


class MessagePlaced(Message, of=conversation.MessagePlaced):
    """It began with a message that was said in another one, `out_of` which it was split, at `said_at`."""

    customer_id: CustomerId
    message_id: MessageId
    out_of: ConversationId
    said_at: Instant


class MessageReturned(Message, of=conversation.MessageReturned):
    """A message that was split off is shown here again, and no more in the one it was split into, `out_of`."""

    customer_id: CustomerId
    message_id: MessageId
    out_of: ConversationId


class MessageTaken(Message, of=conversation.MessageTaken):
    """The message that it began with is shown where it was said again: `back_to`."""

    customer_id: CustomerId
    message_id: MessageId
    back_to: ConversationId
