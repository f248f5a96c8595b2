"""Routing a signal: its evidence is weighed, and a published decision table, or a person, names the team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from commands.decision_table import decide_by, in_force, unpublished
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.legible import check_legible
from commands.signal.evidence import SignalEvidence
from commands.signal.limits import limits_in_force
from commands.signal.merging import MergedEvidence
from commands.signal.themes import counts_as
from commands.staff.handlers import team_id
from domain.kernel.refusal import NotFound, Refusal
from domain.signal.assessment import Assessment
from domain.signal.commands import RouteSignal
from domain.signal.decisions import Route, decide_route
from domain.signal.events import Weighed, WeighedReason
from domain.signal.evidence import Contribution, Evidence
from domain.signal.identity import signal_id
from domain.signal.state import ANSWERED, SIGNAL
from domain.staff import TEAM

ROUTING_TABLE = "signal-routing"
"""The name of the decision table. Inputs, as far as the table asks for them: `area`, `theme`, `stage`, `strength`,
`weight`, `people`, `items`. Output: `team`, the name of a team."""


def route(executor: CommandExecutor, command: RouteSignal, context: Context, evidence: SignalEvidence) -> Answer:
    """Route a signal to the team that the table names, or that a person names with a reason.

    Raises Refusal `not-found` (nobody said that, or no such team), `table-unpublished`, `signal-unplaced`,
    `team-unknown`, or as `domain.decision_table.deciding.decide`, `domain.signal.decisions.decide_route` and
    `CommandExecutor.run`.
    """
    body = body_of(context, command)
    # What was said of a theme that is merged into another one counts there.
    command = command.model_copy(update={"theme": counts_as(executor, command.theme)})
    id = signal_id(command.area, command.theme, command.stage)
    found = _route(executor, command, context, MergedEvidence(evidence, executor))

    def work() -> UnitOfWork:
        before = executor.load(SIGNAL, id)
        if found is None:
            return UnitOfWork(id, [Change(id, before, [])])
        if isinstance(found, Refusal):
            raise found  # here, so that a repeat finds the first answer whatever has become of the evidence since
        check_legible(context, command)
        executor.existing(TEAM, found.team_id)
        return UnitOfWork(id, [Change(id, before, decide_route(before.state, command, found))])

    streams = [id, *([command.team_id] if command.team_id else [])]
    return executor.run(context, work, body=body, streams=streams)


def _route(
    executor: CommandExecutor, command: RouteSignal, context: Context, evidence: SignalEvidence
) -> Route | Refusal | None:
    """Where the signal goes; None where no table is asked, since a team has it. Evidence and table are read here and
    not in the command's turn, in which others wait."""
    id = signal_id(command.area, command.theme, command.stage)
    at = context.counted_at(executor.clock())
    if command.team_id is None:
        # First what costs little: the reaction asks after each item.
        state = executor.read(SIGNAL, id).state
        if state is not None and state.merged_into is None and state.status not in ANSWERED:
            return None
        if in_force(executor, ROUTING_TABLE, at) is None:
            return unpublished(ROUTING_TABLE)
    found = evidence.evidence(id, command.month)
    if found is None:
        return NotFound("feedback about this area, theme and stage", check="these three words")
    limits = limits_in_force(executor, at)
    assessment = limits.assess(found, command.area, command.theme, command.stage)
    weighed = _weighed(found, assessment, evidence.contributors(id), command.month, limits.version)
    if command.team_id is not None:
        return Route(command.team_id, weighed, None)
    given = {
        "area": command.area,
        "theme": command.theme,
        "stage": command.stage,
        "strength": weighed.strength,
        "weight": Decimal(weighed.weight),
        "people": weighed.people,
        "items": weighed.items,
    }
    try:
        decision = decide_by(executor, ROUTING_TABLE, given, at)
    except Refusal as refusal:
        return refusal
    names = {str(each["team"]) for each in decision.results() if each.get("team") is not None}
    if len(names) != 1:
        return Refusal("signal-unplaced", "the table names no team, or several; correct it, or give a team and why")
    (name,) = names
    team = team_id(executor, name)
    if team is None:
        return Refusal("team-unknown", "the table names a team that there is not; form it, or correct the table")
    return Route(team, weighed, decision)


def _weighed(
    evidence: Evidence,
    assessment: Assessment,
    contributions: Iterable[Contribution],
    month: str | None,
    limits_version: int,
) -> Weighed:
    heaviest: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in contributions:
        heaviest[each.person_id] = max(heaviest[each.person_id], each.weight)
    people = {each.person_id for each in evidence.contributors}
    return Weighed(
        strength=assessment.strength,
        people=len(people),
        items=sum(each.items for each in evidence.contributors),
        weight=format(sum((weight for person, weight in heaviest.items() if person in people), Decimal()), "f"),
        reasons=tuple(
            WeighedReason(code=each.code, against=each.against, numbers=each.numbers, names=each.names)
            for each in assessment.reasons
        ),
        month=month,
        limits_version=limits_version,
    )
