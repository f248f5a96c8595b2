"""The integration events of conversations."""

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
    ParticipantId,
    Priority,
    Status,
    TableVersion,
    TeamId,
    TemplateName,
    Yes,
)
from domain.conversation import events as conversation


class ConversationOpened(Message, of=conversation.Opened):
    """A conversation began. `opened_by`: customer or company. `automatic`: with a message of the customer that no
    person wrote."""

    customer_id: CustomerId
    opened_by: Annotated[str, Field(examples=["customer", "company"])]
    channel: Channel
    language: Language | None
    product_area: Label | None
    segment: Label | None
    priority: Priority
    automatic: Yes


class InteractionAdded(Message, of=conversation.InteractionAdded):
    """The customer brought an interaction: an inquiry, a complaint, an order or feedback."""

    customer_id: CustomerId
    interaction_id: InteractionId
    kind: Kind
    order_id: OrderId | None
    product_area: Label | None
    theme: Label | None


class OrderNamed(Message, of=conversation.OrderNamed):
    """A message names an order of the customer: an order that was placed, is placed later, or never is."""

    customer_id: CustomerId
    message_id: MessageId
    order_id: OrderId


class ChannelIdRepeated(Message, of=conversation.ChannelIdRepeated):
    """The channel gave a message the id of an earlier one, which says something else."""

    customer_id: CustomerId
    message_id: MessageId
    first_in: ConversationId


class MailTakenIn(Message, of=conversation.MailTakenIn):
    """A message came by mail. `joined_by`: what shows that it belongs to this conversation; null where it opened the
    conversation. `no_body`: why it shows no text. `cut`: which limits it went beyond."""

    customer_id: CustomerId
    message_id: MessageId
    participant_id: ParticipantId | None
    joined_by: Annotated[str, Field(examples=["address-token", "own-message-id"])] | None
    subject_changed: Yes
    no_body: Annotated[str, Field(examples=["empty", "only-files"])] | None
    cut: tuple[Annotated[str, Field(examples=["size", "parts"])], ...]


class MessageReceived(Message, of=conversation.MessageReceived):
    """The customer wrote, or another participant: `participant_id`. `automatic`: no person wrote it, as its channel
    says. `has_subject`: it has one of its own, other than the conversation's."""

    customer_id: CustomerId
    message_id: MessageId
    channel: Channel
    language: Language | None
    attachments: Count
    automatic: Yes
    participant_id: ParticipantId | None
    has_subject: Yes

    @classmethod
    def facts(cls, event: conversation.MessageReceived) -> dict[str, Any]:
        """The number of attachments, without their names."""
        count = len(event.attachments) + len(event.more_attachments) + (event.rest.attachments if event.rest else 0)
        return super().facts(event) | {"attachments": count}


class MessageSent(Message, of=conversation.MessageSent):
    """The company wrote to the customer, or to another participant: `participant_id`. `automatic`: nobody wrote the
    text for them. `template`: the text is this one of the table of templates, of the version `template_version`."""

    customer_id: CustomerId
    message_id: MessageId
    channel: Channel
    language: Language | None
    attachments: Count
    automatic: Yes
    participant_id: ParticipantId | None
    template: TemplateName | None
    template_version: TableVersion | None

    @classmethod
    def facts(cls, event: conversation.MessageSent) -> dict[str, Any]:
        """The number of attachments, without their names."""
        return super().facts(event) | {"attachments": len(event.attachments)}


class ParticipantJoined(Message, of=conversation.ParticipantJoined):
    """Somebody other than the conversation's customer takes part from now on: another customer, or a stranger."""

    customer_id: CustomerId
    participant_id: ParticipantId
    channel: Channel


class ParticipantLeft(Message, of=conversation.ParticipantLeft):
    """Somebody removed a participant from the conversation."""

    customer_id: CustomerId
    participant_id: ParticipantId


class ConversationAssigned(Message, of=conversation.Assigned):
    """The assignee changed, within the team."""

    customer_id: CustomerId
    team_id: TeamId | None
    agent_id: AgentId | None
    previous_team_id: TeamId | None
    previous_agent_id: AgentId | None


class ConversationHandedOver(Message, of=conversation.HandedOver):
    """One team handed the conversation over to another team, or to a person in that team."""

    customer_id: CustomerId
    team_id: TeamId
    agent_id: AgentId | None
    previous_team_id: TeamId | None
    previous_agent_id: AgentId | None


class PriorityChanged(Message, of=conversation.PriorityChanged):
    """The priority changed."""

    customer_id: CustomerId
    priority: Priority
    previous: Priority


class KindChanged(Message, of=conversation.KindChanged):
    """The kind of an interaction was corrected."""

    customer_id: CustomerId
    interaction_id: InteractionId
    kind: Kind
    previous: Kind


class SubjectChanged(Message, of=conversation.SubjectChanged):
    """The conversation got another subject."""

    customer_id: CustomerId


class ProductAreaChanged(Message, of=conversation.ProductAreaChanged):
    """The product area was corrected; null where the conversation is about none."""

    customer_id: CustomerId
    product_area: Label | None
    previous: Label | None


class ConversationLanguageChanged(Message, of=conversation.ConversationLanguageChanged):
    """The language of the conversation was corrected."""

    customer_id: CustomerId
    language: Language
    previous: Language | None


class StatusChanged(Message, of=conversation.StatusChanged):
    """The status changed: another side has the next move, or the matter was resolved or reopened."""

    customer_id: CustomerId
    status: Status
    previous: Status


class AnswerJudged(Message, of=conversation.AnswerJudged):
    """The customer gave a verdict on an answer."""

    customer_id: CustomerId
    answered: Yes
    message_id: MessageId | None


class PersonRequested(Message, of=conversation.PersonRequested):
    """The customer asked for a person."""

    customer_id: CustomerId


class ConversationWithdrawn(Message, of=conversation.ConversationWithdrawn):
    """The customer withdrew the matter."""

    customer_id: CustomerId
    previous: Status


class ConversationMerged(Message, of=conversation.ConversationMerged):
    """The conversation became a part of a target, which shows it from now on."""

    customer_id: CustomerId
    into: ConversationId


class ConversationSeparated(Message, of=conversation.ConversationSeparated):
    """The conversation is a part no longer, and is shown by itself."""

    customer_id: CustomerId
    out_of: ConversationId


class PartJoined(Message, of=conversation.PartJoined):
    """Other conversations were merged into this one: `joining`. `parts`: all parts from now on."""

    customer_id: CustomerId
    joining: tuple[ConversationId, ...]
    parts: tuple[ConversationId, ...]


class PartLeft(Message, of=conversation.PartLeft):
    """Conversations were taken out of this one again."""

    customer_id: CustomerId
    leaving: tuple[ConversationId, ...]
    parts: tuple[ConversationId, ...]


class PartHeard(Message, of=conversation.PartHeard):
    """Something happened in a part; the part's own stream has the event, too."""

    customer_id: CustomerId
    part: ConversationId
    what: Annotated[
        str,
        Field(
            examples=["received", "answered", "sent", "disputed", "brought", "person-requested", "automatic", "aside"]
        ),
    ]


class MessageSplit(Message, of=conversation.MessageSplit):
    """A message is about another matter: from now on the conversation `into` shows the message."""

    customer_id: CustomerId
    message_id: MessageId
    into: ConversationId


class MessagePlaced(Message, of=conversation.MessagePlaced):
    """The conversation began with a message from another one, `out_of`, where the message was said at `said_at`."""

    customer_id: CustomerId
    message_id: MessageId
    out_of: ConversationId
    said_at: Instant


class MessageReturned(Message, of=conversation.MessageReturned):
    """This conversation shows its message again; `out_of`, into which the message was split, shows it no longer."""

    customer_id: CustomerId
    message_id: MessageId
    out_of: ConversationId


class MessageTaken(Message, of=conversation.MessageTaken):
    """The message that this conversation began with returned to its own conversation, `back_to`."""

    customer_id: CustomerId
    message_id: MessageId
    back_to: ConversationId


class SuggestionDismissed(Message, of=conversation.SuggestionDismissed):
    """Somebody looked at what may be one matter with `other_id`, and leaves the two conversations apart."""

    customer_id: CustomerId
    other_id: ConversationId
