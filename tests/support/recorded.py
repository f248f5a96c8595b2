"""The events of the log as tests ask for them: of one kind, or each by the fields that the test knows the event has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from domain.kernel.event import Event, Recorded
from infra.log.application import Log

E = TypeVar("E", bound=Event)


def events_of(log: Log, stream: str) -> list[Any]:
    """The events of one stream, in order."""
    return [recorded.event for recorded in log.streams([stream])[stream]]


def recorded_as(event_class: type[E], log: Iterable[Recorded[Any]]) -> list[Recorded[E]]:
    """Those of one kind, in order."""
    return [recorded for recorded in log if isinstance(recorded.event, event_class)]
