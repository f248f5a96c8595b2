"""What was detected of clocks, as the log says: when each breach was, and which were withdrawn.

A breach that would have been detected, had anybody evaluated the clocks in between, is none that was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from domain.kernel.event import Event, Recorded
from domain.service_level.clock import Origin
from domain.service_level.signal_verdicts import (
    SignalBreachWithdrawn,
    SignalClockBreached,
    SignalClocksEvaluated,
    WhichOfSignal,
)
from domain.service_level.verdicts import Breached, BreachWithdrawn, ClocksEvaluated, Which


@dataclass(slots=True)
class Detected:
    """When each breach was detected that was not withdrawn since, and the clocks whose breach was withdrawn."""

    current: dict[Origin, datetime] = field(default_factory=dict)
    withdrawn: set[Origin] = field(default_factory=set)

    def detect(self, origin: Origin, at: datetime) -> None:
        """A breach was detected."""
        self.current[origin] = at
        self.withdrawn.discard(origin)

    def withdraw(self, origin: Origin) -> None:
        """The breach was none."""
        if self.current.pop(origin, None) is not None:
            self.withdrawn.add(origin)


def recorded_detections(of_clocks: Iterable[Recorded[Event]]) -> Detected:
    """What these events of streams of clocks say was detected."""
    found = Detected()
    for recorded in sorted(of_clocks, key=lambda each: each.position):
        match recorded.event:
            case ClocksEvaluated() | SignalClocksEvaluated() as event:
                # A breach that its policy does not announce has no event of its own.
                for clock in event.clocks:
                    origin = _origin(clock.which)
                    if clock.breached_at is None:
                        found.withdraw(origin)
                    elif origin not in found.current:
                        found.detect(origin, recorded.recorded_at)
            case Breached() | SignalClockBreached() as event:
                found.detect(_origin(event.which), event.detected_at)
            case BreachWithdrawn() | SignalBreachWithdrawn() as event:
                found.withdraw(_origin(event.which))
            case _:
                pass
    return found


def _origin(which: Which | WhichOfSignal) -> Origin:
    return Origin(which.conversation_id if isinstance(which, Which) else which.started_in, which.metric, which.number)
