"""One customer's dialogue with the company about one matter: what can happen in it, and what it is then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from domain.interaction import Attachment, Body, Channel, InteractionKind, Label, Language, Remark
from domain.kernel import Event, Personal, kind_of

Status = Literal["open", "waiting_on_customer", "on_hold", "resolved", "withdrawn"]
CLOSED: tuple[Status, ...] = ("resolved", "withdrawn")
"""Resolved by the company, or taken back by the customer, which is no success of the company's. Both can go on."""
Priority = Literal["low", "normal", "high", "urgent"]
Attachments = Annotated[tuple[Attachment, ...], Field(max_length=50)]


# -- events: their stored names are a contract


class Opened(Event, name="conversation.opened"):
    """A conversation began; its first interaction follows in the same append."""

    customer_id: str
    opened_by: Literal["customer", "company"]
    channel: Channel
    subject: Annotated[Remark | None, Personal("customer_id")] = None
    language: Language | None = None
    product_area: Label | None = None
    segment: Label | None = None
    priority: Priority = "normal"


class InteractionAdded(Event, name="conversation.interaction-added"):
    """The customer brought something: the first interaction opens the conversation, more may follow."""

    interaction_id: str
    customer_id: str
    kind: InteractionKind
    order_id: str | None = None
    product_area: Label | None = None
    theme: Label | None = None


class MessageReceived(Event, name="conversation.message-received"):
    """The customer said something."""

    message_id: str
    customer_id: str
    channel: Channel
    body: Annotated[Body, Personal("customer_id")]
    language: Language | None = None
    attachments: Attachments = ()


class MessageSent(Event, name="conversation.message-sent"):
    """The company said something to the customer. `automatic`: nobody wrote it for this customer."""

    message_id: str
    customer_id: str
    channel: Channel
    body: Annotated[Body, Personal("customer_id")]
    language: Language | None = None
    attachments: Attachments = ()
    automatic: bool = False


class NoteAdded(Event, name="conversation.note-added"):
    """Something for colleagues only."""

    note_id: str
    customer_id: str
    body: Annotated[Body, Personal("customer_id")]


class Assigned(Event, name="conversation.assigned"):
    """Who is to answer changed, within what the team decides for itself."""

    customer_id: str
    team_id: str | None
    agent_id: str | None
    previous_team_id: str | None
    previous_agent_id: str | None


class HandedOver(Event, name="conversation.handed-over"):
    """One team gave the conversation to another, or to a person in it."""

    customer_id: str
    team_id: str
    agent_id: str | None
    previous_team_id: str | None
    previous_agent_id: str | None
    because: Annotated[Remark | None, Personal("customer_id")] = None


class PriorityChanged(Event, name="conversation.priority-changed"):
    """How urgent it is was judged anew."""

    customer_id: str
    priority: Priority
    previous: Priority


class KindChanged(Event, name="conversation.kind-changed"):
    """An interaction turned out to be of another kind."""

    customer_id: str
    interaction_id: str
    kind: InteractionKind
    previous: InteractionKind


class StatusChanged(Event, name="conversation.status-changed"):
    """Who has the next move changed, or the matter was resolved or opened again."""

    customer_id: str
    status: Status
    previous: Status
    resolution: Annotated[Remark | None, Personal("customer_id")] = None


class AnswerJudged(Event, name="conversation.answer-judged"):
    """The customer's verdict: it answered me, or it did not, because …"""

    customer_id: str
    answered: bool
    because: Annotated[Remark | None, Personal("customer_id")] = None
    message_id: str | None = None


class PersonRequested(Event, name="conversation.person-requested"):
    """The customer wants a person to see to it. From then on no bot is given it, and only a person's answer counts."""

    customer_id: str
    because: Annotated[Remark | None, Personal("customer_id")] = None


class Withdrawn(Event, name="conversation.withdrawn"):
    """The customer takes the matter back; it is closed, and the company did not resolve it."""

    customer_id: str
    previous: Status
    because: Annotated[Remark | None, Personal("customer_id")] = None


# -- state: what decisions need, and no text


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as its events left it. `person_requested`: since it was closed last, if it ever was."""

    customer_id: str
    channel: str
    priority: Priority
    status: Status = "open"
    team_id: str | None = None
    agent_id: str | None = None
    interactions: Mapping[str, InteractionKind] = field(default_factory=lambda: MappingProxyType({}))
    last_answer_id: str | None = None
    person_requested: bool = False


def is_bot(agent_id: str | None) -> bool:
    """Whether what has a conversation is a program. Programs are services; people are staff."""
    return kind_of(agent_id or "") == "service"


def evolve(state: Conversation | None, event: Event) -> Conversation | None:
    """The state after one more event. Events that no decision depends on leave it as it is."""
    if isinstance(event, Opened):
        return Conversation(event.customer_id, event.channel, event.priority)
    if state is None:
        return None
    match event:
        case InteractionAdded() | KindChanged():
            interactions = MappingProxyType({**state.interactions, event.interaction_id: event.kind})
            return replace(state, interactions=interactions)
        case MessageSent():
            return replace(state, last_answer_id=event.message_id)
        case Assigned() | HandedOver():
            return replace(state, team_id=event.team_id, agent_id=event.agent_id)
        case PriorityChanged():
            return replace(state, priority=event.priority)
        case StatusChanged():
            requested = state.person_requested and event.status not in CLOSED
            return replace(state, status=event.status, person_requested=requested)
        case PersonRequested():
            return replace(state, person_requested=True)
        case Withdrawn():
            return replace(state, status="withdrawn", person_requested=False)
        case _:
            return state
