"""The aggregate state of a conversation: what decisions need, without text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import assert_never

from domain.conversation.events import (
    CLOSED,
    AnswerJudged,
    Assigned,
    ChannelIdRepeated,
    ConversationEvent,
    ConversationLanguageChanged,
    ConversationMerged,
    ConversationSeparated,
    ConversationWithdrawn,
    HandedOver,
    InteractionAdded,
    KindChanged,
    MailTakenIn,
    MessagePlaced,
    MessageReceived,
    MessageRemoved,
    MessageReturned,
    MessageSent,
    MessageSplit,
    MessageTaken,
    NoteAdded,
    Opened,
    OrderNamed,
    PartHeard,
    ParticipantJoined,
    ParticipantLeft,
    PartJoined,
    PartLeft,
    PersonRequested,
    PolicySet,
    Priority,
    PriorityChanged,
    ProductAreaChanged,
    Status,
    StatusChanged,
    SubjectChanged,
    SuggestionDismissed,
)
from domain.conversation.interaction import InteractionKind
from domain.conversation.standing import standings, status_of_all
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.stream import Others, Stream

MOST_PARTICIPANTS = 1_000
"""How many participants a conversation remembers. Who comes after them is named by the messages alone."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The aggregate state of a conversation.

    `own_status` and `asked_for_person` (since the last closing) are the conversation's own. `reopened` and
    `for_person`: the parts that have opened it again, or in which a person was asked for, since. `parts`: all
    conversations shown at this one, at any depth. `split_from`: where the message was said with which it began.
    `participants`: who takes part beside the customer, with the channel by which they came. `ordered`: the interactions
    that name an order, and `order_ids` the orders. `unsettled`: a part joined, and only the part's own events say
    whether the part is open; `settled` completes the state. `apart`: what may be one matter with it, and somebody left
    apart.
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
    participants: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    team_id: str | None = None
    agent_id: str | None = None
    interactions: Mapping[str, InteractionKind] = field(default_factory=lambda: MappingProxyType({}))
    ordered: frozenset[str] = frozenset()
    order_ids: frozenset[str] = frozenset()
    last_answer_id: str | None = None
    policy_id: str | None = None
    product_area: str | None = None
    language: str | None = None
    asked_for_person: bool = False
    unsettled: bool = False
    apart: frozenset[str] = frozenset()

    @property
    def status(self) -> Status:
        """The status of the conversation together with its parts."""
        assert not self.unsettled, "the events of the parts that joined were not read"
        return status_of_all(self.own_status, reopened=bool(self.reopened))

    @property
    def person_requested(self) -> bool:
        """Whether the customer asked for a person, here or in a part."""
        assert not self.unsettled, "the events of the parts that joined were not read"
        return self.asked_for_person or bool(self.for_person)


def is_bot(agent_id: str | None) -> bool:
    """Whether the assignee is a bot. Bots are services; people are staff."""
    return kind_of(agent_id or "") == "service"


def evolve(state: Conversation | None, event: ConversationEvent) -> Conversation | None:
    """Fold one event into the state. Events that no decision depends on leave the state as it is."""
    if isinstance(event, Opened):
        return Conversation(
            event.customer_id,
            event.channel,
            event.priority,
            product_area=event.product_area,
            language=event.language,
        )
    if state is None:
        return None
    match event:
        case InteractionAdded() | KindChanged():
            interactions = MappingProxyType({**state.interactions, event.interaction_id: event.kind})
            if isinstance(event, KindChanged):
                return replace(state, interactions=interactions)
            if event.order_id is not None:
                ordered = state.ordered | {event.interaction_id}
                state = replace(state, ordered=ordered, order_ids=state.order_ids | {event.order_id})
            area = state.product_area or event.product_area
            return replace(state, interactions=interactions, product_area=area)
        case ProductAreaChanged():
            return replace(state, product_area=event.product_area)
        case ConversationLanguageChanged():
            return replace(state, language=event.language)
        case MessageSent():
            # The customer's verdict is on answers to the customer.
            return state if event.participant_id else replace(state, last_answer_id=event.message_id)
        case ParticipantJoined():
            participants = MappingProxyType({**state.participants, event.participant_id: event.channel})
            return replace(state, participants=participants)
        case ParticipantLeft():
            remaining = {id: channel for id, channel in state.participants.items() if id != event.participant_id}
            return replace(state, participants=MappingProxyType(remaining))
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
            return replace(state, parts=event.parts, unsettled=True)
        case PartLeft():
            kept = frozenset(event.parts)
            return replace(
                state,
                parts=event.parts,
                reopened=state.reopened & kept,
                for_person=state.for_person & kept,
                unsettled=state.unsettled and bool(kept),
            )
        case PartHeard():
            if event.part not in state.parts:
                return state
            asking = {event.part} if event.what == "person-requested" else set()
            reopened = {event.part} if event.reopens else set()
            return replace(state, reopened=state.reopened | reopened, for_person=state.for_person | asking)
        case MessageReceived() | NoteAdded() | AnswerJudged() | MessageSplit() | MessageReturned():
            return state
        case OrderNamed() | ChannelIdRepeated() | MailTakenIn() | MessageRemoved() | SubjectChanged():
            return state
        case SuggestionDismissed():
            return replace(state, apart=state.apart | {event.other_id})
        case _:
            assert_never(event)


def _moved(state: Conversation, status: Status) -> Conversation:
    """Set the status of the conversation and of all its parts."""
    closed = status in CLOSED
    return replace(
        state,
        own_status=status,
        reopened=frozenset(),
        asked_for_person=state.asked_for_person and not closed,
        for_person=frozenset() if closed else state.for_person,
        unsettled=state.unsettled and not closed,
    )


# -- completed by the events of parts


def settled(state: Conversation, id: str, recorded_events: Iterable[Recorded[Event]]) -> Conversation:
    """The state with what its parts brought along. `recorded_events`: as `standings` takes them, up to the last event
    of the state."""
    parts = standings(recorded_events)[id].parts
    return replace(
        state,
        reopened=frozenset(part.conversation_id for part in parts if part.reopened),
        for_person=frozenset(part.conversation_id for part in parts if part.for_person),
        unsettled=False,
    )


def joined(state: Conversation, part: Conversation, part_id: str, *, opening: Collection[str] = ()) -> Conversation:
    """The state with what one part brought along that has just joined. `part`: the part's state before the merge.
    `opening`: what of it has the conversation open again."""
    reopened = state.reopened | frozenset(opening)
    closed = status_of_all(state.own_status, reopened=bool(reopened)) in CLOSED
    asking = part.for_person | ({part_id} if part.asked_for_person else set())
    return replace(
        state,
        reopened=reopened,
        for_person=state.for_person if closed else state.for_person | asking,
        unsettled=False,
    )


def brought_along(recorded: Recorded[Event]) -> Sequence[str]:
    """The conversations whose events `settled` needs because of this event."""
    return recorded.event.joining if isinstance(recorded.event, PartJoined) else ()


CONVERSATION = Stream(
    "conversation", ConversationEvent, evolve, Others(lambda state: state.unsettled, brought_along, settled)
)
