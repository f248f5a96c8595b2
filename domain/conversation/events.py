"""One customer's dialogue with the company about one matter: what can happen in a conversation."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from domain.conversation.interaction import InteractionKind, RecordedAttachment
from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.personal import Personal
from domain.kernel.text import Text
from domain.kernel.time import Instant
from domain.kernel.values import Frozen

Status = Literal["open", "waiting_on_customer", "on_hold", "resolved", "withdrawn"]
CLOSED: tuple[Status, ...] = ("resolved", "withdrawn")
"""Resolved by the company, or taken back by the customer, which is no success of the company's. Both can go on."""
Priority = Literal["low", "normal", "high", "urgent"]
Effect = Literal["opened", "reopened", "kept", "none"]
"""What a message did to the status when it was recorded: the conversation began with it; it opened the conversation
again; a policy kept the status as it was; or there was nothing to change."""
StatusCause = Literal["command", "message", "interaction", "person-requested"]
"""What changed the status: somebody said so, or it followed from what the customer said, brought or asked for."""


# -- events: their stored names are a contract


class Opened(Event, name="conversation.opened", published_as="conversations.v1"):
    """A conversation began; its first interaction follows in the same append."""

    customer_id: str
    opened_by: Literal["customer", "company"]
    channel: str
    subject: Annotated[Text | None, Personal("customer_id")] = None
    language: str | None = None
    product_area: Text | None = None
    segment: Text | None = None
    priority: Priority = "normal"


class InteractionAdded(Event, name="conversation.interaction-added", published_as="conversations.v1"):
    """The customer brought something: the first interaction opens the conversation, more may follow."""

    interaction_id: str
    customer_id: str
    kind: InteractionKind
    order_id: str | None = None
    product_area: Text | None = None
    theme: Text | None = None


class MessageEvent(Event):
    """What somebody said, whoever it was: in which conversation stands in the event's stream."""

    message_id: str
    customer_id: str
    channel: str
    body: Annotated[Text, Personal("customer_id")]
    language: str | None = None
    attachments: tuple[RecordedAttachment, ...] = ()


class MessageReceived(MessageEvent, name="conversation.message-received", published_as="conversations.v1"):
    """The customer said something. `kept_by`: the policy that kept the status. Version 1 does not say the `effect`."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    effect: Effect | None = None
    kept_by: str | None = None


class MessageSent(MessageEvent, name="conversation.message-sent", published_as="conversations.v1"):
    """The company said something to the customer. `automatic`: nobody wrote it for this customer. Version 1 does not
    say the `effect`."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    automatic: bool = False
    effect: Literal["opened", "none"] | None = None


class NoteAdded(Event, name="conversation.note-added", published_as="conversations.v1"):
    """Something for colleagues only."""

    note_id: str
    customer_id: str
    body: Annotated[Text, Personal("customer_id")]


class Assigned(Event, name="conversation.assigned", published_as="conversations.v1"):
    """Who is to answer changed, within what the team decides for itself."""

    customer_id: str
    team_id: str | None
    agent_id: str | None
    previous_team_id: str | None
    previous_agent_id: str | None


class HandedOver(Event, name="conversation.handed-over", published_as="conversations.v1"):
    """One team gave the conversation to another, or to a person in it."""

    customer_id: str
    team_id: str
    agent_id: str | None
    previous_team_id: str | None
    previous_agent_id: str | None
    because: Annotated[Text | None, Personal("customer_id")] = None


class PriorityChanged(Event, name="conversation.priority-changed", published_as="conversations.v1"):
    """How urgent it is was judged anew."""

    customer_id: str
    priority: Priority
    previous: Priority


class KindChanged(Event, name="conversation.kind-changed", published_as="conversations.v1"):
    """An interaction turned out to be of another kind."""

    customer_id: str
    interaction_id: str
    kind: InteractionKind
    previous: InteractionKind


class StatusChanged(Event, name="conversation.status-changed", published_as="conversations.v1"):
    """Who has the next move changed, or the matter was resolved or opened again. Version 1 does not say the `cause`."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    customer_id: str
    status: Status
    previous: Status
    resolution: Annotated[Text | None, Personal("customer_id")] = None
    cause: StatusCause | None = None


class AnswerJudged(Event, name="conversation.answer-judged", published_as="conversations.v1"):
    """The customer's verdict: it answered me, or it did not, because …"""

    customer_id: str
    answered: bool
    because: Annotated[Text | None, Personal("customer_id")] = None
    message_id: str | None = None


class PersonRequested(Event, name="conversation.person-requested", published_as="conversations.v1"):
    """The customer wants a person to see to it. From then on no bot is given it, and only a person's answer counts."""

    customer_id: str
    because: Annotated[Text | None, Personal("customer_id")] = None


class ConversationWithdrawn(Event, name="conversation.withdrawn", published_as="conversations.v1"):
    """The customer takes the matter back; it is closed, and the company did not resolve it."""

    customer_id: str
    previous: Status
    because: Annotated[Text | None, Personal("customer_id")] = None


class PolicySet(Event, name="conversation.policy-set", published_as="conversations.v1"):
    """Somebody said which policy its clocks go by."""

    customer_id: str
    policy_id: str


# -- merging: links between streams, which an undo takes away; each keeps its own events


class Member(Frozen):
    """One of the conversations that are shown as one: who waits in it, and what was brought. `reopened`: it is open,
    whatever became of the one that it is shown at. `for_person`: the customer asked for a person since it was closed
    last."""

    conversation_id: str
    waiting_since: Instant | None = None
    person_requested_at: Instant | None = None
    messages_in: int = 0
    messages_out: int = 0
    interactions: tuple[str, ...] = ()
    kinds: tuple[InteractionKind, ...] = ()
    reopened: bool = False
    for_person: bool = False


class ConversationMerged(Event, name="conversation.merged", published_as="conversations.v1"):
    """From now on it is shown at another, its target, and is a part of that one."""

    customer_id: str
    into: str


class ConversationSeparated(Event, name="conversation.separated", published_as="conversations.v1"):
    """It stands for itself again."""

    customer_id: str
    out_of: str


class PartJoined(Event, name="conversation.part-joined", published_as="conversations.v1"):
    """Another was merged into this one: `joining`, with the parts that it had. `parts`: all there are from now on."""

    customer_id: str
    joining: tuple[Member, ...]
    parts: tuple[str, ...]


class PartLeft(Event, name="conversation.part-left", published_as="conversations.v1"):
    """One that was merged into this one, or into a part of it, stands for itself again, with the parts that it has."""

    customer_id: str
    leaving: tuple[str, ...]
    parts: tuple[str, ...]


class PartHeard(Event, name="conversation.part-heard", published_as="conversations.v1"):
    """Something happened in a part, on its own stream; here is no more of it than who waits.

    `sent` answers nobody: it was automatic. `disputed`: an answer, so that the customer waits.
    """

    customer_id: str
    part: str
    what: Literal["received", "answered", "sent", "disputed", "brought", "person-requested"]
    reopens: bool = False
    interaction_id: str | None = None
    kind: InteractionKind | None = None


# -- splitting: a message stays where it was said, and is shown in a conversation of its own


class LeftBehind(Frozen):
    """What a conversation has of its own without the messages that are shown elsewhere: who waits, and how many."""

    waiting_since: Instant | None = None
    person_requested_at: Instant | None = None
    answered_at: Instant | None = None
    messages_in: int = 0
    messages_out: int = 0


class MessageSplit(Event, name="conversation.message-split", published_as="conversations.v1"):
    """A message in it is about another matter, and is shown `into` a conversation of its own from now on.

    `message_version`: which of this conversation's events it is. `left`: without it.
    """

    customer_id: str
    message_id: str
    message_version: int
    into: str
    left: LeftBehind


class MessagePlaced(Event, name="conversation.message-placed", published_as="conversations.v1"):
    """It began with a message that was said in another one, `out_of` which it was split, at `said_at`."""

    customer_id: str
    message_id: str
    out_of: str
    said_at: Instant


class MessageReturned(Event, name="conversation.message-returned", published_as="conversations.v1"):
    """The message is shown here again, where it was said, and no more in the one it was split into: `out_of`."""

    customer_id: str
    message_id: str
    message_version: int
    out_of: str
    left: LeftBehind


class MessageTaken(Event, name="conversation.message-taken", published_as="conversations.v1"):
    """The message that it began with is shown where it was said again, and what else was said here goes there.

    `order_id`: of the order that it was said to be about only because of that message.
    """

    customer_id: str
    message_id: str
    back_to: str
    left: LeftBehind
    order_id: str | None = None


ConversationEvent = (
    Opened | InteractionAdded | MessageReceived | MessageSent | NoteAdded | Assigned | HandedOver | PriorityChanged
    | KindChanged | StatusChanged | AnswerJudged | PersonRequested | ConversationWithdrawn | PolicySet
    | ConversationMerged | ConversationSeparated | PartJoined | PartLeft | PartHeard
    | MessageSplit | MessagePlaced | MessageReturned | MessageTaken
)  # fmt: skip
