"""The integration events of clocks: what was evaluated and detected."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import CalendarId, Cause, ConversationId, Count, Instant, Metric, PolicyId
from domain.service_level import verdicts as sla_verdicts


class ClockNamed(BaseModel):
    """A clock: the `number`-th of a metric that started in the conversation `started_in`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    started_in: ConversationId
    metric: Metric
    number: Count


class ClockTold(ClockNamed):
    """The state of one clock. What changes by the mere passing of time is given of stopped clocks only."""

    instance: Count
    state: Annotated[str, Field(examples=["running", "paused", "met", "met-late", "cancelled", "unknown"])]
    started_at: Instant
    due_at: Instant | None
    stopped_at: Instant | None
    consumed_seconds: Count | None
    over_seconds: Count | None
    breached_at: Instant | None
    cause: Cause | None
    policy_id: PolicyId
    policy_version: Count
    calendar_id: CalendarId
    calendar_version: Count | None


class ClockInexact(ClockNamed):
    """A clock of which the start or the stop is not known exactly."""

    precision: Annotated[str, Field(examples=["day", "unknown"])]


class ClocksSeen(Message, of=sla_verdicts.ClocksEvaluated):
    """The clocks of a conversation, as of its version `up_to`: those that go on, and those that changed since the
    message before. `gone`: those that exist no longer. Without `gone`, `clocks` are all. `inexact`: those of
    `clocks` of which the start or the stop is not known exactly; the state of such a clock may be `unknown`."""

    conversation_id: ConversationId
    up_to: Count
    clocks: Annotated[tuple[ClockTold, ...], Field(examples=[[]])]
    gone: Annotated[tuple[ClockNamed, ...] | None, Field(examples=[[]])] = None
    inexact: Annotated[tuple[ClockInexact, ...], Field(examples=[[]])] = ()

    @classmethod
    def facts(cls, event: sla_verdicts.ClocksEvaluated) -> dict[str, Any]:
        """Each clock, with its identity among its own fields."""
        inexact = [each for each in event.clocks if each.precision != "exact"]
        return {
            "conversation_id": event.conversation_id,
            "up_to": event.up_to,
            "clocks": [_which(each.which) | dict(each) for each in event.clocks],
            "gone": None if event.gone is None else [_which(each) for each in event.gone],
            "inexact": [_which(each.which) | {"precision": each.precision} for each in inexact],
        }


class _OneClock(Message):
    """Something about the `number`-th clock of a metric that started in the conversation `started_in`."""

    conversation_id: ConversationId
    started_in: ConversationId
    metric: Metric
    number: Count

    @classmethod
    def facts(cls, event: Any) -> dict[str, Any]:
        """The clock's identity, and the other fields as they are."""
        which = _which(event.which)
        return which | {name: getattr(event, name) for name in cls.model_fields if name not in ("by", *which)}


class ClockWarned(_OneClock, of=sla_verdicts.Warned):
    """A due came near."""

    warn_at: Instant
    due_at: Instant


class ClockBreached(_OneClock, of=sla_verdicts.Breached):
    """A target was missed at `breached_at`; detected at `detected_at`. `cause`: time, or a change of the policy."""

    due_at: Instant | None
    breached_at: Instant
    detected_at: Instant
    cause: Cause


class ClockMet(_OneClock, of=sla_verdicts.Met):
    """A target was met."""

    stopped_at: Instant


class ClockMetWithdrawn(_OneClock, of=sla_verdicts.MetWithdrawn):
    """A target that was published as met, at `stopped_at`, was missed after all; the breach follows."""

    stopped_at: Instant


class ClockNeverDue(_OneClock, of=sla_verdicts.NeverDue):
    """An error: the calendar of the clock never opens, so that nothing is due."""

    calendar_id: CalendarId
    calendar_version: Count | None


class BreachWithdrawn(_OneClock, of=sla_verdicts.BreachWithdrawn):
    """A published breach, at `breached_at`, was none, by what was recorded since."""

    breached_at: Instant


def _which(which: sla_verdicts.Which) -> dict[str, Any]:
    return {"started_in": which.conversation_id, "metric": which.metric, "number": which.number}
