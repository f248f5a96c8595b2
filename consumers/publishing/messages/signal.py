"""The integration events of signals: where a signal went, and what its team answered. No text of anybody is in them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import Cause, Count, Instant, Label, TeamId
from domain.service_level import signal_verdicts as v
from domain.signal import events as s

_SOME = "01990000-0000-5000-8000-000000000001"
SignalId = Annotated[str, Field(examples=[f"signal-{_SOME}"])]
LaunchId = Annotated[str, Field(examples=["launch-01990000-0000-7000-8000-000000000001"])]
ThemeKey = Annotated[str, Field(examples=["range-in-winter"])]
StageName = Annotated[str, Field(examples=["design", "production", "distribution", "sales", "service"])]
SignalMetricName = Annotated[str, Field(examples=["acknowledge", "answer"])]
StrengthName = Annotated[str, Field(examples=["strong", "thin", "skewed", "contradicted"])]


class AboutSignal(Message):
    """What a signal is about, and the team that has it."""

    signal_id: SignalId
    area: Label
    theme: ThemeKey
    stage: StageName
    team_id: TeamId


class _WithLaunch(AboutSignal):
    launch_id: LaunchId | None
    launch_area: Label | None
    launch_due_at: Instant | None
    parts: tuple[SignalId, ...]

    @classmethod
    def facts(cls, event: Any) -> dict[str, Any]:
        """The published fields, with those of the launch, if there is one."""
        launch = event.launch
        return {name: getattr(event, name) for name in (*AboutSignal.model_fields, "parts") if name != "by"} | {
            "launch_id": launch.launch_id if launch else None,
            "launch_area": launch.area if launch else None,
            "launch_due_at": launch.due_at if launch else None,
        }


class SignalRouted(AboutSignal, of=s.SignalRouted):
    """The signal went to a team. `strength`: how far the evidence can be trusted. `people`: who said it."""

    strength: StrengthName
    people: Count

    @classmethod
    def facts(cls, event: Any) -> dict[str, Any]:
        """The published fields, with those of the evidence."""
        found = {name: getattr(event, name) for name in AboutSignal.model_fields if name != "by"}
        return {**found, "strength": event.weighed.strength, "people": event.weighed.people}


class SignalAcknowledged(AboutSignal, of=s.SignalAcknowledged):
    """The team took the signal on."""


class SignalAskedBack(AboutSignal, of=s.SignalAskedBack):
    """The team needs to know more before it decides, and waits."""


class SignalQuestionAnswered(AboutSignal, of=s.SignalQuestionAnswered):
    """The team knows now what it asked."""


class SignalPlanned(_WithLaunch, of=s.SignalPlanned):
    """The team will do something about it. `launch_due_at`: by when, where it says so. `parts`: the signals merged into
    this one."""


class SignalLaunchRevised(AboutSignal, of=s.SignalLaunchRevised):
    """The launch got another date."""

    launch_id: LaunchId
    due_at: Instant
    previous_due_at: Instant


class SignalLaunchOverdue(AboutSignal, of=s.SignalLaunchOverdue):
    """The date passed, and nothing was launched."""

    launch_id: LaunchId
    due_at: Instant
    detected_at: Instant


class SignalShipped(_WithLaunch, of=s.SignalShipped):
    """The team did something about it."""


class SignalDeclined(_WithLaunch, of=s.SignalDeclined):
    """The team will do nothing about it."""


class SignalHandedOn(AboutSignal, of=s.SignalHandedOn):
    """The signal went to another team, which has not taken it on yet."""

    previous_team_id: TeamId


class SignalMerged(AboutSignal, of=s.SignalMerged):
    """The signal became a part of another one."""

    into: SignalId


class SignalSeparated(AboutSignal, of=s.SignalSeparated):
    """The merge was undone."""

    out_of: SignalId


class SignalPartJoined(AboutSignal, of=s.SignalPartJoined):
    """Another signal became a part of this one. `parts`: all of them now."""

    part: SignalId
    parts: tuple[SignalId, ...]


class SignalPartLeft(AboutSignal, of=s.SignalPartLeft):
    """A part stands for itself again. `parts`: those that are left."""

    part: SignalId
    parts: tuple[SignalId, ...]


class SignalClockTold(BaseModel):
    """The state of the `number`-th clock of a metric that started in the signal `started_in`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    started_in: SignalId
    metric: SignalMetricName
    number: Count
    state: Annotated[str, Field(examples=["running", "paused", "met", "met-late", "cancelled", "unknown"])]
    started_at: Instant
    due_at: Instant | None
    stopped_at: Instant | None
    breached_at: Instant | None


class SignalClocksEvaluated(Message, of=v.SignalClocksEvaluated):
    """All clocks of a signal, as of its version `up_to`."""

    signal_id: SignalId
    up_to: Count
    clocks: Annotated[tuple[SignalClockTold, ...], Field(examples=[[]])]

    @classmethod
    def facts(cls, event: Any) -> dict[str, Any]:
        """Each clock, with its identity among its own fields."""
        clocks = [dict(each.which) | dict(each) for each in event.clocks]
        return {"signal_id": event.signal_id, "up_to": event.up_to, "clocks": clocks}


class _OneClock(Message):
    """Something about the `number`-th clock of a metric that started in the signal `started_in`."""

    signal_id: SignalId
    started_in: SignalId
    metric: SignalMetricName
    number: Count

    @classmethod
    def facts(cls, event: Any) -> dict[str, Any]:
        """The clock's identity, and the other fields as they are."""
        which = dict(event.which)
        return which | {name: getattr(event, name) for name in cls.model_fields if name not in ("by", *which)}


class SignalClockWarned(_OneClock, of=v.SignalClockWarned):
    """A due came near."""

    warn_at: Instant
    due_at: Instant


class SignalClockBreached(_OneClock, of=v.SignalClockBreached):
    """Nobody took the signal on in time, or its team did not answer in time: missed at `breached_at`, detected at
    `detected_at`. A clock that was published as met may be missed after all."""

    due_at: Instant | None
    breached_at: Instant
    detected_at: Instant
    cause: Cause


class SignalClockMet(_OneClock, of=v.SignalClockMet):
    """A target was met."""

    stopped_at: Instant


class SignalBreachWithdrawn(_OneClock, of=v.SignalBreachWithdrawn):
    """A published breach, at `breached_at`, was none, by what was recorded since."""

    breached_at: Instant
