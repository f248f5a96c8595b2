"""What counts at a time: as of a time, by what is known now; and as known at a time, which is a prefix of the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.kernel.event import Event, Recorded


@dataclass(frozen=True, slots=True)
class Instants:
    """The instants of a question (aware, UTC). `as_of`: what happened until then; None: all that happened. `known_at`:
    what had been recorded by then; None: all that is recorded."""

    as_of: datetime | None = None
    known_at: datetime | None = None

    def known(self, recorded: Recorded[Event]) -> bool:
        """Whether the event had been recorded."""
        return self.known_at is None or recorded.recorded_at <= self.known_at

    def happened(self, recorded: Recorded[Event]) -> bool:
        """Whether the event had happened, whenever it was recorded."""
        return self.as_of is None or recorded.at <= self.as_of

    def now(self, now: datetime) -> datetime:
        """The time that it is where the question is asked; `now`: the time that it is here."""
        return min(filter(None, (now, self.as_of, self.known_at)))


def as_known(streams: Iterable[Iterable[Recorded[Event]]], instants: Instants) -> list[Recorded[Event]]:
    """The events of these streams that count, in the order of the log.

    A stream is there from the first time that any of its events names: its first event counts with that event, however
    late somebody recorded it. (A letter may be told of after the conversation that the letter began.)
    """
    counting: list[Recorded[Event]] = []
    for stream in streams:
        known = [recorded for recorded in stream if instants.known(recorded)]
        happened = [recorded for recorded in known if instants.happened(recorded)]
        if happened and happened[0] is not known[0]:
            happened.insert(0, known[0])
        counting += happened
    return sorted(counting, key=lambda recorded: recorded.position)


def late_firsts(recorded_events: Iterable[Recorded[Event]], instants: Instants) -> frozenset[int]:
    """The positions of the first events that count although they happened later, since a later event of their stream
    counts (`as_known`): for a log that is too long to be held. The events come in the order of the log."""
    late: dict[str, int] = {}
    found = set[int]()
    for recorded in filter(instants.known, recorded_events):
        if instants.happened(recorded):
            if (position := late.pop(recorded.originator_id, None)) is not None:
                found.add(position)
        elif recorded.originator_version == 1:
            late[recorded.originator_id] = recorded.position
    return frozenset(found)


def counting(
    recorded_events: Iterable[Recorded[Event]], instants: Instants, firsts: frozenset[int]
) -> Iterator[Recorded[Event]]:
    """The events that count, one by one, in the order given. `firsts`: as `late_firsts` of the same events."""
    for recorded in filter(instants.known, recorded_events):
        if instants.happened(recorded) or recorded.position in firsts:
            yield recorded
