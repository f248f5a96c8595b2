"""What callers send: each command's fields, less the ids that are drawn here and those that the path names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from api.edge.parts import ID
from domain import customer, promise
from domain.conversation.commands import CompanyStatus, Words
from domain.conversation.events import Priority
from domain.conversation.interaction import Attachments, Body, InteractionKind
from domain.customer import ContactKind, Purpose
from domain.customer import Name as CustomerName
from domain.kernel.time import TimePrecision, WrittenDay, WrittenDayOrInstant
from domain.kernel.values import Channel, Flag, Frozen, Label, Language, Remark, Whole
from domain.message import DeliveryState, FailureCode
from domain.order import MOST, Currency, Lines, Money, Number
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from domain.service_level.opening_hours import OpeningHours
from domain.staff import ColleagueRole, Handle, Name

IdText = Annotated[str, Field(pattern=ID)]


class Opening(Frozen):
    """A conversation with a customer who is known, and its first interaction: who said the first word, and what."""

    customer_id: IdText
    kind: InteractionKind
    channel: Channel
    opened_by: Literal["customer", "company"] = "customer"
    subject: Remark | None = None
    body: Body | None = None
    language: Language | None = None
    product_area: Label | None = None
    theme: Label | None = None
    segment: Label | None = None
    priority: Priority = "normal"
    order_id: IdText | None = None
    attachments: Attachments = ()


class ContactBody(Frozen):
    """A way to reach a customer; `name` is used when they are new."""

    kind: ContactKind
    value: CustomerName
    name: CustomerName | None = None


class DeliveredBody(Frozen):
    """A customer's message as a channel hands it over. The same `channel_message_id` again is the same message.

    `occurred_at`: when it was said, where the channel knows better than the log; never in the future. A date means that
    day in the company's zone.
    """

    channel: Channel
    channel_message_id: Annotated[Remark, Field(max_length=500)]
    contact: ContactBody
    body: Body
    thread: Remark | None = None
    kind: InteractionKind = "inquiry"
    subject: Remark | None = None
    language: Language | None = None
    product_area: Label | None = None
    attachments: Attachments = ()
    order_number: Number | None = None
    occurred_at: WrittenDayOrInstant | None = None
    time_precision: TimePrecision = "exact"


class DeliveryReport(Frozen):
    """How far a message to a customer has come, as its channel tells, and when, where the channel knows better than the
    log; never in the future. A date means that day in the company's zone. `code`: why it failed."""

    conversation_id: IdText
    state: DeliveryState
    code: FailureCode | None = None
    occurred_at: WrittenDayOrInstant | None = None
    time_precision: TimePrecision = "exact"


class ReceivedBody(Words):
    """What the customer says next."""


class Reply(ReceivedBody):
    """What is said to the customer. `automatic`: nobody wrote it for this customer."""

    automatic: Flag = False


class NoteBody(Frozen):
    """Something for colleagues only."""

    body: Body


class Interaction(Frozen):
    """One more thing that the customer brings into the same conversation."""

    kind: InteractionKind
    order_id: IdText | None = None
    product_area: Label | None = None
    theme: Label | None = None


class Assignee(Frozen):
    """A team, a person, or nobody."""

    team_id: IdText | None = None
    agent_id: IdText | None = None


class HandOverBody(Frozen):
    """Another team, perhaps a person in it, and why."""

    team_id: IdText
    agent_id: IdText | None = None
    because: Remark | None = None


class PriorityBody(Frozen):
    """How urgent it is."""

    priority: Priority


class KindBody(Frozen):
    """What an interaction turned out to be; without `interaction_id`, the conversation's first. Of kind order is only
    what names its order."""

    kind: InteractionKind
    interaction_id: IdText | None = None


class StatusBody(Frozen):
    """Who has the next move. A resolution is said with `resolved` only."""

    status: CompanyStatus
    resolution: Remark | None = None


class Verdict(Frozen):
    """The customer's verdict on an answer; without `message_id`, on the last one."""

    answered: Flag
    because: Remark | None = None
    message_id: IdText | None = None


class Because(Frozen):
    """Why, in the customer's words."""

    because: Remark | None = None


class Erasure(Frozen):
    """On what grounds a customer is forgotten. It is kept, and not sealed: no personal text."""

    reason: Remark


class MergeBody(Frozen):
    """What turned out to be the same, a person or a matter, and what says so. The reason is kept, and not sealed: no
    personal text."""

    into: IdText
    reason: Remark | None = None


class Separation(Frozen):
    """Why they are not the same after all. It is kept, and not sealed: no personal text."""

    reason: Remark | None = None


class Split(Frozen):
    """Which message is about another matter, and what it is. The reason is kept, and not sealed: no personal text."""

    message_id: IdText
    kind: InteractionKind
    subject: Remark | None = None
    product_area: Label | None = None
    theme: Label | None = None
    order_id: IdText | None = None
    reason: Remark | None = None


class UndoSplitBody(Frozen):
    """Why it is the same matter after all. It is kept, and not sealed: no personal text."""

    reason: Remark | None = None


class CustomerBody(Frozen):
    """The ways to reach a customer; the first that is known says who it is."""

    contacts: Annotated[tuple[ContactBody, ...], Field(min_length=1, max_length=20, fail_fast=True)]


class Preferences(Frozen):
    """How a customer wants to be reached. None leaves it to the company. `quiet`: only about what they asked."""

    channel: Channel | None = None
    language: Language | None = None
    quiet: Flag = False


class ConsentBody(Frozen):
    """Whether a customer agrees to one purpose, which is a word of the company's own."""

    purpose: Purpose
    given: Flag

    def command(self, customer_id: str) -> customer.CustomerCommand:
        """What is asked."""
        command = customer.GiveConsent if self.given else customer.WithdrawConsent
        return command(customer_id=customer_id, purpose=self.purpose)


class TeamBody(Frozen):
    """A team's name, which is its own."""

    name: Label


class Joining(Frozen):
    """A staff member."""

    handle: Handle
    name: Name
    roles: Annotated[tuple[ColleagueRole, ...], Field(min_length=1, max_length=5, fail_fast=True)] = ("agent",)
    team_id: IdText | None = None


class Moving(Frozen):
    """The team they go to; none with null."""

    team_id: IdText | None


class Roles(Frozen):
    """All the roles they have from now on."""

    roles: Annotated[tuple[ColleagueRole, ...], Field(min_length=1, max_length=5, fail_fast=True)]


class Departure(Frozen):
    """Why they leave. It is kept, and not sealed: no personal text."""

    reason: Remark | None = None


class PromiseBody(Frozen):
    """What will happen by when, in a conversation or about an order. `due_at`: a date means the end of that day in the
    company's zone. `delivery`: it is the order's delivery."""

    customer_id: IdText
    text: Remark
    due_at: WrittenDayOrInstant
    conversation_id: IdText | None = None
    order_id: IdText | None = None
    delivery: Flag = False


class RevisionBody(Frozen):
    """Another date, of which the end counts, or an instant; and why, for the customer to read."""

    due_at: WrittenDayOrInstant
    because: Remark


class Outcome(Frozen):
    """What became of a promise. `because`, for the customer to read, is said of one broken, and not of one kept."""

    outcome: Literal["kept", "broken", "withdrawn"]
    because: Remark | None = None

    def command(self) -> promise.PromiseCommand:
        """What is asked. Raises pydantic.ValidationError."""
        command = _OUTCOMES[self.outcome]
        return command.model_validate(self.model_dump(include={"because"}, exclude_none=True))


_OUTCOMES: Mapping[str, type[promise.PromiseCommand]] = {
    "kept": promise.KeepPromise,
    "broken": promise.BreakPromise,
    "withdrawn": promise.WithdrawPromise,
}


class OrderBody(Frozen):
    """What a customer ordered. `placed_on` is the source's local date, where it has one."""

    customer_id: IdText
    number: Number | None = None
    placed_on: WrittenDay | None = None
    item_count: Whole | None = Field(default=None, ge=0, le=MOST)
    value: Money | None = None
    currency: Currency | None = None
    lines: Lines = ()


class PolicyBody(sla_policy.Terms):
    """A policy by a name that is its own. `targets` and `by_priority`: business time by metric, as PT4H or 4h."""

    name: Label
    calendar_id: IdText


class PolicyEdit(sla_policy.EditPolicy):
    """What of it is to read otherwise, from when on, and why; what is not named stays as it is."""

    calendar_id: IdText | None = None
    reason: Remark | None = None


class PolicyCorrection(sla_policy.CorrectPolicy):
    """What of it should have read otherwise, since when, and why."""

    calendar_id: IdText | None = None
    reason: Remark | None = None


class CalendarBody(OpeningHours):
    """Opening hours by a name that is their own."""

    name: Label


class CalendarEdit(calendar_versions.EditCalendar):
    """What of it is to read otherwise, from when on, and why; what is not named stays as it is."""

    reason: Remark | None = None


class CalendarCorrection(calendar_versions.CorrectCalendar):
    """What of it should have read otherwise, since when, and why."""

    reason: Remark | None = None


class UnderPolicyBody(Frozen):
    """The policy by which its clocks go from now on."""

    policy_id: IdText
