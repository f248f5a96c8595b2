"""The aggregate state of a conversation: what decisions need, without text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import assert_never

from domain.conversation.events import (
    CLOSED,
    AnswerJudged,
    Assigned,
    ConversationEvent,
    ConversationMerged,
    ConversationSeparated,
    ConversationWithdrawn,
    HandedOver,
    InteractionAdded,
    KindChanged,
    MessagePlaced,
    MessageReceived,
    MessageReturned,
    MessageSent,
    MessageSplit,
    MessageTaken,
    NoteAdded,
    Opened,
    PartHeard,
    PartJoined,
    PartLeft,
    PersonRequested,
    PolicySet,
    Priority,
    PriorityChanged,
    Status,
    StatusChanged,
)
from domain.conversation.interaction import InteractionKind
from domain.kernel.ids import kind_of
from domain.kernel.stream import Stream


@dataclass(frozen=True, slots=True)
class Conversation:
    """The aggregate state of a conversation.

    `own_status` and `asked_for_person` (since the last closing) are the conversation's own. `reopened` and
    `for_person`: the parts that have opened it again, or in which a person was asked for, since. `parts`: all
    conversations shown at this one, at any depth. `split_from`: where the message was said with which it began.
    `ordered`: the interactions that name an order.
    """

    customer_id: str
    channel: str
    priority: Priority
    own_status: Status = "open"
    reopened: frozenset[str] = frozenset()
    for_person: frozenset[str] = frozenset()
    merged_into: str | None = None
    split_from: str | None = None
    parts: tuple[str, ...] = ()
    team_id: str | None = None
    agent_id: str | None = None
    interactions: Mapping[str, InteractionKind] = field(default_factory=lambda: MappingProxyType({}))
    ordered: frozenset[str] = frozenset()
    last_answer_id: str | None = None
    policy_id: str | None = None
    asked_for_person: bool = False

    @property
    def status(self) -> Status:
        """The status of the conversation together with its parts."""
        return status_of_all(self.own_status, reopened=bool(self.reopened))

    @property
    def person_requested(self) -> bool:
        """Whether the customer asked for a person, here or in a part."""
        return self.asked_for_person or bool(self.for_person)


def status_of_all(own: Status, *, reopened: bool) -> Status:
    """The status that a conversation shows with its parts. "On hold" stays, as when the customer writes to it
    directly."""
    return "open" if reopened and own != "on_hold" else own


def is_bot(agent_id: str | None) -> bool:
    """Whether the assignee is a bot. Bots are services; people are staff."""
    return kind_of(agent_id or "") == "service"


def evolve(state: Conversation | None, event: ConversationEvent) -> Conversation | None:
    """Fold one event into the state. Events that no decision depends on leave the state as it is."""
    if isinstance(event, Opened):
        return Conversation(event.customer_id, event.channel, event.priority)
    if state is None:
        return None
    match event:
        case InteractionAdded() | KindChanged():
            interactions = MappingProxyType({**state.interactions, event.interaction_id: event.kind})
            about_order = isinstance(event, InteractionAdded) and event.order_id is not None
            ordered = state.ordered | {event.interaction_id} if about_order else state.ordered
            return replace(state, interactions=interactions, ordered=ordered)
        case MessageSent():
            return replace(state, last_answer_id=event.message_id)
        case Assigned() | HandedOver():
            return replace(state, team_id=event.team_id, agent_id=event.agent_id)
        case PriorityChanged():
            return replace(state, priority=event.priority)
        case PolicySet():
            return replace(state, policy_id=event.policy_id)
        case StatusChanged():
            return _moved(state, event.status)
        case ConversationWithdrawn():
            return _moved(state, "withdrawn")
        case PersonRequested():
            return replace(state, asked_for_person=True)
        case ConversationMerged():
            return replace(state, merged_into=event.into)
        case ConversationSeparated():
            return replace(state, merged_into=None)
        case MessagePlaced():
            return replace(state, split_from=event.out_of)
        case MessageTaken():
            return replace(state, split_from=None)
        case PartJoined():
            reopened = {each.conversation_id for each in event.joining if each.reopened}
            asking = {each.conversation_id for each in event.joining if each.for_person}
            return replace(
                state, parts=event.parts, reopened=state.reopened | reopened, for_person=state.for_person | asking
            )
        case PartLeft():
            kept = frozenset(event.parts)
            return replace(state, parts=event.parts, reopened=state.reopened & kept, for_person=state.for_person & kept)
        case PartHeard():
            if event.part not in state.parts:
                return state
            asking = {event.part} if event.what == "person-requested" else set()
            reopened = {event.part} if event.reopens else set()
            return replace(state, reopened=state.reopened | reopened, for_person=state.for_person | asking)
        case MessageReceived() | NoteAdded() | AnswerJudged() | MessageSplit() | MessageReturned():
            return state
        case _:
            assert_never(event)


CONVERSATION = Stream("conversation", ConversationEvent, evolve)


def _moved(state: Conversation, status: Status) -> Conversation:
    """Set the status of the conversation and of all its parts."""
    closed = status in CLOSED
    return replace(
        state,
        own_status=status,
        reopened=frozenset(),
        asked_for_person=state.asked_for_person and not closed,
        for_person=frozenset() if closed else state.for_person,
    )
