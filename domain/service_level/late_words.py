"""Late words: what a customer said before an answer or a closing, and what was recorded after it.

Whoever answered or closed the conversation did not know of them. By the time at which they were said, the answer or the
closing would end what they ask for, and nobody would be warned (S37, S41)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from types import MappingProxyType

from domain.conversation import events as c
from domain.conversation.events import CLOSED
from domain.kernel.event import Event, Recorded

Place = tuple[str, int]
"""An event by its stream and its version there."""


@dataclass(frozen=True, slots=True)
class LateWords:
    """Messages by their places. `closed`, `answered`: said before a closing or an answer, and recorded after it.
    `shown_at`: said before a merge and recorded after it, each with what showed it then; of these, `closed` is about
    that one, and `closed_where_said` about the conversation in which they were said."""

    closed: Collection[Place] = ()
    answered: Collection[Place] = ()
    closed_where_said: Collection[Place] = ()
    shown_at: Mapping[Place, str] = field(default_factory=lambda: MappingProxyType({}))

    def has(self, place: Place) -> bool:
        """Whether a message asks for a reply as of its recording."""
        return place in self.closed or place in self.answered or place in self.closed_where_said


def place_of(recorded: Recorded[Event]) -> Place:
    """The place of an event."""
    return recorded.originator_id, recorded.originator_version


def by_a_person(recorded: Recorded[Event]) -> bool:
    """Whether an event is a person's answer: no bot's, no automatic reply, and not what opened a conversation."""
    event = recorded.event
    written = isinstance(event, c.MessageSent) and event.effect != "opened" and not event.automatic
    return written and recorded.envelope.actor.kind == "agent"


def late_words(in_time: Sequence[Recorded[Event]], parts: Mapping[str, str]) -> LateWords:
    """What was said before a closing or an answer, and recorded after it. `in_time`: events in the order in which they
    happened, as they are shown. `parts`: which were parts before, each with what shows it."""
    shown_at = _shown_when_recorded(in_time, parts)
    closed, answered = (_said_before(what, in_time, parts, {}) for what in (_closes, _answers))
    return LateWords(_said_before(_closes, in_time, parts, shown_at), answered, closed, shown_at)


def _said_before(
    what: Callable[[Recorded[Event]], bool],
    in_time: Sequence[Recorded[Event]],
    parts: Mapping[str, str],
    shown_at: Mapping[Place, str],
) -> set[Place]:
    """The messages that were said before one of these events in what shows them, and recorded after it. `shown_at`:
    what shows them, where it is not the conversation in which they were said."""
    found: set[Place] = set()
    ends = {id: _Ends(each) for id, each in _ends(what, in_time, parts).items()}
    for recorded in filter(_said, in_time):
        place = place_of(recorded)
        if known := ends.get(shown_at.get(place, recorded.originator_id)):
            before = known.first_recorded(after=recorded.at)
            if before is not None and before < recorded.position:
                found.add(place)
    return found


def _shown_when_recorded(in_time: Sequence[Recorded[Event]], parts: Mapping[str, str]) -> dict[Place, str]:
    """The messages that were said before a merge and recorded after it, each with what showed it then."""
    merges = {
        each.originator_id: (each, each.event.into) for each in in_time if isinstance(each.event, c.ConversationMerged)
    }
    found: dict[Place, str] = {}
    if not merges:
        return found
    for recorded in filter(_said, in_time):
        id, later = _root(recorded.originator_id, parts), False
        while id in merges and id not in parts and (merge := merges[id][0]).position < recorded.position:
            id, later = _root(merges[id][1], parts), later or merge.at > recorded.at
        if later:
            found[place_of(recorded)] = id
    return found


def _said(recorded: Recorded[Event]) -> bool:
    return isinstance(recorded.event, c.MessageReceived) and not recorded.event.automatic


class _Ends:
    """The closings or answers of one conversation, in the order in which they happened."""

    def __init__(self, ends: Sequence[tuple[datetime, int]]) -> None:
        self._at = [at for at, _ in ends]
        # Of each and those after it, the position that was recorded first.
        self._first = list(accumulate((position for _, position in reversed(ends)), min))[::-1]

    def first_recorded(self, *, after: datetime) -> int | None:
        """The lowest position of those that happened after an instant."""
        index = bisect_right(self._at, after)
        return self._first[index] if index < len(self._first) else None


def _closes(recorded: Recorded[Event]) -> bool:
    event = recorded.event
    return isinstance(event, c.ConversationWithdrawn) or (isinstance(event, c.StatusChanged) and event.status in CLOSED)


def _answers(recorded: Recorded[Event]) -> bool:
    return by_a_person(recorded) and isinstance(recorded.event, c.MessageSent) and recorded.event.aside_by is None


def _ends(
    what: Callable[[Recorded[Event]], bool], in_time: Iterable[Recorded[Event]], parts: Mapping[str, str]
) -> dict[str, list[tuple[datetime, int]]]:
    """These events by conversation, as (instant, position). What ends the wait in a conversation ends it in all that it
    shows."""
    found: dict[str, list[tuple[datetime, int]]] = {}
    into = {id: _root(id, parts) for id in parts}
    shown: dict[str, list[str]] = {}
    for id, root in into.items():
        shown.setdefault(root, []).append(id)
    for recorded in in_time:
        event, id = recorded.event, recorded.originator_id
        if isinstance(event, c.ConversationMerged):
            root = into.get(event.into, event.into)
            joining = (id, *shown.pop(id, ()))
            into |= dict.fromkeys(joining, root)
            shown.setdefault(root, []).extend(joining)
        elif what(recorded):
            root = into.get(id, id)
            for each in (root, *shown.get(root, ())):
                found.setdefault(each, []).append((recorded.at, recorded.position))
    return found


def _root(id: str, parts: Mapping[str, str]) -> str:
    while id in parts:
        id = parts[id]
    return id
