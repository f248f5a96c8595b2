"""The aggregate state of a signal, and how each event changes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from domain.kernel.stream import Stream
from domain.signal.events import (
    Launch,
    SignalAcknowledged,
    SignalAskedBack,
    SignalDeclined,
    SignalEvent,
    SignalHandedOn,
    SignalLaunchOverdue,
    SignalLaunchRevised,
    SignalMerged,
    SignalPartJoined,
    SignalPartLeft,
    SignalPlanned,
    SignalQuestionAnswered,
    SignalRouted,
    SignalSeparated,
    SignalShipped,
)
from domain.signal.identity import Stage

SignalStatus = Literal["routed", "acknowledged", "asked-back", "planned", "shipped", "declined"]
ANSWERED: tuple[SignalStatus, ...] = ("shipped", "declined")
"""The signal has its outcome."""


@dataclass(frozen=True, slots=True)
class Signal:
    """The aggregate state of a signal. `goes_on_as`: its status once the question that was asked back is answered.
    `overdue`: the last date of its launch that passed. A part keeps its own status while it is merged."""

    signal_id: str
    area: str
    theme: str
    stage: Stage
    team_id: str
    status: SignalStatus = "routed"
    goes_on_as: SignalStatus = "acknowledged"
    launch: Launch | None = None
    overdue: datetime | None = None
    merged_into: str | None = None
    parts: tuple[str, ...] = ()


def evolve(state: Signal | None, event: SignalEvent) -> Signal | None:
    """Fold one event into the state."""
    if isinstance(event, SignalRouted):
        routed = Signal(event.signal_id, event.area, event.theme, event.stage, event.team_id)
        return routed if state is None else replace(routed, merged_into=state.merged_into, parts=state.parts)
    if state is None:
        return None
    match event:
        case SignalAcknowledged():
            return replace(state, status="acknowledged")
        case SignalAskedBack():
            goes_on_as = state.goes_on_as if state.status == "asked-back" else state.status
            return replace(state, status="asked-back", goes_on_as=goes_on_as)
        case SignalQuestionAnswered():
            return replace(state, status=state.goes_on_as)
        case SignalPlanned():
            return replace(state, status="planned", launch=event.launch, overdue=None)
        case SignalLaunchRevised():
            return replace(state, launch=state.launch and state.launch.model_copy(update={"due_at": event.due_at}))
        case SignalLaunchOverdue():
            return replace(state, overdue=event.due_at)
        case SignalShipped():
            return replace(state, status="shipped", launch=event.launch)
        case SignalDeclined():
            return replace(state, status="declined", launch=None)
        case SignalHandedOn():
            return replace(state, status="routed", team_id=event.team_id, launch=None, overdue=None)
        case SignalMerged():
            return replace(state, merged_into=event.into)
        case SignalSeparated():
            return replace(state, merged_into=None)
        case SignalPartJoined() | SignalPartLeft():
            return replace(state, parts=event.parts)
        case _:
            assert_never(event)


SIGNAL = Stream("signal", SignalEvent, evolve)
