"""Signals are routed by a published table or by a person, answered by their teams, merged, and set apart again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from commands.decision_table import put
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.signal import handlers as signals
from commands.signal.evidence import SignalEvidence
from commands.signal.merging import MergedEvidence, merge, separate
from commands.signal.routing import ROUTING_TABLE, route
from commands.staff import handlers as staffing
from domain.decision_table.written import TableWritten
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.signal.commands import AskBack, HandOnSignal, MergeSignal, PlanSignal, RouteSignal, SeparateSignal
from domain.signal.events import SignalRouted
from domain.signal.identity import signal_id
from domain.signal.limits import TABLE_NAME
from domain.signal.state import SIGNAL
from domain.staff import FormTeam
from infra.log.application import Log
from tests.support.companies import AGENT, names
from tests.support.recorded import events_of
from tests.support.signal_evidence import FEW, SKEWED, STRONG, Given, NothingSaid

LEAD = Context(Actor(id="staff-2", kind="agent", roles=("lead",)))
WOBBLES = RouteSignal(area="wheels", theme="wobbles", stage="production")
ID = signal_id("wheels", "wobbles", "production")
SAID = Given(of_any=STRONG)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def table(team: str = '"Production"', people: str = ">= 30") -> TableWritten:
    return TableWritten.model_validate(
        {
            "hit_policy": "first",
            "inputs": [
                {"name": "stage", "type": "string"},
                {"name": "people", "type": "number"},
                {"name": "weight", "type": "number"},
            ],
            "outputs": [{"name": "team", "type": "string"}],
            "rules": [{"when": {"stage": '"production"', "people": people}, "then": {"team": team}}],
        }
    )


@pytest.fixture
def team(executor: CommandExecutor) -> str:
    return staffing.form_team(executor, FormTeam(name="Production"), AGENT).id


@pytest.fixture
def published(executor: CommandExecutor) -> None:
    put(executor, {ROUTING_TABLE: table()}, AGENT)


def refused(ask: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as why:
        ask()
    return why.value.code


@pytest.mark.usefixtures("published")
def test_a_table_routes_what_is_strong_and_its_decision_is_recorded(
    executor: CommandExecutor, log: Log, team: str
) -> None:
    # When
    assert route(executor, WOBBLES, LEAD, SAID).id == ID
    # Then
    (routed,) = events_of(log, ID)
    assert isinstance(routed, SignalRouted)
    assert (routed.team_id, routed.because, routed.weighed.strength) == (team, None, "strong")
    assert routed.weighed.limits_version == 0
    decision, people = routed.decision, len(STRONG.contributors)
    assert decision is not None
    assert (decision.table, decision.version, decision.matched) == (ROUTING_TABLE, 1, (1,))
    assert decision.inputs == {"stage": '"production"', "people": str(people), "weight": str(2 * people)}
    assert {each.code for each in routed.weighed.reasons} >= {"people", "share", "loudest"}
    # And the same evidence routes nothing twice
    assert route(executor, WOBBLES, LEAD, SAID).id == ID
    assert names(log, ID) == ["signal.routed"]


@pytest.mark.usefixtures("published")
def test_what_is_held_is_routed_by_a_person_with_a_reason(executor: CommandExecutor, log: Log, team: str) -> None:
    # Given
    skewed = Given(of_any=SKEWED)
    assert refused(lambda: route(executor, WOBBLES, LEAD, skewed)) == "signal-held"
    assert names(log, ID) == []
    # When
    by_hand = WOBBLES.model_copy(update={"team_id": team, "because": "Somebody fell"})
    route(executor, by_hand, LEAD, skewed)
    # Then
    (routed,) = events_of(log, ID)
    assert isinstance(routed, SignalRouted)
    assert (routed.decision, routed.because) == (None, "Somebody fell")
    assert [each.against for each in routed.weighed.reasons if each.code == "prompted"] == ["skewed"]


@pytest.mark.usefixtures("published", "team")
def test_what_the_companys_limits_hold_goes_nowhere_by_the_table(executor: CommandExecutor, log: Log) -> None:
    # Given
    limits = {
        "hit_policy": "first",
        "inputs": [{"name": "area", "type": "string"}],
        "outputs": [{"name": "fewest_people", "type": "number"}],
        "rules": [{"when": {"area": '"wheels"'}, "then": {"fewest_people": "100000"}}],
    }
    put(executor, {TABLE_NAME: TableWritten.model_validate(limits)}, AGENT)
    # Then
    assert refused(lambda: route(executor, WOBBLES, LEAD, SAID)) == "signal-held"
    assert names(log, ID) == []
    # And what a person routes all the same says by which version it was weighed
    route(executor, WOBBLES.model_copy(update={"because": "Somebody fell"}), LEAD, SAID)
    (routed,) = events_of(log, ID)
    assert isinstance(routed, SignalRouted)
    assert routed.weighed.limits_version == 1


def test_nothing_is_routed_that_nobody_said_or_to_nobody(executor: CommandExecutor, team: str) -> None:
    def asked(team_id: str | None = None, because: str | None = None, evidence: SignalEvidence = SAID) -> str:
        command = WOBBLES.model_copy(update={"team_id": team_id, "because": because})
        return refused(lambda: route(executor, command, LEAD, evidence))

    assert asked(team, "It burns", NothingSaid()) == "not-found"
    assert asked("team-nobody", "It burns") == "not-found"
    assert asked(team) == "reason-missing"
    assert asked() == "table-unpublished"
    put(executor, {ROUTING_TABLE: table(people=">= 5000")}, AGENT)
    assert asked() == "signal-unplaced"
    put(executor, {ROUTING_TABLE: table(team='"Nobody"')}, AGENT)
    assert asked() == "team-unknown"


@pytest.mark.usefixtures("published", "team")
def test_a_repeat_finds_the_first_answer_whatever_is_said_since(executor: CommandExecutor) -> None:
    once = replace(LEAD, command_id="once")
    first = route(executor, WOBBLES, once, SAID)
    again = route(executor, WOBBLES, once, NothingSaid())
    assert (again.id, again.position, again.repeated) == (first.id, first.position, True)


def routed(executor: CommandExecutor, team: str, theme: str = "wobbles") -> str:
    command = WOBBLES.model_copy(update={"theme": theme, "team_id": team, "because": "It burns"})
    return route(executor, command, LEAD, Given(of_any=FEW)).id


def test_a_signal_is_answered_by_its_team(executor: CommandExecutor, log: Log, team: str) -> None:
    # Given
    id, other = routed(executor, team), staffing.form_team(executor, FormTeam(name="Sales"), AGENT).id
    member, stranger = (
        Context(Actor(id="staff-3", kind="agent", roles=("design",), team=each)) for each in (team, other)
    )
    plan = PlanSignal(what="A stiffer rim")
    # Then
    assert refused(lambda: signals.act(executor, id, plan, stranger)) == "forbidden"
    signals.act(executor, id, plan, member)
    signals.act(executor, id, HandOnSignal(team_id=other, because="Theirs"), member)
    assert refused(lambda: signals.act(executor, id, plan, member)) == "forbidden"
    assert names(log, id) == ["signal.routed", "signal.acknowledged", "signal.planned", "signal.handed-on"]


def test_what_a_team_names_is_looked_up(executor: CommandExecutor, team: str) -> None:
    id = routed(executor, team)
    for command in (
        AskBack(question="Which?", conversation_ids=("conversation-nobody",)),
        HandOnSignal(team_id="team-nobody", because="Theirs"),
    ):
        assert refused(lambda command=command: signals.act(executor, id, command, LEAD)) == "not-found"  # type: ignore[misc]


def test_merged_signals_have_their_evidence_together(executor: CommandExecutor, log: Log, team: str) -> None:
    # Given
    part, target = routed(executor, team, "wobbles"), routed(executor, team, "out-of-true")
    evidence = MergedEvidence(Given({part: FEW, target: STRONG}), executor)
    alone = evidence.evidence(target)
    assert alone == STRONG
    # When
    merge(executor, part, MergeSignal(into=target), LEAD)
    # Then
    both = evidence.evidence(target)
    assert both is not None
    assert len(both.contributors) == len(STRONG.contributors) + len(FEW.contributors)
    assert {each.person_id for each in evidence.contributors(target)} == {e.person_id for e in both.contributors}
    # When
    separate(executor, part, SeparateSignal(), LEAD)
    # Then
    assert evidence.evidence(target) == alone
    assert [executor.read(SIGNAL, each).existing("signal").state.merged_into for each in (part, target)] == [None] * 2
    assert names(log, part) == ["signal.routed", "signal.merged", "signal.separated"]
    assert refused(lambda: separate(executor, part, SeparateSignal(), LEAD)) == "not-merged"


def test_a_team_merges_only_what_it_has(executor: CommandExecutor, team: str) -> None:
    other = staffing.form_team(executor, FormTeam(name="Sales"), AGENT).id
    part, target = routed(executor, team, "wobbles"), routed(executor, other, "out-of-true")
    member = Context(Actor(id="staff-3", kind="agent", roles=("design",), team=team))
    assert refused(lambda: merge(executor, part, MergeSignal(into=target), member)) == "forbidden"
