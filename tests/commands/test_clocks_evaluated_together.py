"""The clocks of many conversations are evaluated at once as they are one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import clocks
from commands.service_level import handlers as sla
from commands.service_level.evaluated_together import evaluate_together
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangePriority, ChangeStatus, SendReply
from domain.conversation.events import MessageReceived
from domain.conversation.merging import MergeInto
from domain.conversation.splitting import SplitMessage
from domain.kernel.refusal import OutcomeUnknown, Overloaded
from domain.service_level.policy_decisions import CorrectPolicy
from domain.service_level.verdicts import stream_of
from infra.log.application import Log
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.promising import policy_for_inquiries
from tests.support.recorded import recorded_as

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock) -> Log:
    return MemoryLog(clock)


@pytest.fixture
def executor(log: Log, clock: Clock) -> Iterator[CommandExecutor]:
    executor = CommandExecutor(log, clock)
    yield executor
    executor.close()


@pytest.fixture
def facts(log: Log) -> ClockFacts:
    return ClockFacts(log, "UTC")


def begun(executor: CommandExecutor, number: int, ago: timedelta = timedelta()) -> str:
    told = replace(GATEWAY, occurred_at=NOW - ago)
    return deliver(executor, mail(number, f"t{number}"), told).id


def stories(executor: CommandExecutor) -> list[str]:
    """Conversations that wait, are late, answered, resolved, reprioritised, split, and told to the day."""
    ids = [begun(executor, number, HOUR * (number % 3)) for number in range(8)]
    for number in (3, 4):  # a second message each, before any answer
        deliver(executor, mail(number + 10, f"t{number}"), replace(GATEWAY, occurred_at=NOW - HOUR / 2))
    for id in ids[1::3]:
        conversations.act(executor, id, SendReply(body="Here"), AGENT)
    for id in ids[2::4]:
        conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    conversations.act(executor, ids[0], ChangePriority(priority="urgent"), AGENT)
    said = recorded_as(MessageReceived, executor.log.streams([ids[3]])[ids[3]])[-1].event.message_id
    ids.append(splitting.split(executor, ids[3], SplitMessage(message_id=said, kind="inquiry"), AGENT).id)
    day = replace(GATEWAY, occurred_at=NOW - HOUR, time_precision="day")
    return [*ids, deliver(executor, mail(20, "t20"), day).id]


def test_all_are_evaluated_as_they_are_one_by_one(
    executor: CommandExecutor, log: Log, facts: ClockFacts, clock: Clock
) -> None:
    # Given
    policy_id = policy_for_inquiries(executor, hour=HOUR)
    ids = stories(executor)
    recorded: dict[str, list[str]] = {}
    for correction in (None, HOUR / 2, 3 * HOUR):
        if correction is not None:
            keys = CorrectPolicy(correct_from=NOW - 24 * HOUR, targets={"first_reply": correction})
            sla.change_policy(executor, policy_id, keys, AGENT)
        clock.now += timedelta(minutes=5)
        # When
        before = {id: len(names(log, stream_of(id))) for id in ids}
        assert evaluate_together(executor, facts, ids, AGENT) == set(ids)
        # Then
        recorded = {id: names(log, stream_of(id)) for id in ids}
        assert all(len(recorded[id]) > before[id] for id in ids[:1])
        for id in ids:
            clocks.evaluate(executor, facts, id, AGENT)
        assert {id: names(log, stream_of(id)) for id in ids} == recorded, "one by one, nothing else is found"
    assert {"clocks.breached", "clocks.met", "clocks.breach-withdrawn"} <= {
        each for of in recorded.values() for each in of
    }


def test_nothing_new_is_recorded_twice(executor: CommandExecutor, log: Log, facts: ClockFacts) -> None:
    # Given
    policy_for_inquiries(executor, hour=HOUR)
    ids = stories(executor)
    evaluate_together(executor, facts, ids, AGENT)
    end = log.position()
    # When, Then
    assert evaluate_together(executor, facts, ids, AGENT) == set(ids)
    assert log.position() == end
    assert evaluate_together(executor, facts, [], AGENT) == set()


def test_what_was_merged_and_what_is_unknown_is_left_to_one_by_one(
    executor: CommandExecutor, log: Log, facts: ClockFacts
) -> None:
    # Given
    policy_for_inquiries(executor, hour=HOUR)
    whole, part, alone = (begun(executor, number) for number in range(3))
    merging.merge(executor, part, MergeInto(into=whole), AGENT)
    # When
    done = evaluate_together(executor, facts, [whole, part, alone, "conversation-none"], AGENT)
    # Then
    assert done == {alone}
    assert names(log, stream_of(alone)) == ["clocks.seen"]
    assert names(log, stream_of(whole)) == names(log, stream_of(part)) == []


def test_one_that_somebody_evaluated_meanwhile_is_left(executor: CommandExecutor, log: Log) -> None:
    # Given
    policy_for_inquiries(executor, hour=HOUR)
    ids = [begun(executor, number) for number in range(3)]

    class Overtaken(ClockFacts):
        def unmerged(self, *args: object) -> object:  # type: ignore[override]
            found = super().unmerged(*args)  # type: ignore[arg-type]
            clocks.evaluate(executor, ClockFacts(log, "UTC"), ids[1], AGENT)
            return found

    # When
    done = evaluate_together(executor, Overtaken(log, "UTC"), ids, AGENT)
    # Then
    assert done == {ids[0], ids[2]}
    assert [names(log, stream_of(id)) for id in ids] == [["clocks.seen"]] * 3


def test_where_one_cannot_be_read_all_are_left_to_one_by_one(executor: CommandExecutor, log: Log) -> None:
    # Given
    policy_for_inquiries(executor, hour=HOUR)
    ids = [begun(executor, number) for number in range(2)]

    class Failing(ClockFacts):
        error: Exception = ValueError("unreadable")

        def unmerged(self, *args: object) -> object:  # type: ignore[override]
            raise self.error

    failing = Failing(log, "UTC")
    # When, Then
    assert evaluate_together(executor, failing, ids, AGENT) == set()
    for error in (Overloaded("away"), OutcomeUnknown()):
        failing.error = error
        with pytest.raises(type(error)):
            evaluate_together(executor, failing, ids, AGENT)


def test_policies_that_others_read_first_are_those_of_the_evaluation(
    executor: CommandExecutor, log: Log, facts: ClockFacts
) -> None:
    # Given
    policy_id = policy_for_inquiries(executor, hour=HOUR)
    id = begun(executor, 1, HOUR / 2)
    evaluate_together(executor, facts, [id], AGENT)
    # When
    keys = CorrectPolicy(correct_from=NOW - 24 * HOUR, targets={"first_reply": HOUR / 4})
    sla.change_policy(executor, policy_id, keys, AGENT)
    facts.policy_events()
    evaluate_together(executor, facts, [id], AGENT)
    # Then
    assert names(log, stream_of(id))[-1] == "clocks.breached"
