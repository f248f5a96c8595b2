"""Words that were said before the agent resolved and arrive after: inbox, state and clocks say that somebody waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangeStatus, SendReply
from domain.conversation.standing import Standing, standings
from domain.conversation.state import CONVERSATION
from domain.service_level.evaluated import ConversationClocks
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries

START = datetime(2026, 6, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    """One that is set by hand."""

    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock) -> Iterator[MemoryLog]:
    log = MemoryLog(clock)
    yield log
    log.close()


@pytest.fixture
def executor(log: MemoryLog, clock: Clock) -> Iterator[CommandExecutor]:
    executor = CommandExecutor(log, clock)
    policy_for_inquiries(executor, metric="next_reply")
    yield executor
    executor.close()


def begun(executor: CommandExecutor, clock: Clock) -> str:
    """A conversation that was answered after ten minutes; half an hour has passed."""
    id = deliver(executor, mail(1), GATEWAY).id
    clock.now += 10 * MINUTE
    conversations.act(executor, id, SendReply(body="It is on its way"), AGENT)
    clock.now += 20 * MINUTE
    return id


def inbox(log: MemoryLog, id: str) -> Standing:
    return standings(log.streams([id])[id])[id]


def clocks(log: MemoryLog, id: str, clock: Clock) -> ConversationClocks:
    return ClockFacts(log, "UTC").of(id).conversations(clock.now)[id]


def test_words_told_after_a_resolution_reopen_when_recorded(
    executor: CommandExecutor, log: MemoryLog, clock: Clock
) -> None:
    # Given
    id, said_at = begun(executor, clock), clock.now
    clock.now += 10 * MINUTE
    conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    clock.now += 10 * MINUTE
    # When
    deliver(executor, mail(2), replace(GATEWAY, occurred_at=said_at))
    # Then
    found, state = clocks(log, id, clock), executor.read(CONVERSATION, id).state
    assert state is not None
    assert {state.status, inbox(log, id).status, found.status} == {"open"}
    assert inbox(log, id).waiting_since == said_at
    (waits,) = [each for each in found.clocks if each.state == "running" and each.metric == "next_reply"]
    assert waits.started_at == clock.now
    # And what was asked before they were recorded is answered as before
    clock.now -= MINUTE
    assert clocks(log, id, clock).status == "resolved"


@pytest.mark.parametrize("late", [timedelta(), 5 * MINUTE, timedelta(days=400)])
def test_words_said_before_a_wait_began_are_no_answer_to_it(
    executor: CommandExecutor, log: MemoryLog, clock: Clock, late: timedelta
) -> None:
    # Given
    id = begun(executor, clock)
    conversations.act(executor, id, ChangeStatus(status="waiting_on_customer"), AGENT)
    # When
    clock.now += MINUTE
    deliver(executor, mail(2), replace(GATEWAY, occurred_at=clock.now - late))
    # Then
    status = "waiting_on_customer" if late else "open"
    state = executor.read(CONVERSATION, id).state
    assert state is not None
    assert {state.status, inbox(log, id).status, clocks(log, id, clock).status} == {status}
    assert inbox(log, id).waiting_since == clock.now - late
