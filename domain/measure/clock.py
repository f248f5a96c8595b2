"""The measure of clocks: were customers answered, kept informed and helped within the times of the policies?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.measure.definition import HIT, MISS, OPEN, UNKNOWN, Measure
from domain.service_level.clock import State
from domain.service_level.policy import ConversationMetric

CLOCK_SLICES = ("metric", "policy")
"""By what clocks are grouped."""
_CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class MeasuredClock:
    """A clock with a target, as the watch recorded it. `id`: the conversation in which it started, the metric and its
    number there. `due_at`: None while it is paused. `breached_at`: when the target was missed."""

    id: str
    customer_id: str | None
    metric: ConversationMetric
    policy_id: str
    started_at: datetime
    state: State
    due_at: datetime | None = None
    breached_at: datetime | None = None

    @property
    def slices(self) -> dict[str, str]:
        """The values by which it is grouped."""
        return {"metric": self.metric, "policy": self.policy_id}


def _outcome(clock: MeasuredClock, now: datetime) -> str:
    if clock.breached_at is not None:
        return MISS
    match clock.state:
        case "met":
            return HIT
        case "met-late":
            return MISS
        case "cancelled":
            return _CANCELLED
        case "unknown":
            return UNKNOWN
        case "running" | "paused":
            # A due that passed a moment ago may not be detected yet.
            return MISS if clock.due_at is not None and clock.due_at < now else OPEN


CLOCK_ATTAINMENT: Measure[MeasuredClock] = Measure(
    name="clock_attainment",
    version=1,
    question="How many of the times that our policies promise did we keep?",
    population="clocks with a target, as the watch recorded them, each once, wherever a merge shows it",
    hit="stopped within the target, in open hours; a miss as soon as the due has passed; unknown where a time is not "
    "known exactly enough",
    exclusions=MappingProxyType({_CANCELLED: "not owed any more before it was missed: the customer withdrew, say"}),
    time_basis="the start of the clock",
    better="more",
    owner="customer service",
    reads=("sla_clocks", "conversation_steps"),
    at=lambda clock: clock.started_at,
    outcome=_outcome,
)
