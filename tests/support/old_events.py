"""Events of conversations as version 1 recorded them, which did not say what they did and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from domain.conversation import events as c
from domain.kernel.event import Event, Recorded
from domain.service_level.causes import with_causes


def as_of_version_1(recorded: Recorded[Event]) -> Recorded[Event]:
    """The event without its effect and its cause."""
    match recorded.event:
        case c.MessageReceived() as event:
            return replace(recorded, event=event.model_copy(update={"effect": None, "kept_by": None}))
        case c.MessageSent() as event:
            return replace(recorded, event=event.model_copy(update={"effect": None}))
        case c.StatusChanged() as event:
            return replace(recorded, event=event.model_copy(update={"cause": None}))
        case _:
            return recorded


def derived(recorded_events: Iterable[Recorded[Event]]) -> list[Recorded[Event]]:
    """The events with causes, in the order of the log."""
    streams: dict[str, list[Recorded[Event]]] = {}
    for recorded in recorded_events:
        streams.setdefault(recorded.originator_id, []).append(recorded)
    found = [recorded for stream in streams.values() for recorded in with_causes(stream)]
    return sorted(found, key=lambda recorded: recorded.position)
