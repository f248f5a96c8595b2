"""What is imported as history makes nobody wait and starts no clock; what comes live afterwards does both. What-if
looks at history, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from commands.service_level.facts import ClockFacts
from consumers.imports.catalogue import SOURCES
from consumers.publishing.cloudevents import headers
from domain.conversation.commands import ReceiveMessage
from domain.conversation.events import Opened
from domain.conversation.standing import Standing, standings
from domain.service_level.evaluated import ConversationClocks
from domain.service_level.evaluation import evaluate
from infra.log.memory import MemoryLog
from tests.support.companies import GATEWAY
from tests.support.importing import everything, imported
from tests.support.promising import policy_for_inquiries

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
ASKED, ANSWERED = ["customer", "Where is it?"], ["agent", "On its way."]


def dialogue(*turns: list[str]) -> str:
    told: dict[str, Any] = {"convo_id": 7, "scenario": {"personal": {"email": "ada@example.org"}}, "original": turns}
    return json.dumps([told])


@pytest.fixture
def log() -> Iterator[MemoryLog]:
    log = MemoryLog(lambda: NOW)
    yield log
    log.close()


@pytest.fixture
def executor(log: MemoryLog) -> Iterator[CommandExecutor]:
    executor = CommandExecutor(log, lambda: NOW)
    policy_for_inquiries(executor, metric="first_reply")
    yield executor
    executor.close()


def conversation(log: MemoryLog) -> str:
    (id,) = {each.originator_id for each in everything(log) if isinstance(each.event, Opened)}
    return id


def inbox(log: MemoryLog) -> Standing:
    id = conversation(log)
    return standings(log.streams([id])[id])[id]


def clocks(log: MemoryLog) -> ConversationClocks:
    return ClockFacts(log, "UTC").of(conversation(log)).conversations(NOW)[conversation(log)]


def test_nobody_waits_and_no_clock_runs(executor: CommandExecutor, log: MemoryLog) -> None:
    # When
    assert imported(executor, "abcd", dialogue(ASKED), history=True).said == "imported 1, unchanged 0, rejected 0"
    # Then
    assert (inbox(log).waiting_since, inbox(log).messages_in) == (None, 1)
    assert clocks(log).clocks == ()
    # And the same file as what is live adds nothing
    end = log.position()
    imported(executor, "abcd", dialogue(ASKED))
    assert log.position() == end
    # And what-if, which looks at the past, looks at it
    facts = ClockFacts(log, "UTC")
    policies = facts.of(conversation(log)).policies(facts.policy_events())
    known = log.streams([conversation(log)])[conversation(log)]
    found = evaluate(known, policies, NOW + timedelta(minutes=1), history=True)[conversation(log)]
    assert [each.metric for each in found.clocks] == ["first_reply"]


def test_what_is_imported_live_waits_and_is_timed(executor: CommandExecutor, log: MemoryLog) -> None:
    imported(executor, "abcd", dialogue(ASKED))
    assert inbox(log).waiting_since == NOW
    assert [each.metric for each in clocks(log).clocks] == ["first_reply"]


def test_what_comes_live_afterwards_waits_and_is_timed(executor: CommandExecutor, log: MemoryLog) -> None:
    # Given
    imported(executor, "abcd", dialogue(ASKED), history=True)
    # When
    conversations.act(executor, conversation(log), ReceiveMessage(body="And now?"), GATEWAY)
    # Then
    assert inbox(log).waiting_since == NOW
    assert [(each.metric, each.state) for each in clocks(log).clocks] == [("first_reply", "running")]


def test_history_that_is_imported_later_ends_what_is_live(executor: CommandExecutor, log: MemoryLog) -> None:
    # Given
    imported(executor, "abcd", dialogue(ASKED))
    # When its answer is told as history, and a thanks
    imported(executor, "abcd", dialogue(ASKED, ANSWERED, ["customer", "Thanks"]), history=True)
    # Then the clock has ended; no line says when it was said, so nobody knows whether that was in time
    assert inbox(log).waiting_since is None
    assert [(each.metric, each.state) for each in clocks(log).clocks] == [("first_reply", "unknown")]


def test_files_of_other_systems_are_history_and_the_sample_is_live() -> None:
    assert {name for name, source in SOURCES.items() if not source.is_history} == {"sample"}


def test_subscribers_are_told_what_is_history(executor: CommandExecutor, log: MemoryLog) -> None:
    # Given history, and what is said after it
    before = len(everything(log))
    imported(executor, "abcd", dialogue(ASKED), history=True)
    of_import = len(everything(log))
    conversations.act(executor, conversation(log), ReceiveMessage(body="And now?"), GATEWAY)
    # Then
    said = [dict(headers(each, "any", each.originator_id)).get("ce_history") for each in everything(log)]
    assert set(said[before:of_import]) == {b"true"}
    assert set(said[of_import:]) == {None}
