"""The commands of a conversation."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.conversation.as_sent import as_sent
from domain.conversation.events import Priority
from domain.conversation.interaction import (
    BODY_CHARACTERS,
    MOST_ATTACHMENTS,
    TYPE_CHARACTERS,
    Attachments,
    Body,
    InteractionKind,
    RecordedAttachment,
)
from domain.customer import ContactKind, Name
from domain.kernel.adjusted import Adjusted
from domain.kernel.ids import new_id
from domain.kernel.text import Text
from domain.kernel.values import (
    LATER,
    REMARK_CHARACTERS,
    WRITTEN,
    Channel,
    Fields,
    Frozen,
    Label,
    Language,
    Remark,
    Whole,
)

CompanyStatus = Literal["open", "waiting_on_customer", "on_hold", "resolved"]
"""The statuses that the company may set. Only the customer withdraws."""


class ConversationCommand(Frozen):
    """A command to one conversation."""


class Participant(Frozen):
    """Somebody who takes part in a conversation and is not its customer: by id, or by the contact point by which they
    came. `name`: of a stranger who is new."""

    participant_id: str | None = None
    contact_kind: ContactKind | None = None
    contact: Name | None = None
    name: Name | None = None

    @model_validator(mode="after")
    def _known_somehow(self) -> Self:
        if self.participant_id is None and None in (self.contact_kind, self.contact):
            raise ValueError("name a participant_id, or a contact point")
        return self


class CameBy(Frozen):
    """How a message came: the contact point from which, and the channel's own ids of the message and of its exchange,
    as far as they are known."""

    contact_kind: ContactKind | None = None
    contact: Name | None = None
    channel_message_id: Text | None = None
    thread: Text | None = None


class ChosenContact(Frozen):
    """The contact point to which an answer goes. `contact_of`: whose it is, which the handler looks up."""

    contact_kind: ContactKind
    contact: Name
    contact_of: str | None = None


SentBody = Annotated[Text, Field(max_length=BODY_CHARACTERS), WRITTEN]
"""What a customer says; nothing, where a file came without words."""
SentRemark = Annotated[Text, Field(max_length=REMARK_CHARACTERS), WRITTEN]
SentAttachments = Annotated[tuple[RecordedAttachment, ...], Field(max_length=MOST_ATTACHMENTS)]


class SentCommand(ConversationCommand):
    """A command with what a customer sends, which is brought within these limits, and not refused. `adjusted` says
    what was done."""

    adjusted: Annotated[tuple[Adjusted, ...], LATER] = ()

    @model_validator(mode="before")
    @classmethod
    def _as_sent(cls, fields: Fields) -> Fields:
        if fields.get("opened_by", "customer") == "customer":
            return as_sent(fields)
        # What the company says is of one class with what a customer sends only where both come in.
        return fields | {"attachments": [dict(each) for each in fields.get("attachments", ())]}


class OpenConversation(SentCommand):
    """Begin a conversation with its first interaction and, where there is a text or a file, its first message.

    A complaint may come without a text. What the company says to open one is not adjusted. `message_id` is drawn here,
    so that a second decision finds the same id.
    """

    customer_id: str
    kind: InteractionKind
    channel: Channel
    opened_by: Literal["customer", "company"] = "customer"
    subject: SentRemark | None = None
    body: SentBody | None = None
    language: Language | None = None
    product_area: Label | None = None
    theme: Label | None = None
    segment: Label | None = None
    priority: Priority = "normal"
    order_id: str | None = None
    policy_id: str | None = None
    attachments: SentAttachments = ()
    more_attachments: Annotated[tuple[RecordedAttachment, ...], LATER] = ()
    automatic: Annotated[bool, LATER] = False
    came: Annotated[CameBy | None, LATER] = None
    interaction_id: str = Field(default_factory=lambda: new_id("interaction"))
    message_id: str = Field(default_factory=lambda: new_id("message"))

    @model_validator(mode="after")
    def _said_by_company(self) -> Self:
        if self.opened_by == "company":
            if self.adjusted:
                fields = ", ".join(dict.fromkeys(each.field for each in self.adjusted))
                raise ValueError(f"{fields}: not of the right type, or half of a character; correct it")
            if "" in (self.subject, self.body):
                raise ValueError("what the company says has words; leave out subject or body where there are none")
            names, types = [each.name for each in self.attachments], [each.type for each in self.attachments]
            if not all(0 < len(name) <= REMARK_CHARACTERS for name in names):
                raise ValueError(f"attachments: a name has 1 to {REMARK_CHARACTERS} characters")
            if not all(len(type) <= TYPE_CHARACTERS for type in types):
                raise ValueError(f"attachments: a type has at most {TYPE_CHARACTERS} characters")
        return self


class AddInteraction(ConversationCommand):
    """Add an interaction that the customer brings. A closed conversation opens again."""

    kind: InteractionKind
    order_id: str | None = None
    product_area: Label | None = None
    theme: Label | None = None
    interaction_id: str = Field(default_factory=lambda: new_id("interaction"))


class Words(Frozen):
    """A text that somebody says, and its channel, where the channel is given."""

    body: Body
    channel: Channel | None = None
    language: Language | None = None
    attachments: Attachments = ()


class MessageCommand(ConversationCommand, Words):
    """A command that adds a message."""

    message_id: str = Field(default_factory=lambda: new_id("message"))


class ReceiveMessage(SentCommand):
    """Record a message from the customer, or from another `participant`. The message opens a waiting or closed
    conversation again; "on hold" stays.

    `reopens` is False for a back-dated message that the conversation's later events have overtaken. `automatic`: no
    person wrote the message, as its channel says; it opens nothing again, and nobody waits for an answer. `subject`:
    as the message says it; the conversation keeps its own.
    """

    body: SentBody = ""
    subject: Annotated[SentRemark | None, LATER] = None
    channel: Channel | None = None
    language: Language | None = None
    attachments: SentAttachments = ()
    more_attachments: Annotated[tuple[RecordedAttachment, ...], LATER] = ()
    reopens: bool = True
    automatic: Annotated[bool, LATER] = False
    participant: Annotated[Participant | None, LATER] = None
    came: Annotated[CameBy | None, LATER] = None
    message_id: str = Field(default_factory=lambda: new_id("message"))


class SendReply(MessageCommand):
    """Answer the customer, or the participant `to`. Without a `channel`, the answer goes over the channel that the
    customer prefers, or the one on which the conversation began; to a participant, over the one by which they came.
    Without `to_contact`, the answer goes to where they wrote from last. `template`: the name of the template that the
    text comes from, with the version of the table of templates."""

    automatic: bool = False
    to: Annotated[str | None, LATER] = None
    to_contact: Annotated[ChosenContact | None, LATER] = None
    template: Annotated[Label | None, LATER] = None
    template_version: Annotated[Whole | None, LATER] = None


class AddNote(ConversationCommand):
    """Add a note for colleagues. `again`: also to a part of another conversation, for the sake of a back-dated event
    that may follow."""

    body: Body
    again: bool = False
    note_id: str = Field(default_factory=lambda: new_id("note"))


class Assign(ConversationCommand):
    """Assign the conversation to a team, a person or nobody."""

    team_id: str | None = None
    agent_id: str | None = None


class GiveBack(ConversationCommand):
    """Take the conversation from this agent, if they have it. The conversation stays with its team, unassigned."""

    agent_id: str


class HandOver(ConversationCommand):
    """Hand the conversation over to another team, with the reason."""

    team_id: str
    agent_id: str | None = None
    because: Remark | None = None


class ChangePriority(ConversationCommand):
    """Change the priority. `again`: also where the priority is the same already, or the conversation is a part of
    another, for the sake of a back-dated event that may follow."""

    priority: Priority
    again: bool = False


class SetPolicy(ConversationCommand):
    """Put the clocks under a named policy instead of the one that would be chosen. `again`: as for a priority."""

    policy_id: str
    again: bool = False


class ChangeKind(ConversationCommand):
    """Change the kind of an interaction; without `interaction_id`, of the first. Only an interaction that names its
    order can become an order."""

    kind: InteractionKind
    interaction_id: str | None = None


class ChangeSubject(ConversationCommand):
    """Give the conversation another subject. What the customer wrote stays, and so do the subjects of mails."""

    subject: Remark


class ChangeProductArea(ConversationCommand):
    """Correct the product area; None where the conversation is about none."""

    product_area: Label | None


class ChangeConversationLanguage(ConversationCommand):
    """Correct the language of the conversation."""

    language: Language


class ChangeStatus(ConversationCommand):
    """Wait for the customer, put on hold, resolve or reopen. Only `resolved` takes a resolution.

    A resolved conversation can be resolved anew with another text; without a text nothing changes. `again`: also where
    the status is the same already, or the conversation is a part of another, for the sake of a back-dated event that
    may follow: the status may have been another one then.
    """

    status: CompanyStatus
    resolution: Remark | None = None
    again: bool = False


class JudgeAnswer(SentCommand):
    """Record the customer's verdict on an answer: `message_id`, else the last answer or a resolution without a text."""

    answered: bool
    because: SentRemark | None = None
    message_id: str | None = None


class RequestPerson(SentCommand):
    """Record that the customer wants a person. A bot gives the conversation up; a closed conversation opens again."""

    because: SentRemark | None = None


class Withdraw(SentCommand):
    """Withdraw the matter, for the customer. It can be withdrawn anew with another text."""

    because: SentRemark | None = None


REACHES_PARTS = (AddInteraction, ReceiveMessage, SendReply, JudgeAnswer, RequestPerson)
"""What a part of a merged conversation still accepts: what is said in the part, and shown at the other conversation."""
