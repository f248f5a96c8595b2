"""What is recorded of the clocks of signals: each verdict once, wherever it is shown, and taken back if wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.clocks import evaluate
from commands.service_level.facts import ClockFacts
from commands.signal import handlers as signals
from commands.signal.merging import merge, separate
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.service_level.policy import Selects
from domain.service_level.policy_decisions import CorrectPolicy
from domain.service_level.signal_verdicts import SIGNAL_CLOCKS, SignalVerdicts, stream_of
from domain.signal.commands import AcknowledgeSignal, MergeSignal, RouteSignal, SeparateSignal
from domain.staff import FormTeam
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, names
from tests.support.promising import policy_for_inquiries
from tests.support.signal_evidence import FEW, Given

HOUR = timedelta(hours=1)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def policy_id(executor: CommandExecutor) -> str:
    """Signals are taken on within an hour, and answered within two."""
    targets = {"acknowledge": HOUR, "answer": 2 * HOUR}
    return policy_for_inquiries(executor, subject="signal", selects=Selects(), targets=targets, warn_before=(HOUR / 2,))


def routed(executor: CommandExecutor, theme: str, ago: timedelta) -> str:
    """A signal that was routed so long ago."""
    team_id = staffing.form_team(executor, FormTeam(name=f"Team of {theme}"), AGENT).id
    command = RouteSignal(area="wheels", theme=theme, stage="production", team_id=team_id, because="Somebody fell")
    told = replace(GATEWAY, occurred_at=executor.log.now() - ago)
    return route(executor, command, told, Given(of_any=FEW)).id


def evaluated(executor: CommandExecutor, log: Log, *signal_ids: str) -> list[list[str]]:
    """What is told of these signals once they are evaluated, twice."""
    facts = ClockFacts(log, "UTC")
    for _ in range(2):
        for id in signal_ids:
            evaluate(executor, facts, id, AGENT)
    return [
        [name.removeprefix("signalclocks.") for name in names(log, stream_of(id)) if not name.endswith(".evaluated")]
        for id in signal_ids
    ]


def state_of(executor: CommandExecutor, signal_id: str) -> SignalVerdicts:
    state = executor.read(SIGNAL_CLOCKS, stream_of(signal_id)).state
    assert state is not None
    return state


def test_each_verdict_is_told_once(executor: CommandExecutor, log: Log, policy_id: str) -> None:
    # Given
    late, near, fresh = (routed(executor, theme, ago) for theme, ago in (
        ("late", 3 * HOUR), ("near", 0.75 * HOUR), ("fresh", timedelta()),
    ))  # fmt: skip
    # Then
    assert evaluated(executor, log, late, near, fresh) == [["breached"], ["warned"], []]
    # When
    for id in (late, near, fresh):
        signals.act(executor, id, AcknowledgeSignal(), AGENT)
    # Then
    assert evaluated(executor, log, late, near, fresh) == [["breached"], ["warned", "met"], ["met"]]
    assert [each.which.metric for each in state_of(executor, late).clocks if each.live] == ["answer"]


def test_a_corrected_policy_takes_a_breach_back(executor: CommandExecutor, log: Log, policy_id: str) -> None:
    # Given
    late = routed(executor, "late", 3 * HOUR)
    signals.act(executor, late, AcknowledgeSignal(), AGENT)
    assert evaluated(executor, log, late) == [["breached"]]
    # When
    since = executor.log.now() - 10 * HOUR
    longer = CorrectPolicy(correct_from=since, targets={"acknowledge": 9 * HOUR, "answer": 2 * HOUR})
    sla.change_policy(executor, policy_id, longer, AGENT)
    # Then
    assert evaluated(executor, log, late) == [["breached", "breach-withdrawn", "met"]]
    # And when it was too long after all
    shorter = CorrectPolicy(correct_from=since, targets={"acknowledge": HOUR, "answer": 2 * HOUR})
    sla.change_policy(executor, policy_id, shorter, AGENT)
    assert evaluated(executor, log, late) == [["breached", "breach-withdrawn", "met", "breached"]]
    assert state_of(executor, late).met == frozenset()


def test_a_merge_and_its_undo_tell_nothing_again(executor: CommandExecutor, log: Log, policy_id: str) -> None:
    # Given
    part, target = routed(executor, "part", 3 * HOUR), routed(executor, "target", timedelta())
    assert evaluated(executor, log, part, target) == [["breached"], []]
    # When
    merge(executor, part, MergeSignal(into=target), AGENT)
    # Then
    assert evaluated(executor, log, part, target) == [["breached"], []]
    assert [each.which.started_in for each in state_of(executor, target).clocks] == [target, part]
    assert state_of(executor, part).clocks == ()
    # When
    separate(executor, part, SeparateSignal(), AGENT)
    # Then
    assert evaluated(executor, log, part, target) == [["breached"], []]
    assert [each.which.started_in for each in state_of(executor, target).clocks] == [target]


def test_what_is_explained_is_what_was_detected(executor: CommandExecutor, log: Log, policy_id: str) -> None:
    # Given
    late = routed(executor, "late", 3 * HOUR)
    before = executor.log.now()
    facts = ClockFacts(log, "UTC")
    assert not facts.of(late).at(before).detected
    # When
    evaluate(executor, facts, late, AGENT)
    # Then
    answer = facts.of(late).at(executor.log.now())
    (clock,) = answer.conversations[late].clocks
    assert answer.detected[clock.origin] >= before
    assert clock.breached_at == clock.started_at + HOUR


def test_without_a_policy_for_signals_they_have_no_clocks(executor: CommandExecutor, log: Log) -> None:
    policy_for_inquiries(executor)
    late = routed(executor, "late", 3 * HOUR)
    assert evaluated(executor, log, late) == [[]]
    assert names(log, stream_of(late)) == ["signalclocks.evaluated"]
