"""What was detected of clocks is what the log says was detected: a breach that nobody saw is not told as one that was
held to be, and both the event and the answer name one instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cli.verbs.service_level.sla import _explained
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import clocks
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangePriority, SendReply
from domain.service_level.detection import ClocksAnswer
from domain.service_level.policy_decisions import CorrectPolicy
from domain.service_level.verdicts import Breached, stream_of
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries
from tests.support.recorded import events_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def inquiry(executor: CommandExecutor, log: Log) -> str:
    """Asked three hours ago and taken in now: its first reply was due two hours ago."""
    return deliver(executor, mail(1), replace(GATEWAY, occurred_at=log.now() - 3 * HOUR)).id


def answered_in_time(executor: CommandExecutor, log: Log, id: str) -> None:
    """The reply within the hour is taken in now, too."""
    said = replace(AGENT, occurred_at=log.now() - 2 * HOUR - MINUTE, reported_by=GATEWAY.actor)
    conversations.act(executor, id, SendReply(body="Here"), said)


def answer(log: Log, id: str) -> ClocksAnswer:
    """The clocks as of now."""
    return ClockFacts(log, "UTC").of(id).at(log.now())


def test_a_breach_that_nobody_detected_is_not_withdrawn(executor: CommandExecutor, log: Log, inquiry: str) -> None:
    # Given what nobody evaluated before the reply was taken in
    policy_for_inquiries(executor)
    assert answer(log, inquiry).detected == {}
    answered_in_time(executor, log, inquiry)
    # Then
    assert (answer(log, inquiry).detected, answer(log, inquiry).withdrawn) == ({}, frozenset())


@pytest.mark.parametrize("tells", [True, False])
def test_the_event_and_the_answer_name_one_instant(
    executor: CommandExecutor, log: Log, inquiry: str, tells: bool
) -> None:
    # Given a breach that was detected, and published or not
    policy = policy_for_inquiries(executor, hour=9 * HOUR, tells_policy_breaches=tells)
    sla.change_policy(
        executor,
        policy,
        CorrectPolicy(correct_from=log.now() - HOUR, targets={"first_reply": HOUR}, tells_policy_breaches=tells),
        AGENT,
    )
    clocks.evaluate(executor, ClockFacts(log, "UTC"), inquiry, AGENT)
    published = [each for each in events_of(log, stream_of(inquiry)) if isinstance(each, Breached)]
    # Then
    (detected_at,) = answer(log, inquiry).detected.values()
    assert [each.detected_at for each in published] == [detected_at] * tells
    # When it turns out that the reply was in time, and that was detected, too
    answered_in_time(executor, log, inquiry)
    clocks.evaluate(executor, ClockFacts(log, "UTC"), inquiry, AGENT)
    # Then
    assert answer(log, inquiry).detected == {}
    assert [each.metric for each in answer(log, inquiry).withdrawn] == ["first_reply"]
    # And before, it was known as it was
    assert list(ClockFacts(log, "UTC").of(inquiry).at(detected_at).withdrawn) == []


def test_a_change_of_priority_is_named_as_one(executor: CommandExecutor, log: Log, inquiry: str) -> None:
    # Given a target that only the priority changes
    policy = policy_for_inquiries(executor, hour=9 * HOUR, by_priority={"urgent": {"first_reply": HOUR}})
    conversations.act(executor, inquiry, ChangePriority(priority="urgent"), AGENT)
    # When
    found = answer(log, inquiry)
    (clock,) = found.conversations[inquiry].clocks
    lines = _explained(clock, found, {policy: "fast", clock.calendar_id: "always"})
    # Then the cause is what it is for whoever reads it, and the words are right
    assert (clock.cause, clock.missed_by) == ("policy_change", "priority")
    assert any("by a change of priority; detected by nobody yet" in line for line in lines)
