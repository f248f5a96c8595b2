"""What a customer is owed unasked, and when they were contacted: a stream of its own for each customer, so that it
never changes the version of a conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Literal, assert_never

from pydantic import Field

from domain.attention.budget import Occasion
from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.ids import new_id
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant
from domain.kernel.values import Channel, Frozen, Label, Language

Outcome = Literal["planned", "shipped", "declined"]
"""What became of a signal."""
WaitReason = Literal[
    "erased", "quiet", "consent-refused", "consent-missing", "budget-spent", "quiet-hours",
    "told-as-one-person", "next-message", "no-conversation", "no-text", "channel-unserved", "policy-unusable",
    "survey-closed",
]  # fmt: skip
"""Why a contact was not made. `told-as-one-person`: a customer who is the same person was told. `next-message`: the one
that was sent is full, or in a language in which there is no text about it."""


def stream_of(customer_id: str) -> str:
    """The id of the stream of a customer's contacts."""
    return f"attention-{customer_id.partition('-')[2]}"


def customer_of(stream_id: str) -> str:
    """The customer whose contacts a stream has."""
    return f"customer-{stream_id.partition('-')[2]}"


# -- events


class AboutContacts(Event):
    """Whose attention it is."""

    customer_id: str


class ClosingOwed(AboutContacts, name="attention.closing-owed", published_as=None):
    """The customer contributed to a signal that came to an outcome, and is to hear of it. `outcome_id`: the same for
    all contributors. `conversation_id`, `channel`, `language`: where, how and in which language they said it, where
    that is known. `due_at`: until then, other outcomes are gathered that become one message with it."""

    outcome_id: str
    outcome: Outcome
    signal_id: str
    area: Text
    theme: Text
    conversation_id: str | None = None
    channel: str | None = None
    language: str | None = None
    due_at: Instant

    @property
    def next_at(self) -> datetime | None:
        """When to try."""
        return self.due_at


class QuestionOwed(AboutContacts, name="attention.question-owed", published_as=None):
    """The customer is to be asked the question of a survey, in this conversation, before the survey closes."""

    survey_id: str
    product_area: Text
    conversation_id: str
    segment: Text | None = None
    due_at: Instant
    closes_at: Instant

    @property
    def outcome_id(self) -> str:
        """What is to be told, among all that is owed to the customer."""
        return self.survey_id

    @property
    def next_at(self) -> datetime | None:
        """When to try."""
        return self.due_at


class QuestionAnswered(AboutContacts, name="attention.question-answered", published_as=None):
    """The customer answered the question of a survey. `answer`: one of those that the question allows; None: a text,
    which is the message. `theme`: the survey's word for the theme of this answer."""

    survey_id: str
    answer: Text | None
    message_id: str | None = None
    conversation_id: str
    product_area: Text
    theme: Text | None = None


class Contacted(AboutContacts, name="attention.contacted", published_as=None):
    """The customer was sent one message about these outcomes, their own and those of customers who are the same
    person; or (`occasion` survey) with the question of the survey that `outcome_ids` names. `texts_version`: of the
    table with the texts; 0 of a survey, which has its own."""

    occasion: Occasion
    message_id: str
    conversation_id: str
    outcome_ids: tuple[str, ...]
    texts_version: int
    at: Instant


class ContactBlocked(AboutContacts, name="attention.blocked", published_as=None):
    """The customer was not told of these outcomes, or (`occasion` survey) not asked. `retry_at`: when that is tried
    again; None: not by itself."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    occasion: Occasion
    outcome_ids: tuple[str, ...]
    reason: WaitReason
    retry_at: Instant | None = None

    @property
    def next_at(self) -> datetime | None:
        """When to try again; None: not by itself."""
        return self.retry_at


# -- state


@dataclass(frozen=True, slots=True)
class Waiting:
    """An outcome of which the customer was not told. `next_at`: when to try; None: not by itself."""

    owed: ClosingOwed
    next_at: datetime | None
    reason: WaitReason | None = None


@dataclass(frozen=True, slots=True)
class Unasked:
    """A question of a survey. `next_at`: when to ask; None: not by itself, or it was asked."""

    owed: QuestionOwed
    next_at: datetime | None
    reason: WaitReason | None = None


@dataclass(frozen=True, slots=True)
class Attention:
    """The aggregate state of a customer's contacts: what waits by outcome, of which outcomes they were told and which
    surveys they were sent, and when they were contacted. `questions`: by survey, those that they are to be asked or
    were asked. `answered`: by survey, the answer, or the id of the message with a text."""

    customer_id: str
    waiting: Mapping[str, Waiting] = field(default_factory=lambda: MappingProxyType({}))
    told: frozenset[str] = frozenset()
    contacts: tuple[datetime, ...] = ()
    questions: Mapping[str, Unasked] = field(default_factory=lambda: MappingProxyType({}))
    answered: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


AttentionEvent = ClosingOwed | QuestionOwed | QuestionAnswered | Contacted | ContactBlocked


def evolve(state: Attention | None, event: AttentionEvent) -> Attention | None:
    """Fold one event into the state."""
    state = state or Attention(event.customer_id)
    match event:
        case ClosingOwed():
            return _with(state, {**state.waiting, event.outcome_id: Waiting(event, event.due_at)})
        case QuestionOwed():
            return _questions(state, {event.survey_id: Unasked(event, event.due_at)})
        case QuestionAnswered():
            said = event.answer or event.message_id or ""
            return replace(state, answered=MappingProxyType({**state.answered, event.survey_id: said}))
        case Contacted():
            left = {id: each for id, each in state.waiting.items() if id not in event.outcome_ids}
            told = state.told.union(event.outcome_ids)
            state = replace(_with(state, left), told=told, contacts=(*state.contacts, event.at))
            return _questions(state, _next(state, event.outcome_ids, None, None))
        case ContactBlocked():
            blocked = {
                id: replace(state.waiting[id], next_at=event.retry_at, reason=event.reason)
                for id in event.outcome_ids
                if id in state.waiting
            }
            state = _with(state, {**state.waiting, **blocked})
            return _questions(state, _next(state, event.outcome_ids, event.retry_at, event.reason))
        case _:
            assert_never(event)


def _with(state: Attention, waiting: Mapping[str, Waiting]) -> Attention:
    return replace(state, waiting=MappingProxyType(dict(waiting)))


def _questions(state: Attention, changed: Mapping[str, Unasked]) -> Attention:
    return replace(state, questions=MappingProxyType({**state.questions, **changed})) if changed else state


def _next(
    state: Attention, ids: Iterable[str], next_at: datetime | None, reason: WaitReason | None
) -> dict[str, Unasked]:
    found = {id: state.questions[id] for id in ids if id in state.questions}
    return {id: replace(each, next_at=next_at, reason=reason) for id, each in found.items()}


ATTENTION = Stream("attention", AttentionEvent, evolve)

# -- commands


class OweClosing(Frozen):
    """Record that a customer is to hear of an outcome of a signal to which they contributed. Once for each outcome."""

    customer_id: str
    outcome_id: str
    outcome: Outcome
    signal_id: str
    area: Label
    theme: Label
    conversation_id: str | None = None
    channel: Channel | None = None
    language: Language | None = None


class OweContributors(Frozen):
    """Record for every contributor to a signal that they are to hear of its outcome."""

    outcome_id: str
    outcome: Outcome
    signal_id: str
    area: Label
    theme: Label


class ReviewContacts(Frozen):
    """Try what a customer, and whoever is the same person, is owed: tell them, or record why not. `message_id`: of the
    message, if there is one."""

    customer_id: str
    message_id: str = Field(default_factory=lambda: new_id("message"))


def owe(state: Attention | None, command: OweClosing, due_at: datetime) -> list[Event]:
    """Decide the event; none where the customer is owed this already, or was told."""
    if state and (command.outcome_id in state.told or command.outcome_id in state.waiting):
        return []
    return [ClosingOwed(**command.model_dump(), due_at=due_at)]
