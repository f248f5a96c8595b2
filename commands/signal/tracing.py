"""What happened to items and signals, step by step, as the log has it: who decided what, when, at which position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from commands.executor.executor import CommandExecutor
from domain.decision_table.deciding import TableDecision
from domain.kernel.event import ActorKind, Event, Recorded
from domain.signal import events as s
from domain.signal import item as i
from domain.signal.assessment import Strength
from domain.signal.identity import Stage

MOST_STEPS = 200
"""How many steps of one item or signal are shown: the last ones."""
_NAMES = [each.stored_name for union in (i.ItemEvent, s.SignalEvent) for each in get_args(union)]


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of an item or a signal. `what`: the event's name. `by`, `by_kind`: who did it. `said`: the reason, the
    question, its answer or the plan. `table`, `table_version`, `rules`: the decision table that decided, and its rules
    that did. `strength`, `people`: the evidence as it was weighed then, by the version `limits_version` of the table
    `evidence-limits` (0: the standard limits; null: not recorded). `product_area`, `theme`, `stage`: what the item is
    about from then on. `other_id`: the signal that it was merged with or separated from; or the item that has nearly
    the same text."""

    id: str
    position: int
    at: datetime
    what: str
    by: str
    by_kind: ActorKind
    said: str | None = None
    team_id: str | None = None
    table: str | None = None
    table_version: int | None = None
    rules: tuple[int, ...] = ()
    strength: Strength | None = None
    people: int | None = None
    limits_version: int | None = None
    launch_id: str | None = None
    due_at: datetime | None = None
    other_id: str | None = None
    product_area: str | None = None
    theme: str | None = None
    stage: Stage | None = None


def steps(executor: CommandExecutor, ids: Iterable[str]) -> list[TraceStep]:
    """The steps of these items and signals, in the log's order; of each, the last ones. Raises UnreadableEvent,
    Overloaded."""
    found = executor.log.last_of(ids, _NAMES, MOST_STEPS)
    taken = [_step(each) for recorded in found.values() for each in recorded]
    return sorted(taken, key=lambda step: step.position)


def _step(recorded: Recorded[Event]) -> TraceStep:
    actor, event = recorded.envelope.actor, recorded.event
    step = TraceStep(
        id=recorded.originator_id,
        position=recorded.position,
        at=recorded.at,
        what=event.stored_name,
        by=actor.id,
        by_kind=actor.kind,
        said=recorded.envelope.reason,
    )
    return _of_signal(step, event) if isinstance(event, s.AboutSignal) else _of_item(step, event)


def _of_item(step: TraceStep, event: Event) -> TraceStep:
    match event:
        case i.ItemDecided():
            return _placed(_decided(step, event.decision), event.placement)
        case i.ItemFiled() | i.ItemCorrected() | i.ItemSplitOff() | i.ItemSplitUndone():
            return _placed(step, event.placement)
        case i.ItemThemeSuggested():
            best = ", ".join(f"{each.theme} {each.probability:.3f}" for each in event.suggestions)
            return _placed(replace(step, said=f"{best}; {event.model}"), event.placement)
        case i.ItemTextCompared():
            return replace(step, other_id=event.like)
        case _:
            return step


def _of_signal(step: TraceStep, event: s.AboutSignal) -> TraceStep:
    step = replace(step, team_id=event.team_id)
    match event:
        case s.SignalRouted():
            weighed = replace(
                step,
                strength=event.weighed.strength,
                people=event.weighed.people,
                limits_version=event.weighed.limits_version,
                said=event.because,
            )
            return _decided(weighed, event.decision)
        case s.SignalAskedBack():
            return replace(step, said=event.question)
        case s.SignalQuestionAnswered():
            return replace(step, said=event.answer)
        case s.SignalPlanned() | s.SignalShipped():
            return _with_launch(replace(step, said=event.what), event.launch)
        case s.SignalDeclined() | s.SignalHandedOn():
            return _with_launch(replace(step, said=event.because), event.launch)
        case s.SignalLaunchRevised():
            return replace(step, said=event.because, launch_id=event.launch_id, due_at=event.due_at)
        case s.SignalLaunchOverdue():
            return replace(step, launch_id=event.launch_id, due_at=event.due_at)
        case s.SignalMerged():
            return replace(step, other_id=event.into)
        case s.SignalSeparated():
            return replace(step, other_id=event.out_of)
        case s.SignalPartJoined() | s.SignalPartLeft():
            return replace(step, other_id=event.part)
        case _:
            return step


def _decided(step: TraceStep, decision: TableDecision | None) -> TraceStep:
    if decision is None:
        return step
    return replace(step, table=decision.table, table_version=decision.version, rules=decision.decided_by)


def _placed(step: TraceStep, placement: i.RecordedPlacement) -> TraceStep:
    return replace(step, product_area=placement.product_area, theme=placement.theme, stage=placement.stage)


def _with_launch(step: TraceStep, launch: s.Launch | None) -> TraceStep:
    return replace(step, launch_id=launch.launch_id, due_at=launch.due_at) if launch else step
