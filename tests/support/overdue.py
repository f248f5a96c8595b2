"""Each date that passed with its promise still standing is one event, in time or late, never early: the checker."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from domain.kernel.event import Event, Recorded
from domain.promise import Made, Overdue, Promise, PromiseEvent, evolve


def wrong_in_overdue(log: Iterable[Recorded[Event]], now: datetime) -> list[str]:
    """What is wrong with the overdue events of a log, in words; `now` is the database's clock, by which all that fell
    due before ought to have been noticed. Nothing wrong is []."""
    wrong: list[str] = []
    states: dict[str, Promise | None] = defaultdict(lambda: None)
    detected: Counter[tuple[str, datetime]] = Counter()
    for recorded in log:
        if not isinstance(event := recorded.event, PromiseEvent):
            continue
        id, before = recorded.originator_id, states[recorded.originator_id]
        states[id] = evolve(before, event)
        if isinstance(event, Made) or before is None or not isinstance(event, Overdue):
            continue
        detected[id, event.due_at] += 1
        if before.end is not None or before.due_at != event.due_at:
            wrong.append(f"{id} was {before.end or 'revised'} before it was noticed")
        if not event.due_at <= event.detected_at <= recorded.recorded_at:
            wrong.append(f"{id} was noticed too early: due {event.due_at}, {event.detected_at}, {recorded.recorded_at}")
    wrong += [f"{id} was noticed {count} times" for (id, _), count in detected.items() if count > 1]
    for id, state in states.items():
        if state and state.end is None and state.due_at < now and not detected[id, state.due_at]:
            wrong.append(f"{id} was never noticed")
    return wrong


def overdue(log: Iterable[Recorded[Event]]) -> set[str]:
    """Which promises were noticed."""
    return {recorded.originator_id for recorded in log if isinstance(recorded.event, Overdue)}
