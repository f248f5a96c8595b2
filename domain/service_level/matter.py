"""A conversation during an evaluation: its clocks, and what of it the clocks depend on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.conversation import events as c
from domain.conversation.events import Priority, Status
from domain.kernel.event import Event, Recorded
from domain.service_level.clock import RunningClock
from domain.service_level.policy import METRICS, ConversationTraits, Metric

Phase = Literal["before", "open", "done"]
"""Of the first reply: before the customer has said anything, until it is given, and after."""


@dataclass(slots=True)
class Matter:
    """A conversation, with what is shown at it."""

    id: str
    priority: Priority
    about: ConversationTraits
    opening: Recorded[Event]
    opened: c.Opened
    first: str | None = None
    """the interaction it began with, whose kind is its own"""
    status: Status = "open"
    policy_id: str | None = None
    named: bool = False
    """whether somebody said which policy it is under"""
    chosen_at: datetime | None = None
    """else as of when one was chosen for what it is about"""
    phase: Phase = "before"
    part_unanswered: bool = False
    """whether something merged into it awaits its first reply"""
    shown: dict[Metric, list[RunningClock]] = field(default_factory=lambda: {metric: [] for metric in METRICS})
    hidden: list[RunningClock] = field(default_factory=list)
    numbers: dict[Metric, int] = field(default_factory=dict)

    def clocks(self, *metrics: Metric) -> Iterator[RunningClock]:
        """All of these metrics, also what is not shown."""
        for metric in metrics or METRICS:
            yield from list(self.shown[metric])
        yield from [each for each in self.hidden if not metrics or each.metric in metrics]
