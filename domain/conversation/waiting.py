"""Who waits in a conversation, and since when: the conversation itself and the parts that are shown at it.

An answer or a closing at the conversation holds for its parts, too; an answer in a part holds for that part only. So a
part can be taken out again without a trace.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from domain.conversation import events as c
from domain.conversation.events import LeftBehind, Member, Status
from domain.conversation.state import evolve, status_of_all
from domain.kernel.event import Envelope, Event, Recorded
from domain.kernel.time import Instant
from domain.kernel.values import Fields


class Stands(Protocol):
    """Anything with these fields. `members` is empty without parts; else it holds documents of Members, first the
    conversation itself with its own `status`, `answered_at` and `closed_at`. The other fields sum up all members."""

    @property
    def conversation_id(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def waiting_since(self) -> datetime | None: ...
    @property
    def person_requested_at(self) -> datetime | None: ...
    @property
    def taken_up_at(self) -> datetime | None: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def messages_in(self) -> int: ...
    @property
    def messages_out(self) -> int: ...
    @property
    def interactions(self) -> tuple[str, ...]: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    # Any: JSON, as a view stores it.
    def members(self) -> tuple[Mapping[str, Any], ...]: ...


@dataclass(frozen=True, slots=True)
class ConversationStatus:
    """The fields of `Stands` and nothing else."""

    conversation_id: str
    status: Status = "open"
    waiting_since: datetime | None = None
    person_requested_at: datetime | None = None
    taken_up_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    messages_in: int = 0
    messages_out: int = 0
    interactions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    # Any: as above.
    members: tuple[Mapping[str, Any], ...] = ()


class _Own(Member):
    """The conversation itself, as if nothing were merged into it."""

    status: Status
    answered_at: Instant | None
    closed_at: Instant | None


_OWN = ("status", "answered_at", "closed_at")
_SHARED = tuple(name for name in Member.model_fields if name not in ("reopened", "for_person"))
"""The fields that a Member shares with `Stands`."""


def members(recorded_events: Sequence[Recorded[Event]]) -> tuple[Member, ...]:
    """The members that join a target when the conversation with these events is merged into it: itself and its
    parts."""
    now = ConversationStatus(recorded_events[0].originator_id)
    state = None
    for recorded in recorded_events:
        now = replace(now, **changes(now, recorded))
        if isinstance(recorded.event, c.ConversationEvent):
            state = evolve(state, recorded.event)
    assert state is not None, "a conversation begins with its opening"
    its, *parts = _members(now)
    own = Member(
        **its.model_dump(include=set(_SHARED)), reopened=now.status == "open", for_person=state.asked_for_person
    )
    asking = state.for_person
    return own, *(part.model_copy(update={"for_person": part.conversation_id in asking}) for part in parts)


def left(recorded_events: Sequence[Recorded[Event]], without: Collection[str]) -> LeftBehind:
    """What the conversation with these events has of its own, as if the messages in `without` had never been in it."""
    now = ConversationStatus(recorded_events[0].originator_id)
    for recorded in recorded_events:
        event = recorded.event
        moved_away = isinstance(event, _MESSAGES) and event.message_id in without
        if not moved_away and not isinstance(event, _REPEATED_ELSEWHERE):
            now = replace(now, **_alone(now, recorded))
    return LeftBehind.model_validate({name: getattr(now, name) for name in LeftBehind.model_fields})


_MESSAGES = (c.MessageReceived, c.MessageSent, c.MessagePlaced)
_REPEATED_ELSEWHERE = (c.MessageSplit, c.MessageReturned, c.MessageTaken)


def changes(now: Stands, recorded: Recorded[Event]) -> Fields:
    """The fields that one more event changes, with their new values."""
    event = recorded.event
    if not now.members and not isinstance(event, c.PartJoined):
        return _alone(now, recorded)
    own, *parts = _members(now)
    itself = ConversationStatus(taken_up_at=now.taken_up_at, **{name: getattr(own, name) for name in (*_SHARED, *_OWN)})
    match event:
        case c.PartJoined():
            parts += event.joining
        case c.PartLeft():
            parts = [part for part in parts if part.conversation_id not in event.leaving]
        case c.PartHeard():
            parts = [_heard(part, event, recorded) if part.conversation_id == event.part else part for part in parts]
        case _:
            itself = replace(itself, **_alone(itself, recorded))
            parts = [_after(part, recorded) for part in parts]
    return _together(itself, parts)


def _alone(now: Stands, recorded: Recorded[Event]) -> Fields:
    event, at = recorded.event, recorded.at
    match event:
        case c.Opened():
            # A complaint without a text waits for an answer, too.
            return {"waiting_since": at if event.opened_by == "customer" else None}
        case c.MessageReceived():
            return {"messages_in": now.messages_in + 1, **_waits(now, at)}
        case c.MessageSent():
            out = {"messages_out": now.messages_out + 1}
            if not _answers(event, now.person_requested_at, recorded.envelope):
                return out
            answered = {"waiting_since": None, "person_requested_at": None, "answered_at": at}
            return {**out, **answered, "taken_up_at": now.taken_up_at or at}
        case c.MessagePlaced():
            since = min(now.waiting_since or event.said_at, event.said_at)
            return {"messages_in": now.messages_in + 1, "waiting_since": since, "answered_at": None}
        case c.MessageSplit() | c.MessageReturned() | c.MessageTaken():
            return {name: getattr(event.left, name) for name in LeftBehind.model_fields}
        case c.InteractionAdded():
            # The first interaction comes with the opening, which says whether the customer waits.
            asks = now.interactions and recorded.envelope.actor.kind == "customer"
            return {
                "interactions": (*now.interactions, event.interaction_id),
                "kinds": (*now.kinds, event.kind),
                **(_waits(now, at) if asks else {}),
            }
        case c.KindChanged():
            pairs = zip(now.interactions, now.kinds, strict=True)
            return {"kinds": tuple(event.kind if id == event.interaction_id else kind for id, kind in pairs)}
        case c.StatusChanged():
            return _moved(now, event.status, at)
        case c.ConversationWithdrawn():
            return _moved(now, "withdrawn", at)
        case c.PersonRequested():
            return {"person_requested_at": now.person_requested_at or at, **_waits(now, at)}
        case c.AnswerJudged() if not event.answered:
            return {"answered_at": None} if now.status in c.CLOSED else _waits(now, at)
        case _:
            return {}


def _waits(now: Stands, at: datetime) -> Fields:
    return {"waiting_since": now.waiting_since or at, "answered_at": None}


def _moved(now: Stands, status: Status, at: datetime) -> Fields:
    if status not in c.CLOSED:
        return {"status": status, "closed_at": None}
    return {
        "status": status, "waiting_since": None, "person_requested_at": None, "closed_at": now.closed_at or at,
    }  # fmt: skip


def _answers(sent: c.MessageSent, person_requested_at: datetime | None, envelope: Envelope) -> bool:
    """Whether a sent message is an answer: to a customer who asked for a person, only a person's message is."""
    return not sent.automatic and (person_requested_at is None or envelope.actor.kind == "agent")


def _members(now: Stands) -> tuple[_Own, *tuple[Member, ...]]:
    if not now.members:
        return (_own(now),)
    own, *parts = now.members
    return _Own.model_validate(own), *map(Member.model_validate, parts)


def _own(itself: Stands) -> _Own:
    return _Own.model_validate({name: getattr(itself, name) for name in (*_SHARED, *_OWN)})


def _heard(part: Member, event: c.PartHeard, recorded: Recorded[Event]) -> Member:
    """A part after an event in the part, as `_alone` has it of a conversation by itself."""
    at = recorded.at
    waits = {"waiting_since": part.waiting_since or at}
    update: Fields = {"reopened": part.reopened or event.reopens}
    match event.what:
        case "received":
            update |= {"messages_in": part.messages_in + 1, **waits}
        case "answered" if part.person_requested_at is None or recorded.envelope.actor.kind == "agent":
            update |= {"messages_out": part.messages_out + 1, "waiting_since": None, "person_requested_at": None}
        case "answered" | "sent":
            update |= {"messages_out": part.messages_out + 1}
        case "disputed":
            update |= waits
        case "person-requested":
            update |= {"person_requested_at": part.person_requested_at or at, **waits}
        case "brought":
            brought = {
                "interactions": (*part.interactions, event.interaction_id),
                "kinds": (*part.kinds, event.kind),
            }
            update |= {**brought, **(waits if recorded.envelope.actor.kind == "customer" else {})}
    return part.model_copy(update=update)


def _after(part: Member, recorded: Recorded[Event]) -> Member:
    """A part after an event at the conversation that shows it."""
    event = recorded.event
    at_rest = {"waiting_since": None, "person_requested_at": None}
    match event:
        case c.MessageSent() if _answers(event, part.person_requested_at, recorded.envelope):
            return part.model_copy(update=at_rest)
        case c.StatusChanged() | c.ConversationWithdrawn():
            closed = isinstance(event, c.ConversationWithdrawn) or event.status in c.CLOSED
            return part.model_copy(update={**(at_rest if closed else {}), "reopened": False})
        case _:
            return part


def _together(itself: ConversationStatus, parts: Sequence[Member]) -> Fields:
    every = (_own(itself), *parts)
    waiting = min((each.waiting_since for each in every if each.waiting_since), default=None)
    status = status_of_all(itself.status, reopened=any(part.reopened for part in parts))
    return {
        "status": status,
        "waiting_since": waiting,
        "person_requested_at": min(
            (each.person_requested_at for each in every if each.person_requested_at), default=None
        ),
        "taken_up_at": itself.taken_up_at,
        "answered_at": None if waiting else itself.answered_at,
        "closed_at": itself.closed_at if status in c.CLOSED else None,
        "messages_in": sum(each.messages_in for each in every),
        "messages_out": sum(each.messages_out for each in every),
        "interactions": tuple(id for each in every for id in each.interactions),
        "kinds": tuple(kind for each in every for kind in each.kinds),
        "members": tuple(each.model_dump(mode="json") for each in every) if parts else (),
    }
