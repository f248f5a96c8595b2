"""What a bundle states of clocks, for its reader to derive again: the verdicts, and the time zones that they need."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from audit.second_reading.checking import Stated
from audit.second_reading.hours import microseconds, shown
from audit.zone_files import zone_file
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.service_level.calendar import CalendarRevision
from domain.service_level.causes import with_causes
from domain.service_level.detection import Knowledge
from domain.service_level.evaluated import ConversationClocks, EvaluatedClock
from domain.service_level.policy import Subject


def stated_verdicts(recorded_events: Iterable[Recorded[Event]], as_of: datetime, zone: str) -> list[Stated]:
    """The verdict of each clock of the conversations and signals among these events, as of an instant.
    `recorded_events`: with policies and calendars; `zone`: the company's."""
    streams: dict[str, list[Recorded[Event]]] = {}
    for recorded in sorted(recorded_events, key=lambda each: each.position):
        if kind_of(recorded.originator_id) in ("conversation", "signal", "policy", "calendar"):
            streams.setdefault(recorded.originator_id, []).append(recorded)
    facts = [
        each
        for id, stream in streams.items()
        for each in (with_causes(stream) if kind_of(id) == "conversation" else stream)
    ]
    evaluated = dict[str, ConversationClocks]()
    for subject in get_args(Subject):
        evaluated |= Knowledge(facts, zone=zone, of_clocks=(), subject=subject).conversations(as_of)
    return [_stated(id, clock) for id in sorted(evaluated) for clock in evaluated[id].clocks]


def zone_files(recorded_events: Iterable[Recorded[Event]], zone: str) -> dict[str, str]:
    """The files of the time zones by which clocks count, out of the pinned package, in base64 by the zones' names."""
    named = {
        each.event.zone for each in recorded_events if isinstance(each.event, CalendarRevision) and each.event.zone
    }
    return {name: base64.b64encode(zone_file(name)).decode() for name in sorted({zone, *named})}


def _stated(id: str, clock: EvaluatedClock) -> Stated:
    return {
        "conversation": id,
        "metric": clock.metric,
        "number": clock.instance,
        "state": clock.state,
        "started_at": _shown(clock.started_at),
        "due_at": _shown(clock.due_at),
        "stopped_at": _shown(clock.stopped_at),
        "consumed_seconds": clock.consumed_seconds,
        "over_seconds": clock.over_seconds,
        "breached_at": _shown(clock.breached_at),
        "cause": clock.cause,
        "precision": clock.precision,
    }


def _shown(at: datetime | None) -> str | None:
    return None if at is None else shown(microseconds(at))
