"""A conversation or a signal during an evaluation: its clocks, and what its clocks depend on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from domain.conversation.events import Priority
from domain.service_level.clock import AnyStatus, RunningClock
from domain.service_level.policy import ConversationTraits, Metric

Phase = Literal["before", "open", "done"]
"""The phase of the first reply: before the customer has written, until the reply is given, and after."""


@dataclass(slots=True)
class Matter:
    """A conversation or a signal, with the clocks of its parts."""

    id: str
    priority: Priority
    about: ConversationTraits
    first: str | None = None
    """the first interaction, whose kind counts as the conversation's kind"""
    status: AnyStatus = "open"
    policy_id: str | None = None
    named: bool = False
    """whether somebody named the policy"""
    chosen_at: datetime | None = None
    """as of when the policy was chosen, unless it was named"""
    begun: bool = False
    """whether anybody has said or brought something; a conversation may begin with a message that no person wrote"""
    phase: Phase = "before"
    part_unanswered: bool = False
    """whether a part awaits its first reply"""
    shown: dict[Metric, list[RunningClock]] = field(default_factory=lambda: {metric: [] for metric in get_args(Metric)})
    hidden: list[RunningClock] = field(default_factory=list)
    active: list[RunningClock] = field(default_factory=list)
    """those that go on, or may go on after a reopening, shown or not: an event reaches these alone"""
    numbers: dict[Metric, int] = field(default_factory=dict)

    def clocks(self, *metrics: Metric) -> Iterator[RunningClock]:
        """The active clocks of these metrics."""
        yield from [each for each in self.active if not metrics or each.metric in metrics]

    def settle(self) -> list[RunningClock]:
        """Let go of the clocks that have ended for good. Answers those that are shown."""
        ended = [each for each in self.active if not each.live and not each.resumable]
        if not ended:
            return []
        self.active = [each for each in self.active if each.live or each.resumable]
        return [each for each in ended if each.origin is not None]
