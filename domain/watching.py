"""How far the watch of clocks has come with what concerns all of them. A stream of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.kernel import Event, Instant

STREAM = "watch-sla"


class JudgedAnew(Event, name="watch.judged-anew"):
    """All clocks that other rules may have changed were judged anew: by what was said of policies and calendars up to a
    position of the log, and as of an instant."""

    up_to: int
    as_of: Instant


@dataclass(frozen=True, slots=True)
class Watching:
    """By which rules all clocks were judged, and as of when."""

    up_to: int
    as_of: datetime


def evolve(state: Watching | None, event: Event) -> Watching | None:
    """The state after one more event."""
    return Watching(event.up_to, event.as_of) if isinstance(event, JudgedAnew) else state


def all_judged(state: Watching | None, up_to: int, as_of: datetime) -> list[Event]:
    """That all were judged by the rules up to there, as of then; unless it is known."""
    if state and (state.up_to, state.as_of) >= (up_to, as_of):
        return []
    return [JudgedAnew(up_to=up_to, as_of=as_of)]
