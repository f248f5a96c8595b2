"""What others are told: one message for each event, of a class of its own, so that how we store things may change while
what was promised to subscribers stays.

Facts, ids, states and times; nothing that anybody said or by which they are known. An event without a class here is
told as the bare fact that it happened. Fields are added and never removed or retyped; states are open words, to which
others may be added. `python -m consumers.publishing.contract` writes the contract anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model

from consumers.publishing.cloudevents import headers, zulu
from domain import customer, message, order, promise
from domain.catalogue import EVENTS
from domain.conversation import events as conversation
from domain.kernel.event import Event, Recorded
from domain.service_level import verdicts as sla_verdicts

TOPIC_OF_KIND: Mapping[str, str] = MappingProxyType(
    {
        "conversation": "conversations.v1",
        "message": "conversations.v1",
        "promise": "conversations.v1",
        "customer": "customers.v1",
        "order": "orders.v1",
        "clocks": "clocks.v1",
        "signal": "signals.v1",
    }
)
"""Where each kind of stream is told: by its kind alone, so that all of a stream is in one topic, under one key. What a
channel tells of a message, and a promise, belong to the dialogue."""

INTERNAL = frozenset({"staff", "team", "follower", "calendar", "policy", "watch"})
"""The kinds of which nothing is told: who works here and when, and how this system is run."""

_SOME = "01990000-0000-7000-8000-000000000001"
CustomerId = Annotated[str, Field(examples=[f"customer-{_SOME}"])]
ConversationId = Annotated[str, Field(examples=[f"conversation-{_SOME}"])]
OrderId = Annotated[str, Field(examples=[f"order-{_SOME}"])]
PromiseId = Annotated[str, Field(examples=[f"promise-{_SOME}"])]
MessageId = Annotated[str, Field(examples=[f"message-{_SOME}"])]
InteractionId = Annotated[str, Field(examples=[f"interaction-{_SOME}"])]
NoteId = Annotated[str, Field(examples=[f"note-{_SOME}"])]
TeamId = Annotated[str, Field(examples=[f"team-{_SOME}"])]
AgentId = Annotated[str, Field(examples=[f"staff-{_SOME}"])]
PolicyId = Annotated[str, Field(examples=[f"policy-{_SOME}"])]
CalendarId = Annotated[str, Field(examples=[f"calendar-{_SOME}"])]
Metric = Annotated[str, Field(examples=["first_reply", "next_reply", "agent_work"])]
Cause = Annotated[str, Field(examples=["time", "policy_change"])]
Channel = Annotated[str, Field(examples=["mail", "chat"])]
Language = Annotated[str, Field(examples=["de", "pt-BR"])]
Label = Annotated[str, Field(examples=["E-Bikes"])]
Kind = Annotated[str, Field(examples=["inquiry", "complaint", "order", "feedback"])]
Status = Annotated[str, Field(examples=["open", "waiting_on_customer", "on_hold", "resolved", "withdrawn"])]
Priority = Annotated[str, Field(examples=["normal", "low", "high", "urgent"])]
Instant = Annotated[AwareDatetime, Field(examples=["2026-01-31T23:59:59.500000Z"])]
Count = Annotated[int, Field(examples=[2])]
Yes = Annotated[bool, Field(examples=[True])]

_CLASSES: dict[str, type[Message]] = {}


class Message(BaseModel):
    """Something happened. `by`: the kind of who did it: customer, agent, bot, system or service."""

    # Open: a subscriber that reads by these classes does not stumble over a field that came later.
    model_config = ConfigDict(frozen=True, extra="ignore")

    of: ClassVar[type[Event]]

    by: Annotated[str, Field(examples=["agent", "customer", "bot", "system", "service"])]

    def __init_subclass__(cls, of: type[Event] | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if of is not None:
            cls.of = of
            _CLASSES[of.stored_name] = cls

    @classmethod
    def facts(cls, event: Any) -> dict[str, Any]:
        """What it tells of the event: the fields of the same name, unless a class knows better."""
        return {name: getattr(event, name) for name in cls.model_fields if name != "by"}

    @classmethod
    def type_name(cls) -> str:
        """Its CloudEvents type."""
        return type_of(cls.of.stored_name)


# -- conversations


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


class ConversationWithdrawn(Message, of=conversation.Withdrawn):
    """The customer took the matter back."""

    customer_id: CustomerId
    previous: Status


class ConversationMerged(Message, of=conversation.Merged):
    """From now on it is shown at another."""

    customer_id: CustomerId
    into: ConversationId


class ConversationSeparated(Message, of=conversation.Separated):
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


# -- messages on their way, and promises


class DeliveryChanged(Message, of=message.DeliveryChanged):
    """A message to a customer came further: queued, sent, failed, delivered or read."""

    customer_id: CustomerId
    conversation_id: ConversationId
    message_id: MessageId
    state: Annotated[str, Field(examples=["delivered", "queued", "sent", "failed", "read"])]
    code: Annotated[str, Field(examples=["mailbox-full"])] | None


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


class PromiseWithdrawn(Message, of=promise.Withdrawn):
    """Nobody expects it any more."""

    promise_id: PromiseId
    customer_id: CustomerId
    conversation_id: ConversationId | None
    order_id: OrderId | None


# -- customers


class CustomerRegistered(Message, of=customer.Registered):
    """The company first heard of this customer."""

    customer_id: CustomerId
    language: Language | None
    segment: Label | None


class ContactPointAdded(Message, of=customer.ContactPointAdded):
    """There is one more way to reach them; which one is not told."""

    customer_id: CustomerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]


class PreferencesChosen(Message, of=customer.PreferencesChosen):
    """How they want to be reached from now on; null leaves it to the company."""

    customer_id: CustomerId
    channel: Channel | None
    language: Language | None
    quiet: Yes


class ConsentGiven(Message, of=customer.ConsentGiven):
    """They agreed to one purpose."""

    customer_id: CustomerId
    purpose: Annotated[str, Field(examples=["newsletter"])]


class ConsentWithdrawn(Message, of=customer.ConsentWithdrawn):
    """They do not agree to one purpose, or not any more."""

    customer_id: CustomerId
    purpose: Annotated[str, Field(examples=["newsletter"])]


class CustomerErased(Message, of=customer.Erased):
    """They were forgotten: whoever keeps anything of them forgets it, too."""

    customer_id: CustomerId


class CustomerMerged(Message, of=customer.Merged):
    """They turned out to be the same person as another."""

    customer_id: CustomerId
    into: CustomerId


class CustomerJoined(Message, of=customer.Joined):
    """The other side of a merge: `part_id` is shown with them."""

    customer_id: CustomerId
    part_id: CustomerId


class CustomerSeparated(Message, of=customer.Separated):
    """A merge was taken back."""

    customer_id: CustomerId
    out_of: CustomerId


class CustomerParted(Message, of=customer.Parted):
    """The other side of it."""

    customer_id: CustomerId
    part_id: CustomerId


# -- orders


class OrderPlaced(Message, of=order.Placed):
    """The customer ordered. `value` is a decimal number as text."""

    order_id: OrderId
    customer_id: CustomerId
    placed_on: Annotated[date, Field(examples=["2026-01-31"])] | None
    item_count: Count | None
    value: Annotated[Decimal, Field(examples=["1299.90"])] | None
    currency: Annotated[str, Field(examples=["EUR"])] | None


class OrderDeliveryPromised(Message, of=order.DeliveryPromised):
    """The customer was told by when it would be with them."""

    order_id: OrderId
    customer_id: CustomerId
    promise_id: PromiseId
    due_at: Instant


class OrderShipped(Message, of=order.Shipped):
    """It is on its way."""

    order_id: OrderId
    customer_id: CustomerId
    carrier: Label | None


class OrderDelivered(Message, of=order.Delivered):
    """The customer has it. Each fact is null while nobody knows."""

    order_id: OrderId
    customer_id: CustomerId
    in_full: Yes | None
    undamaged: Yes | None
    documents_right: Yes | None


class OrderDeliveryChecked(Message, of=order.DeliveryChecked):
    """What was known of the delivery was put right; null leaves it as it was."""

    order_id: OrderId
    customer_id: CustomerId
    in_full: Yes | None
    undamaged: Yes | None
    documents_right: Yes | None


class OrderCancelled(Message, of=order.Cancelled):
    """It will not be delivered."""

    order_id: OrderId
    customer_id: CustomerId


class OrderReturned(Message, of=order.Returned):
    """It came back."""

    order_id: OrderId
    customer_id: CustomerId


# -- clocks


class ClockTold(BaseModel):
    """Where one clock stands. What changes by itself as time goes by is told of what has stopped only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    started_in: ConversationId
    metric: Metric
    number: Count
    instance: Count
    state: Annotated[str, Field(examples=["running", "paused", "met", "met-late", "cancelled"])]
    started_at: Instant
    due_at: Instant | None
    stopped_at: Instant | None
    consumed_seconds: Count | None
    over_seconds: Count | None
    breached_at: Instant | None
    cause: Cause | None
    policy_id: PolicyId
    policy_version: Count
    calendar_id: CalendarId
    calendar_version: Count | None


class ClocksSeen(Message, of=sla_verdicts.Seen):
    """Where all clocks of a conversation stand, as of its version `up_to`."""

    conversation_id: ConversationId
    up_to: Count
    clocks: Annotated[tuple[ClockTold, ...], Field(examples=[[]])]

    @classmethod
    def facts(cls, event: sla_verdicts.Seen) -> dict[str, Any]:
        """Each clock, with which one it is among its own fields."""
        return super().facts(event) | {"clocks": [_which(each.which) | dict(each) for each in event.clocks]}


class _OneClock(Message):
    """Of the `number`-th clock of a metric that started in the conversation `started_in`."""

    conversation_id: ConversationId
    started_in: ConversationId
    metric: Metric
    number: Count

    @classmethod
    def facts(cls, event: Any) -> dict[str, Any]:
        """Which clock it is, and the rest as it is."""
        which = _which(event.which)
        return which | {name: getattr(event, name) for name in cls.model_fields if name not in ("by", *which)}


class ClockWarned(_OneClock, of=sla_verdicts.Warned):
    """A due came near."""

    warn_at: Instant
    due_at: Instant


class ClockBreached(_OneClock, of=sla_verdicts.Breached):
    """A target was missed, at `breached_at`; noticed at `detected_at`. `cause`: time, or a change of the policy."""

    due_at: Instant | None
    breached_at: Instant
    detected_at: Instant
    cause: Cause


class ClockMet(_OneClock, of=sla_verdicts.Met):
    """A target was met."""

    stopped_at: Instant


class ClockNeverDue(_OneClock, of=sla_verdicts.NeverDue):
    """An error: the calendar that it goes by never opens, so that nothing is due."""

    calendar_id: CalendarId
    calendar_version: Count | None


class BreachWithdrawn(_OneClock, of=sla_verdicts.Withdrawn):
    """What was told to be missed at `breached_at` was not, as what came in since shows."""

    breached_at: Instant


def _which(which: sla_verdicts.Which) -> dict[str, Any]:
    return {"started_in": which.conversation_id, "metric": which.metric, "number": which.number}


# -- all of them


def kind_told(stored_name: str) -> str:
    """The kind of stream an event of this name stands in."""
    return stored_name.partition(".")[0]


def topic_of(stored_name: str) -> str | None:
    """The topic, without its prefix, in which events of this name are told; None where they are not."""
    return TOPIC_OF_KIND.get(kind_told(stored_name))


def type_of(stored_name: str) -> str:
    """The CloudEvents type of what is told of such an event."""
    return f"antiphon.{stored_name}.v1"


def schema_of(stored_name: str) -> str:
    """The name of the JSON Schema (docs/topics) that its message follows."""
    return f"urn:antiphon:{stored_name}.v1"


def message_of(stored_name: str) -> type[Message]:
    """The class of what is told of such an event; a bare fact where none was written for it."""
    if stored_name not in _CLASSES:
        name = "".join(part.capitalize() for part in stored_name.replace(".", "-").split("-"))
        create_model(name, __base__=Message, __doc__="It happened.", __cls_kwargs__={"of": EVENTS[stored_name]})
    return _CLASSES[stored_name]


TOLD: Mapping[str, type[Message]] = MappingProxyType(
    {name: message_of(name) for name in sorted(EVENTS) if topic_of(name) is not None}
)
"""Every message there is, by the stored name of its event."""


def told(entry: Recorded[Event]) -> tuple[bytes, list[tuple[str, bytes]]]:
    """What is told of an event of `TOLD`, as CloudEvents in binary mode: the value, and the headers."""
    name, envelope = entry.event.stored_name, entry.envelope
    kind = TOLD[name]
    value = kind(by=envelope.actor.kind, **kind.facts(entry.event)).model_dump_json().encode()
    return value, headers(
        entry,
        type_of(name),
        entry.originator_id,
        dataschema=schema_of(name),
        streamversion=str(entry.originator_version),
        recordedat=zulu(entry.recorded_at),
        correlationid=envelope.correlation_id,
        causationid=envelope.causation_id,
        traceparent=envelope.traceparent,
    )
