"""The evaluation of all clocks by changed policies, and up to where it has come. A stream of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.conversation import events as c
from domain.kernel.event import Event
from domain.kernel.stream import Stream
from domain.kernel.time import Instant

STREAM = "watch-sla"

ClockInput = (
    c.Opened | c.InteractionAdded | c.KindChanged | c.MessageReceived | c.MessageSent | c.NoteAdded | c.StatusChanged
    | c.ConversationWithdrawn | c.PriorityChanged | c.PolicySet | c.ConversationMerged | c.ConversationSeparated
    | c.MessagePlaced | c.PartJoined | c.PartLeft | c.PartHeard | c.ProductAreaChanged
)  # fmt: skip
"""The events of a conversation that may change its clocks: after each of them, the clocks are evaluated."""


class AllEvaluated(Event, name="watch.judged-anew", published_as=None):
    """All clocks that changed policies may concern were evaluated, by the policies and calendars up to a log position,
    and as of an instant."""

    up_to: int
    as_of: Instant


@dataclass(frozen=True, slots=True)
class Watching:
    """The policies' log position up to which all clocks were evaluated, and as of when."""

    up_to: int
    as_of: datetime


def evolve(state: Watching | None, event: AllEvaluated) -> Watching | None:
    """Fold one event into the state."""
    return Watching(event.up_to, event.as_of)


WATCH = Stream("watch", AllEvaluated, evolve)


def all_evaluated(state: Watching | None, up_to: int, as_of: datetime) -> list[Event]:
    """The event that all clocks were evaluated by the policies up to a position; none if that is recorded already."""
    if state and (state.up_to, state.as_of) >= (up_to, as_of):
        return []
    return [AllEvaluated(up_to=up_to, as_of=as_of)]
