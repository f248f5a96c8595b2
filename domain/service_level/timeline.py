"""The timeline of a clock: what counted, what did not, when the clock was due, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.versioned_policies import VersionedPolicies

Kind = Literal["started", "counted", "closed", "stood-still", "due", "missed", "stopped", "now"]


@dataclass(frozen=True, slots=True)
class ClockMoment:
    """One line of a timeline. `until`: the end of a stretch. `seconds`: the business time of a counted stretch."""

    kind: Kind
    at: datetime
    until: datetime | None = None
    seconds: int = 0


def timeline(clock: EvaluatedClock, policies: VersionedPolicies, now: datetime) -> list[ClockMoment]:
    """All lines of a clock's timeline, in the order of time; `now`: as of when the clock was evaluated."""
    end = clock.stopped_at or now
    lasting = sorted(_lasting(clock, policies, end), key=lambda each: each.at)
    points = [ClockMoment("started", clock.started_at)]
    if clock.due_at is not None:
        points.append(ClockMoment("due", clock.due_at))
    if clock.breached_at is not None and clock.breached_at != clock.due_at:
        points.append(ClockMoment("missed", clock.breached_at))
    points.append(ClockMoment("stopped" if clock.stopped_at else "now", end))
    order = {"started": 0, "now": 3, "stopped": 3, "due": 2, "missed": 2}
    return sorted([*lasting, *points], key=lambda each: (each.at, order.get(each.kind, 1)))


def _lasting(clock: EvaluatedClock, policies: VersionedPolicies, end: datetime) -> Iterator[ClockMoment]:
    reached = clock.started_at
    for stretch in clock.stretches:
        if stretch.start > reached:
            yield ClockMoment("stood-still", reached, stretch.start)
        reached = stretch.end or end
        calendar_id = stretch.calendar_id or clock.calendar_id
        at = stretch.start
        for opens, closes in policies.calendars[calendar_id].open_times(stretch.start, reached):
            if opens > at:
                yield ClockMoment("closed", at, opens)
            yield ClockMoment("counted", opens, closes, (closes - opens) // timedelta(seconds=1))
            at = closes
        if reached > at:
            yield ClockMoment("closed", at, reached)
    if end > reached:
        yield ClockMoment("stood-still", reached, end)
