"""Verdicts of clocks: what is said of each clock as of an instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.second_reading.clocks import METRICS, Clock, NeverOpens
from audit.second_reading.hours import SECOND, shown
from audit.second_reading.targets import Targets


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a clock. `due_at` None: nothing is promised any more, or its calendar never opens."""

    state: str
    started_at: str | None
    due_at: str | None
    stopped_at: str | None
    consumed_seconds: int
    over_seconds: int
    breached_at: str | None
    cause: str | None
    precision: str
    calendar: str = ""
    never_opens: bool = False


def verdict_of(replay: Targets, clock: Clock, until: int) -> Verdict:
    """What is said of a clock as of an instant."""
    calendar, never_opens = "", False
    try:
        due = clock.due(replay.rules, until)
    except NeverOpens as error:  # R12
        due, calendar, never_opens = None, str(error), True
    consumed, broken = clock.consumed(replay.rules, until), clock.broken_at is not None
    if clock.ended == "cancelled":
        state = "cancelled"
    elif clock.ended == "stopped":
        state = "met-late" if broken else "met" if clock.surely_in_time else "unknown"
    else:
        state = "running" if clock.is_running else "paused"
    judged = clock.target is not None and state != "unknown"  # S6
    return Verdict(
        state,
        shown(clock.started_at),
        shown(due),
        shown(clock.stopped_at),
        consumed // SECOND,
        max(0, consumed - clock.target) // SECOND if judged and clock.target is not None else 0,
        shown(clock.broken_at),
        clock.cause,
        clock.precision,
        calendar,
        never_opens,
    )


def verdicts(
    replay: Targets, conversation: str, until: int, metrics: Sequence[str] = METRICS
) -> Iterator[tuple[str, int, Verdict]]:
    """The verdict of each clock that a conversation, or a signal, shows, with its metric and its number among those of
    the metric."""
    clocks = replay.conversations[conversation].clocks
    for metric in metrics:
        theirs = [clock for clock in clocks if clock.metric == metric and clock.identity is not None]
        for number, clock in enumerate(theirs, 1):
            yield metric, number, verdict_of(replay, clock, until)
