"""Late words: what a customer said before a conversation was closed, and what was recorded after it.

Whoever closed the conversation did not know of them. By the time at which they were said, the closing would end what
they ask for, and nobody would be warned (S37)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate

from domain.conversation import events as c
from domain.conversation.events import CLOSED
from domain.kernel.event import Event, Recorded

Place = tuple[str, int]
"""An event by its stream and its version there."""


def place_of(recorded: Recorded[Event]) -> Place:
    """The place of an event."""
    return recorded.originator_id, recorded.originator_version


def said_before_closing(in_time: Sequence[Recorded[Event]], parts: Mapping[str, str]) -> Collection[Place]:
    """The messages that were said before a closing of what shows them, and recorded after it. `in_time`: events in the
    order in which they happened, as they are shown. `parts`: which were parts before, each with what shows it."""
    found: set[Place] = set()
    closings = {id: _Closings(said) for id, said in _closings(in_time, parts).items()}
    for recorded in in_time:
        said = isinstance(recorded.event, c.MessageReceived) and not recorded.event.automatic
        if said and (known := closings.get(recorded.originator_id)):
            before = known.first_recorded(after=recorded.at)
            if before is not None and before < recorded.position:
                found.add(place_of(recorded))
    return found


class _Closings:
    """The closings of one conversation, in the order in which they happened."""

    def __init__(self, closings: Sequence[tuple[datetime, int]]) -> None:
        self._at = [at for at, _ in closings]
        # Of each closing and those after it, the position that was recorded first.
        self._first = list(accumulate((position for _, position in reversed(closings)), min))[::-1]

    def first_recorded(self, *, after: datetime) -> int | None:
        """The lowest position of the closings that happened after an instant."""
        index = bisect_right(self._at, after)
        return self._first[index] if index < len(self._first) else None


def _closings(in_time: Iterable[Recorded[Event]], parts: Mapping[str, str]) -> dict[str, list[tuple[datetime, int]]]:
    """The closings by conversation, as (instant, position). What closes a conversation closes all that it shows."""
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
        elif isinstance(event, c.ConversationWithdrawn) or (
            isinstance(event, c.StatusChanged) and event.status in CLOSED
        ):
            root = into.get(id, id)
            for each in (root, *shown.get(root, ())):
                found.setdefault(each, []).append((recorded.at, recorded.position))
    return found


def _root(id: str, parts: Mapping[str, str]) -> str:
    while id in parts:
        id = parts[id]
    return id
