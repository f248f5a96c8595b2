"""The bodies of requests: the fields of each command, without ids that are drawn here or that the path names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from api.edge.parts import ID
from commands.executor.context import Context, happened
from domain import customer, promise, survey
from domain.conversation.as_sent import (
    MOST_SENT,
    OF_ANY_LENGTH,
    SentAttachment,
    as_channel,
    as_contact,
    as_contact_kind,
    as_name,
)
from domain.conversation.commands import CompanyStatus, Participant, ReceiveMessage, Words
from domain.conversation.events import Priority
from domain.conversation.inline_files import DeliveredAttachment
from domain.conversation.interaction import BODY_CHARACTERS, Body, InteractionKind
from domain.conversation.participants import AddParticipant
from domain.customer import ContactKind, Purpose
from domain.customer import Name as CustomerName
from domain.customer.commands import NAME_CHARACTERS
from domain.decision_table.written import TableWritten
from domain.kernel.adjusted import BROUGHT_INTO_FORM, Adjusted, Sent, cut_at
from domain.kernel.text import Text
from domain.kernel.time import TimePrecision, WrittenDayOrInstant, WrittenInstant, until_end
from domain.kernel.values import REMARK_CHARACTERS, Channel, Flag, Frozen, Label, Language, Remark, Reported, Whole
from domain.kernel.versioned import Since
from domain.message import SentCode, SentState
from domain.order.as_told import ToldFacts, ToldLines, ToldNumber, ToldOrder, ToldPart, ToldReason, ToldShipment
from domain.order.limits import NUMBER_CHARACTERS
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy
from domain.signal import commands as signal
from domain.signal.identity import Stage
from domain.signal.item import JourneyStep, ThemeKey, Weight
from domain.signal.theme import MOST_SPLIT
from domain.staff import ColleagueRole, Handle, Name

IdText = Annotated[str, Field(pattern=ID)]

# What a customer sent is not refused for its form (`domain/conversation/as_sent.py`).
SentBody = Annotated[Sent, cut_at(BODY_CHARACTERS)]
SentRemark = Annotated[Sent, cut_at(REMARK_CHARACTERS)]
SentName = Annotated[Sent, cut_at(NAME_CHARACTERS)]
SentContact = Annotated[Sent, BROUGHT_INTO_FORM]
SentContactKind = Annotated[Sent, BROUGHT_INTO_FORM]
SentKind = Annotated[Sent, BROUGHT_INTO_FORM]
SentChannel = Annotated[Sent, BROUGHT_INTO_FORM]
SentNumber = Annotated[Sent, cut_at(NUMBER_CHARACTERS)]
SentLanguage = Annotated[Sent, BROUGHT_INTO_FORM]
SentArea = Annotated[Sent, BROUGHT_INTO_FORM]
SentAttachments = Annotated[tuple[SentAttachment, ...], Field(max_length=MOST_SENT, fail_fast=True)]
DeliveredAttachments = Annotated[tuple[DeliveredAttachment, ...], Field(max_length=MOST_SENT, fail_fast=True)]
SentId = Annotated[Sent, OF_ANY_LENGTH]
"""An id in the channel, of any length. One that a channel can have is kept, sealed, and told with answers."""


class Dated(Reported):
    """When it happened, if the caller knows better than the log. A date means that day in the company's zone."""

    occurred_at: WrittenDayOrInstant | None = None
    time_precision: TimePrecision = "exact"

    def dated(self, context: Context, zone: str) -> Context:
        """The context of the command, with the time that this body gives."""
        return happened(context, self.occurred_at, self.time_precision, zone)


KNOWN_WORDS = Field(json_schema_extra={"x-known-words": True})
"""What the contract says of a text that is one of some words of the company's."""


class Opening(Reported):
    """A conversation with a known customer, and its first interaction: who opened it, and the first message. What the
    company says keeps to its limits; what the customer sent is brought within them. `automatic`: no person wrote the
    message."""

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


class OwnOpening(Reported):
    """A matter that a customer opens. `order_id`: one of the customer's orders; `order_number`: an order as the
    customer says it. `product_area`: one of those that customers may name (`ANTIPHON_PRODUCT_AREAS`)."""

    kind: InteractionKind = "inquiry"
    subject: SentRemark | None = None
    body: SentBody
    language: SentLanguage | None = None
    order_id: IdText | None = None
    order_number: SentNumber | None = None
    product_area: Annotated[Label, KNOWN_WORDS] | None = None
    attachments: SentAttachments = ()


class ContactBody(Reported):
    """A way to reach a customer; `name` is taken where none is known."""

    kind: ContactKind
    value: CustomerName
    name: CustomerName | None = None


class SenderBody(Reported):
    """The contact point from which a message came. `kind`: `mail`, `phone`, `handle` or `account`; a contact point of
    any other kind is taken for a handle. `name` is taken where none is known. Nobody is known by an empty value:
    whoever begins a thread is a new customer, and in a known thread its customer speaks."""

    kind: SentContactKind
    value: SentContact
    name: SentName | None = None


class DeliveredBody(Dated):
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
    thread: SentId | None = None
    kind: SentKind = "inquiry"
    subject: SentRemark | None = None
    language: SentLanguage | None = None
    product_area: SentArea | None = None
    attachments: DeliveredAttachments = ()
    order_number: SentNumber | None = None
    automatic: Flag = False


class DeliveryReport(Dated):
    """How far a message to a customer has come, as its channel reports. `occurred_at`: when, if the channel knows
    better than the log. A date means that day in the company's zone. `code`: why the delivery
    failed. A service's state or code that is none of ours is taken in, too, and kept."""

    conversation_id: IdText
    state: SentState
    code: SentCode | None = None


class ReceivedBody(Reported):
    """The customer's next message; or that of another participant: `participant_id`, or by contact point, `contact`.
    Customers leave both out. `subject`: as the message says it. `automatic`: no person wrote the message; it reopens
    nothing, and nobody waits for an answer."""

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
        notes: list[Adjusted] = []
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


class ChosenContactBody(Frozen):
    """One of the contact points of whoever is answered, in any form."""

    kind: ContactKind
    value: CustomerName


class Reply(Words):
    """A message to the customer, or to another participant: `to`. `automatic`: nobody wrote the text for them.
    `to_contact`: one of their contact points; without it, the one from which they wrote last here over the channel."""

    automatic: Flag = False
    to: IdText | None = None
    to_contact: ChosenContactBody | None = None


class NoteBody(Frozen):
    """A note for colleagues."""

    body: Body


class PassageBody(Frozen):
    """A passage of a message: the characters from `start` up to `end`, as the message's text counts them (characters,
    not bytes). Area and theme, where the reader knows them."""

    message_id: IdText
    start: Annotated[Whole, Field(ge=0, lt=2**31)]
    end: Annotated[Whole, Field(ge=1, lt=2**31)]
    product_area: Label | None = None
    theme: ThemeKey | None = None


class PlacementBody(Frozen):
    """What an item is about; what is left out stays as it was."""

    product_area: Label | None = None
    theme: ThemeKey | None = None
    step: JourneyStep | None = None
    stage: Stage | None = None
    weight: Weight | None = None


class ThemeBody(Frozen):
    """A theme: its key, which never changes, and its name for people. Neither is personal."""

    key: ThemeKey
    name: Label


class ThemeNameBody(Frozen):
    """The name of a theme."""

    name: Label


class ThemeSplitBody(Frozen):
    """The items that are of another theme. The reason is kept, and not sealed: no personal text."""

    into: IdText
    item_ids: Annotated[tuple[IdText, ...], Field(min_length=1, max_length=MOST_SPLIT)]
    reason: Remark | None = None


class ThemeSplitUndoBody(Frozen):
    """The split that is undone. The reason is kept, and not sealed: no personal text."""

    split_id: IdText
    reason: Remark | None = None


class ItemWithdrawalBody(Frozen):
    """Why an item counts no longer; no personal text."""

    reason: Remark


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


class Verdict(Frozen):
    """The customer's verdict on an answer; without `message_id`, on the last one."""

    answered: Flag
    because: SentRemark | None = None
    message_id: IdText | None = None


class Because(Frozen):
    """The reason, in the customer's words."""

    because: SentRemark | None = None


class Erasure(Frozen):
    """The grounds for erasing a person, and the customer or stranger who asked for it. The reason is kept, and not
    sealed: no personal text."""

    reason: Remark
    requested_by: IdText | None = None


class LegalHold(Frozen):
    """Why a legal hold is placed, and when it ends by itself; null: not before it is released. The reason is kept, and
    not sealed: no personal text."""

    reason: Remark
    until: WrittenInstant | None = None


class HoldRelease(Frozen):
    """Why a legal hold ends. The reason is kept, and not sealed: no personal text."""

    reason: Remark


class MergeBody(Frozen):
    """The target of a merge, and the reason. The reason is kept, and not sealed: no personal text."""

    into: IdText
    reason: Remark | None = None


class Separation(Frozen):
    """Why a merge is undone. The reason is kept, and not sealed: no personal text."""

    reason: Remark | None = None


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


class CustomerBody(Frozen):
    """The contact points of a customer; the first known one says who the customer is."""

    contacts: Annotated[tuple[ContactBody, ...], Field(min_length=1, max_length=20, fail_fast=True)]


class NameBody(Frozen):
    """The customer's name; null: none is known. The reason is kept, and not sealed: no personal text."""

    name: CustomerName | None
    reason: Remark


class LanguageBody(Frozen):
    """The language in which the customer writes; null: none is known. The reason is kept, and not sealed: no personal
    text."""

    language: Language | None
    reason: Remark


class SegmentBody(Frozen):
    """The company's own grouping of the customer; null: none. The reason is kept, and not sealed: no personal text."""

    segment: Label | None
    reason: Remark


class Dismissal(Frozen):
    """A proposal about a customer that people looked at, with the other customer, if it names one. The reason is kept,
    and not sealed: no personal text."""

    what: customer.Dismissible
    other_id: IdText | None = None
    reason: Remark


class ContactPointBody(Frozen):
    """A contact point, in any form. The reason is kept, and not sealed: no personal text."""

    kind: ContactKind
    value: CustomerName
    reason: Remark


class MovedContactPoint(ContactPointBody):
    """A contact point, and the customer whose it is now. The reason is kept, and not sealed: no personal text."""

    into: IdText


class SharedContactPoint(ContactPointBody):
    """A contact point, and whether several people use it. The reason is kept, and not sealed: no personal text."""

    shared: Flag = True


class Preferences(Frozen):
    """How a customer wants to be reached. None leaves it to the company. `quiet`: only about what they asked."""

    channel: Channel | None = None
    language: Language | None = None
    quiet: Flag = False


class ConsentBody(Frozen):
    """Whether a customer consents to one purpose, a word of the company's own."""

    purpose: Purpose
    given: Flag

    def command(self, customer_id: str) -> customer.CustomerCommand:
        """The command for this body."""
        command = customer.GiveConsent if self.given else customer.WithdrawConsent
        return command(customer_id=customer_id, purpose=self.purpose)


class TeamBody(Frozen):
    """The name of a team; each team has a name of its own."""

    name: Label


class SignalRouting(Frozen):
    """Where a signal goes. With a team and a reason, also past the published table; with a reason, also where the
    evidence is not strong. Nothing personal belongs in the reason."""

    product_area: Label
    theme: ThemeKey
    stage: Stage
    month: signal.Month | None = None
    team_id: IdText | None = None
    because: Remark | None = None

    def command(self) -> signal.RouteSignal:
        """The command for this body."""
        said = dict(self)
        return signal.RouteSignal(area=said.pop("product_area"), **said)


class SignalAnswer(Frozen):
    """What the team that has a signal answers. `text`: the question, the plan, or the reason; nothing personal belongs
    in it. `due_at`: by when there is a launch; a date means the end of that day in the company's zone."""

    answer: signal.AnswerKind
    text: Remark | None = None
    due_at: WrittenDayOrInstant | None = None
    launch_area: Label | None = None
    team_id: IdText | None = None
    conversation_ids: Annotated[tuple[IdText, ...], Field(max_length=signal.MOST_CONVERSATIONS)] = ()

    def command(self, zone: str) -> signal.SignalCommand:
        """The command for this body. Raises as `domain.signal.commands.answer`."""
        return signal.answer(
            self.answer,
            self.text,
            due_at=None if self.due_at is None else until_end(self.due_at, zone),
            launch_area=self.launch_area,
            team_id=self.team_id,
            conversation_ids=self.conversation_ids,
        )


class SignalFinding(Frozen):
    """What the team of a signal wanted to know."""

    answer: Remark


class SurveyBody(survey.SurveyTerms):
    """A question to a sample of the customers of a product area, or of those who contributed to a signal; of some
    segments only, where they are named. `margin`: half the width of the interval that is wanted, which says how many
    are asked; `expected_response`: the share of those asked who are expected to answer. `texts`: the message by
    language, each with `{token}` once, where the link to the answer has the token; `otherwise` is for all other
    languages. `themes`: the word for the theme, by answer. `closes_at`: a date means the end of that day in the
    company's zone."""

    signal_id: IdText | None = None
    closes_at: WrittenDayOrInstant

    def command(self, zone: str) -> survey.OpenSurvey:
        """The command for this body. Raises pydantic.ValidationError."""
        return survey.OpenSurvey.model_validate({**dict(self), "closes_at": until_end(self.closes_at, zone)})


class SurveyAnswerBody(Frozen):
    """What a customer answers, with the token of the message that asked: 1 to 7, yes or no, one of the choices, or a
    text."""

    token: Annotated[Text, Field(min_length=1, max_length=500)]
    answer: Annotated[Text, Field(min_length=1, max_length=survey.MOST_ANSWER)]


class TableBody(Frozen):
    """A decision table, or another version of the table of this name: from now on, or from a date or an instant in the
    future. Nothing personal belongs in it."""

    name: Label
    table: TableWritten
    effective_from: Since | None = None
    reason: Remark | None = None


class TableDraft(Frozen):
    """Another version of a decision table, to be tried. `since`: on what was decided since then; without it, in the
    last 90 days."""

    table: TableWritten
    since: WrittenInstant | None = None


class Joining(Frozen):
    """A staff member."""

    handle: Handle
    name: Name
    roles: Annotated[tuple[ColleagueRole, ...], Field(min_length=1, max_length=5, fail_fast=True)] = ("agent",)
    team_id: IdText | None = None


class Moving(Frozen):
    """The team to which the staff member moves; null: out of every team."""

    team_id: IdText | None


class Roles(Frozen):
    """All roles of the staff member from now on."""

    roles: Annotated[tuple[ColleagueRole, ...], Field(min_length=1, max_length=5, fail_fast=True)]


class Departure(Frozen):
    """Why a staff member leaves. The reason is kept, and not sealed: no personal text."""

    reason: Remark | None = None


class PromiseBody(Frozen):
    """What will happen by when, in a conversation or about an order. `due_at`: a date means the end of that day in the
    company's zone. `delivery`: the promise says when the order will be with the customer."""

    customer_id: IdText
    text: Remark
    due_at: WrittenDayOrInstant
    conversation_id: IdText | None = None
    order_id: IdText | None = None
    delivery: Flag = False


class RevisionBody(Frozen):
    """Another date (its end counts) or instant, and the reason, which the customer reads."""

    due_at: WrittenDayOrInstant
    because: Remark


class Outcome(Dated):
    """The outcome of a promise. `because`, which the customer reads, is for broken promises, not for kept ones.
    `occurred_at`: when the promise was kept, say, if a gateway knows better than the log. A date means that day in the
    company's zone."""

    outcome: Literal["kept", "broken", "withdrawn"]
    because: Remark | None = None

    def command(self) -> promise.PromiseCommand:
        """The command for this body. Raises pydantic.ValidationError."""
        command = _OUTCOMES[self.outcome]
        return command.model_validate(self.model_dump(include={"because"}, exclude_none=True))


_OUTCOMES: Mapping[str, type[promise.PromiseCommand]] = {
    "kept": promise.KeepPromise,
    "broken": promise.BreakPromise,
    "withdrawn": promise.WithdrawPromise,
}


class OrderBody(ToldOrder, Dated):
    """A customer's order. `placed_on`: the source's local date, where there is one. `occurred_at`: when the order was
    placed, if the order system knows better than the log. A date means that day in the company's zone."""

    customer_id: IdText
    number: ToldNumber | None = None


class Shipment(ToldShipment, ToldPart, Dated):
    """The order, or a part of it, was sent: with a number (`parcel`, `tracking`), that parcel; with lines, a part that
    holds them; without both, the whole order."""


class DeliveryBody(ToldFacts, ToldPart, Dated):
    """The order, or a part of it, reached the customer, with the known facts. `parcel`: its number, or the tracking
    number."""


class DeliveryFacts(ToldFacts, Dated):
    """Facts about the delivery, or about that of one parcel; null leaves a fact as it is."""

    parcel: ToldNumber | None = None


class Cancellation(ToldReason, Dated):
    """The order was cancelled; with lines, only these."""

    lines: ToldLines = ()


class ReturnBody(ToldReason, ToldPart, Dated):
    """The order, or a part of it, came back. `parcel`: the number of a parcel that was sent, or of the return."""


class PolicyBody(sla_policy.Terms):
    """A policy with a name of its own. `targets` and `by_priority`: business time by metric, as PT4H or 4h.
    Conversations choose it from now on, from a later `effective_from` on, or, as a correction, since `correct_from`."""

    name: Label
    calendar_id: IdText
    effective_from: Since | None = None
    correct_from: Since | None = None


class PolicyEdit(EditPolicy):
    """The keys that change, from when on, and why; the others stay."""

    calendar_id: IdText | None = None
    reason: Remark | None = None


class PolicyCorrection(CorrectPolicy):
    """The keys to correct, since when, and why; the others stay."""

    calendar_id: IdText | None = None
    reason: Remark | None = None


class CalendarBody(OpeningHours):
    """Opening hours with a name of their own."""

    name: Label


class CalendarEdit(calendar_versions.EditCalendar):
    """The keys that change, from when on, and why; the others stay."""

    reason: Remark | None = None


class CalendarCorrection(calendar_versions.CorrectCalendar):
    """The keys to correct, since when, and why; the others stay."""

    reason: Remark | None = None


class UnderPolicyBody(Frozen):
    """The policy of the conversation's clocks from now on."""

    policy_id: IdText
