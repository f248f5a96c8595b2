"""What a command to a signal makes happen, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from domain.decision_table.deciding import TableDecision
from domain.kernel.event import Actor, Event
from domain.kernel.refusal import NotFound, Refusal
from domain.signal.commands import (
    AcknowledgeSignal,
    AnswerQuestion,
    AskBack,
    DeclineSignal,
    DetectLaunchOverdue,
    HandOnSignal,
    MergeSignal,
    PlanSignal,
    ReviseLaunch,
    RouteSignal,
    SeparateSignal,
    ShipSignal,
    SignalCommand,
)
from domain.signal.events import (
    Launch,
    SignalAcknowledged,
    SignalAskedBack,
    SignalDeclined,
    SignalHandedOn,
    SignalLaunchOverdue,
    SignalLaunchRevised,
    SignalPlanned,
    SignalQuestionAnswered,
    SignalRouted,
    SignalShipped,
    Weighed,
)
from domain.signal.identity import Stage, signal_id
from domain.signal.state import ANSWERED, Signal


@dataclass(frozen=True, slots=True)
class Route:
    """Where a signal goes, by which evidence, and by which table; without a decision, because a person says so."""

    team_id: str
    weighed: Weighed
    decision: TableDecision | None


class About(TypedDict):
    """The fields of `AboutSignal`."""

    signal_id: str
    area: str
    theme: str
    stage: Stage
    team_id: str


def about(state: Signal) -> About:
    """What each event of the signal says of it."""
    return {
        "signal_id": state.signal_id,
        "area": state.area,
        "theme": state.theme,
        "stage": state.stage,
        "team_id": state.team_id,
    }


def check_theirs(actor: Actor, state: Signal) -> None:
    """Check that the actor may answer for the team that has the signal: a member of the team, or a lead. Bots,
    services and the company's own programs answer for whom they act. Raises Refusal `forbidden`."""
    if actor.kind == "agent" and "design" in actor.roles and "lead" not in actor.roles and actor.team != state.team_id:
        raise Refusal("forbidden", f"the signal is with {state.team_id}; only its members and leads answer it")


def decide_route(state: Signal | None, command: RouteSignal, route: Route) -> list[Event]:
    """Decide the events of a routing; [] where the signal is with this team already. A table routes what is strong, and
    not what was answered before: that a person does, with a reason.

    Raises Refusal `signal-held`, `reason-missing`, `signal-merged`, `signal-routed`, `signal-answered`.
    """
    if command.team_id is not None and command.because is None:
        raise Refusal("reason-missing", "whoever routes a signal past the table says why")
    if state is not None:
        _check_whole(state)
        if state.status not in ANSWERED:
            if state.team_id == route.team_id or command.team_id is None:
                return []
            raise Refusal("signal-routed", f"the signal is with {state.team_id} until it is answered; hand it on")
        if command.because is None:
            raise Refusal(
                "signal-answered", f"the signal was {state.status}; give a team and a reason to route it again"
            )
    if route.weighed.strength != "strong" and command.because is None:
        raise Refusal("signal-held", f"the evidence is {route.weighed.strength}; {_held(route.weighed)}")
    return [
        SignalRouted(
            signal_id=signal_id(command.area, command.theme, command.stage),
            area=command.area,
            theme=command.theme,
            stage=command.stage,
            team_id=route.team_id,
            weighed=route.weighed,
            decision=route.decision,
            because=command.because,
        )
    ]


def _held(weighed: Weighed) -> str:
    codes = ", ".join(reason.code for reason in weighed.reasons if reason.against)
    return f"what speaks against it: {codes}; wait for more, or give a reason to route it all the same"


def decide(state: Signal | None, command: SignalCommand | DetectLaunchOverdue, now: datetime) -> list[Event]:
    """Decide the events of a command; [] where the command changes nothing. `now` is aware UTC.

    Raises Refusal: `not-found`, `signal-merged`, `signal-answered`, `nothing-asked`, `signal-planned`,
    `no-launch`, `due-in-past`, `launch-not-overdue`.
    """
    if state is None:
        raise NotFound("the signal")
    if isinstance(command, DetectLaunchOverdue):
        return _detect_overdue(state, command)
    _check_whole(state)
    if state.status in ANSWERED:
        if isinstance(command, AcknowledgeSignal):
            return []
        raise Refusal("signal-answered", f"the signal was {state.status}; route it again, with a reason")
    # Whoever plans, ships or asks has taken the signal on. Whoever declines or hands on has not.
    taken_on: list[Event] = [] if state.status != "routed" else [SignalAcknowledged(**about(state))]
    match command:
        case AcknowledgeSignal():
            return taken_on
        case AskBack():
            asked = SignalAskedBack(
                **about(state), question=command.question, conversation_ids=command.conversation_ids
            )
            return [*taken_on, asked]
        case AnswerQuestion():
            if state.status != "asked-back":
                raise Refusal("nothing-asked", "the team did not ask anything that is still open")
            return [SignalQuestionAnswered(**about(state), answer=command.answer)]
        case PlanSignal():
            return [*taken_on, _plan(state, command, now)]
        case ReviseLaunch():
            return _revise(state, command, now)
        case ShipSignal():
            return [*taken_on, _ship(state, command)]
        case DeclineSignal():
            because = command.because
            return [SignalDeclined(**about(state), because=because, launch=state.launch, parts=state.parts)]
        case HandOnSignal() if command.team_id != state.team_id:
            there = {**about(state), "team_id": command.team_id}
            return [
                SignalHandedOn.model_validate(
                    {**there, "previous_team_id": state.team_id, "because": command.because, "launch": state.launch}
                )
            ]
        case MergeSignal() | SeparateSignal():
            raise TypeError("two streams change: domain.signal.merging decides")
        case _:
            return []


def _plan(state: Signal, command: PlanSignal, now: datetime) -> SignalPlanned:
    if state.status == "planned" or (state.status == "asked-back" and state.goes_on_as == "planned"):
        raise Refusal("signal-planned", "the signal is planned already; give its launch another date, or answer it")
    if command.due_at is not None:
        _check_ahead(command.due_at, now)
    return SignalPlanned(**about(state), what=command.what, launch=_launch(state, command), parts=state.parts)


def _ship(state: Signal, command: ShipSignal) -> SignalShipped:
    if state.launch is not None and command.due_at not in (None, state.launch.due_at):
        raise Refusal("signal-planned", "its launch was promised for another date; leave the date out")
    launch = state.launch or _launch(state, command)
    return SignalShipped(**about(state), what=command.what, launch=launch, parts=state.parts)


def _launch(state: Signal, command: PlanSignal | ShipSignal) -> Launch | None:
    if command.due_at is None:
        return None
    return Launch(launch_id=command.launch_id, area=command.launch_area or state.area, due_at=command.due_at)


def _revise(state: Signal, command: ReviseLaunch, now: datetime) -> list[Event]:
    launch = state.launch
    if launch is None:
        raise Refusal("no-launch", "the signal has no launch that is still to come; plan one")
    if command.due_at == launch.due_at:
        return []
    _check_ahead(command.due_at, max(now, state.overdue or now))
    return [
        SignalLaunchRevised(
            **about(state),
            launch_id=launch.launch_id,
            due_at=command.due_at,
            previous_due_at=launch.due_at,
            because=command.because,
        )
    ]


def _detect_overdue(state: Signal, command: DetectLaunchOverdue) -> list[Event]:
    launch = state.launch
    stands = launch is not None and state.status not in ANSWERED and state.overdue != launch.due_at
    if launch is None or not stands or command.due_at != launch.due_at or command.detected_at < launch.due_at:
        raise Refusal("launch-not-overdue", "this date did not pass with the launch still to come")
    return [
        SignalLaunchOverdue(
            **about(state),
            launch_id=launch.launch_id,
            due_at=launch.due_at,
            detected_at=command.detected_at,
        )
    ]


def _check_ahead(due_at: datetime, after: datetime) -> None:
    if due_at <= after:
        raise Refusal("due-in-past", "a launch is still to come; name a later date")


def _check_whole(state: Signal) -> None:
    if state.merged_into is not None:
        raise Refusal(
            "signal-merged", f"the signal was merged into {state.merged_into}; ask that one, or separate them"
        )
