"""A clock's breach is told once, wherever it is shown; a kept target that is missed after all is taken back first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.clocks import evaluate
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangeStatus, SendReply
from domain.conversation.merging import MergeInto, Separate
from domain.kernel.event import Actor
from domain.service_level import verdicts as v
from domain.service_level.policy_decisions import CorrectPolicy
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries

NINE = datetime(2026, 6, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WATCH = Context(Actor(id="system-sla-watch", kind="system"))


class Clock:
    """One that is set by hand."""

    now = NINE

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
    yield executor
    executor.close()


def looked_at(executor: CommandExecutor, *ids: str) -> None:
    """The watch evaluates these conversations, each twice."""
    for id in ids * 2:
        evaluate(executor, ClockFacts(executor.log, "UTC"), id, WATCH)


def told(log: MemoryLog) -> Sequence[str]:
    """What was told of all clocks, in order."""
    names = [each.event.stored_name for each in log.everything() if isinstance(each.event, v.AboutClocks)]
    return [name for name in names if name != "clocks.seen"]


def test_a_breach_is_told_once_through_merge_and_undo(executor: CommandExecutor, log: MemoryLog, clock: Clock) -> None:
    # Given a breach that was told, and a target that was kept
    policy_for_inquiries(executor)
    missed, kept = (deliver(executor, mail(n, thread=f"t{n}"), GATEWAY).id for n in (1, 2))
    conversations.act(executor, kept, SendReply(body="Yes"), AGENT)
    clock.now += 2 * HOUR
    looked_at(executor, missed, kept)
    assert told(log) == ["clocks.breached", "clocks.met"]
    # When
    merging.merge(executor, missed, MergeInto(into=kept), AGENT)
    looked_at(executor, missed, kept)
    merging.separate(executor, missed, Separate(), AGENT)
    looked_at(executor, missed, kept)
    # Then
    assert told(log) == ["clocks.breached", "clocks.met"]


def test_a_breach_that_was_told_elsewhere_is_withdrawn_once(
    executor: CommandExecutor, log: MemoryLog, clock: Clock
) -> None:
    # Given
    policy = policy_for_inquiries(executor)
    missed, other = (deliver(executor, mail(n, thread=f"t{n}"), GATEWAY).id for n in (1, 2))
    clock.now += 2 * HOUR
    looked_at(executor, missed)
    merging.merge(executor, missed, MergeInto(into=other), AGENT)
    # When it turns out that there was more time
    correct = CorrectPolicy(correct_from=NINE - HOUR, targets={"first_reply": 9 * HOUR})
    sla.change_policy(executor, policy, correct, AGENT)
    looked_at(executor, other, missed)
    # Then
    assert told(log) == ["clocks.breached", "clocks.breach-withdrawn"]


def test_a_kept_target_that_is_missed_after_all_is_taken_back(
    executor: CommandExecutor, log: MemoryLog, clock: Clock
) -> None:
    # Given a resolution in time
    policy_for_inquiries(executor, metric="total_resolution")
    id = deliver(executor, mail(1), GATEWAY).id
    clock.now += HOUR / 2
    conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    looked_at(executor, id)
    assert told(log) == ["clocks.met"]
    # When it is reopened, and the due passes
    conversations.act(executor, id, ChangeStatus(status="open"), AGENT)
    looked_at(executor, id)
    clock.now += HOUR
    looked_at(executor, id)
    # Then
    assert told(log) == ["clocks.met", "clocks.met-withdrawn", "clocks.breached"]
    conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    looked_at(executor, id)
    assert len(told(log)) == 3
