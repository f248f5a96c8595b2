"""The bodies of requests about conversations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from api.contract.bodies.contact import ChosenContactBody, ContactBody, SenderBody
from api.contract.bodies.fields import (
    Dated,
    DeliveredAttachments,
    IdText,
    SentArea,
    SentAttachments,
    SentBody,
    SentChannel,
    SentId,
    SentKind,
    SentLanguage,
    SentNumber,
    SentRemark,
    SentThread,
)
from domain.conversation.as_sent import as_channel, as_contact, as_contact_kind, as_name
from domain.conversation.commands import CompanyStatus, Participant, ReceiveMessage, Words
from domain.conversation.events import Priority
from domain.conversation.interaction import Body, InteractionKind
from domain.conversation.participants import AddParticipant
from domain.kernel.adjusted import Adjusted
from domain.kernel.text import Text
from domain.kernel.told import ToldByOthers
from domain.kernel.values import Channel, Flag, Frozen, Label, Language, Remark


class Opening(ToldByOthers):
    """A conversation with a known customer, and its first interaction: who opened it, and the first message. What the
    company says keeps to its limits; what the customer sent is brought within them. `automatic`: no person wrote the
    message."""

    asked = frozenset({"opened_by", "product_area", "theme", "segment", "priority", "order_id"})

    customer_id: IdText
    kind: InteractionKind
    channel: Channel
    opened_by: Literal["customer", "company"] = "customer"
    subject: SentRemark | None = None
    body: SentBody | None = None
    language: SentLanguage | None = None
    product_area: Label | None = None
    theme: Label | None = None
    segment: Label | None = None
    priority: Priority = "normal"
    order_id: IdText | None = None
    attachments: SentAttachments = ()
    automatic: Flag = False


class DeliveredBody(ToldByOthers, Dated):
    """A customer's message as a channel delivers it. The same `channel_message_id` again is the same message.

    `channel`: a word in lower case, such as `mail`. `kind`: `inquiry`, `complaint`, `order` or `feedback`; any other is
    taken for an inquiry. `order_number`: the order that the customer names, as the customer says it. `automatic`: no
    person wrote the message (an out-of-office reply, say): it reopens nothing, and nobody waits for an answer.
    `occurred_at`: when the message was written, if the channel knows better than the log. A date means that day in the
    company's zone.
    """

    channel: SentChannel
    channel_message_id: SentId
    contact: SenderBody
    body: SentBody | None = None
    thread: SentThread | None = None
    kind: SentKind = "inquiry"
    subject: SentRemark | None = None
    language: SentLanguage | None = None
    product_area: SentArea | None = None
    attachments: DeliveredAttachments = ()
    order_number: SentNumber | None = None
    automatic: Flag = False


class ReceivedBody(ToldByOthers):
    """The customer's next message; or that of another participant: `participant_id`, or by contact point, `contact`.
    Customers leave both out. `subject`: as the message says it. `automatic`: no person wrote the message; it reopens
    nothing, and nobody waits for an answer."""

    asked = frozenset({"participant_id", "contact"})

    subject: SentRemark | None = None
    body: SentBody | None = None
    channel: SentChannel | None = None
    language: SentLanguage | None = None
    attachments: SentAttachments = ()
    participant_id: IdText | None = None
    contact: SenderBody | None = None
    automatic: Flag = False

    def command(self) -> ReceiveMessage:
        """The command."""
        sent = {name: value for name, value in self if name not in ("participant_id", "contact", "body", "channel")}
        notes = list(self.not_as_told)
        by = self._participant(notes)
        channel = None if self.channel is None else as_channel(self.channel, notes)
        return ReceiveMessage(**sent, body=self.body or "", channel=channel, participant=by, adjusted=tuple(notes))

    def _participant(self, notes: list[Adjusted]) -> Participant | None:
        who, by = self.participant_id, self.contact
        if by is not None:
            kind, value = as_contact_kind(by.kind, by.value, notes)
            contact, name = as_contact(kind, value, notes), as_name(by.name, notes)
            if not contact and who is None:
                return None
            return Participant(participant_id=who, contact_kind=kind, contact=contact or None, name=name)
        return Participant(participant_id=who) if who else None


class Reply(Words):
    """A message to the customer, or to another participant: `to`. `automatic`: nobody wrote the text for them.
    `to_contact`: one of their contact points; without it, the one from which they wrote last here over the channel."""

    automatic: Flag = False
    to: IdText | None = None
    to_contact: ChosenContactBody | None = None


FieldName = Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
FieldValue = Annotated[Text, Field(max_length=500)]


class TemplateReply(Frozen):
    """A reply by the template of this name, in `language`, else in the conversation's, with its `fields` filled in.
    `channel`, `to`, `to_contact`: as of a reply."""

    template: Label
    fields: Annotated[Mapping[FieldName, FieldValue], Field(max_length=50)] = Field(default_factory=dict)
    language: Language | None = None
    channel: Channel | None = None
    to: IdText | None = None
    to_contact: ChosenContactBody | None = None


class NoteBody(Frozen):
    """A note for colleagues."""

    body: Body


class Interaction(Frozen):
    """An interaction that the customer brings to the same conversation."""

    kind: InteractionKind
    order_id: IdText | None = None
    product_area: Label | None = None
    theme: Label | None = None


class Assignee(Frozen):
    """A team, a person, or nobody."""

    team_id: IdText | None = None
    agent_id: IdText | None = None


class HandOverBody(Frozen):
    """Another team, optionally a person in it, and the reason."""

    team_id: IdText
    agent_id: IdText | None = None
    because: Remark | None = None


class PriorityBody(Frozen):
    """The priority."""

    priority: Priority


class KindBody(Frozen):
    """The kind of an interaction; without `interaction_id`, of the conversation's first. Only an interaction that names
    its order can become an order."""

    kind: InteractionKind
    interaction_id: IdText | None = None


class SubjectBody(Frozen):
    """The subject."""

    subject: Remark


class ProductAreaBody(Frozen):
    """The product area; null where the conversation is about none."""

    product_area: Label | None


class ConversationLanguageBody(Frozen):
    """The language."""

    language: Language


class StatusBody(Frozen):
    """The status. Only `resolved` takes a resolution."""

    status: CompanyStatus
    resolution: Remark | None = None


class Verdict(ToldByOthers):
    """The customer's verdict on an answer; without `message_id`, on the last one."""

    asked = frozenset({"message_id"})

    answered: Flag
    because: SentRemark | None = None
    message_id: IdText | None = None


class Because(ToldByOthers):
    """The reason, in the customer's words."""

    because: SentRemark | None = None


class Split(Frozen):
    """The message that is about another matter, and its kind. The reason is kept, and not sealed: no personal text."""

    message_id: IdText
    kind: InteractionKind
    subject: Remark | None = None
    product_area: Label | None = None
    theme: Label | None = None
    order_id: IdText | None = None
    reason: Remark | None = None


class Removal(Frozen):
    """A message, or a note, and why it is taken out. The reason is kept, and not sealed: no personal text."""

    message_id: IdText
    reason: Remark


class AddedParticipant(Frozen):
    """Who takes part from now on: a `participant_id`, or whoever has the `contact` point. The reason of a colleague is
    kept, and not sealed: no personal text. That of a gateway is not kept."""

    participant_id: IdText | None = None
    contact: ContactBody | None = None
    channel: Channel | None = None
    reason: Remark | None = None

    def command(self) -> AddParticipant:
        """The command. Raises ValidationError where nobody is named."""
        by = self.contact
        contact = {"contact_kind": by.kind, "contact": by.value, "name": by.name} if by is not None else {}
        who = Participant.model_validate({"participant_id": self.participant_id, **contact})
        return AddParticipant(participant=who, channel=self.channel)


class RemovedParticipant(Frozen):
    """Who takes part no longer. The reason of a colleague is kept, and not sealed: no personal text. That of a gateway
    is not kept."""

    participant_id: IdText
    reason: Remark | None = None


class UndoSplitBody(Frozen):
    """Why a split is undone. The reason is kept, and not sealed: no personal text."""

    reason: Remark | None = None


class UnderPolicyBody(Frozen):
    """The policy of the conversation's clocks from now on."""

    policy_id: IdText
