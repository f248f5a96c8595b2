"""A letter dated with a day stands after the question of that day which it answers, in the history and for clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.context import happened
from commands.executor.executor import CommandExecutor
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangeStatus, SendReply
from domain.kernel.time import TimePrecision
from domain.service_level.evaluated import EvaluatedClock
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries

TODAY = date(2026, 6, 2)
TEN = datetime(2026, 6, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """One that is set by hand."""

    now = TEN

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
    executor = CommandExecutor(log, clock, zone="Europe/Berlin")
    policy_for_inquiries(executor, metric="next_reply")
    yield executor
    executor.close()


def asked(executor: CommandExecutor, clock: Clock) -> str:
    """A conversation in which the company asked at eleven, and waits; it is noon."""
    id = deliver(executor, mail(1), GATEWAY).id
    clock.now += HOUR
    conversations.act(executor, id, SendReply(body="Which colour?"), AGENT)
    conversations.act(executor, id, ChangeStatus(status="waiting_on_customer"), AGENT)
    clock.now += HOUR
    return id


def letter(executor: CommandExecutor, day: date | datetime, precision: TimePrecision = "exact") -> None:
    deliver(executor, mail(2), happened(GATEWAY, day, precision, executor.zone))


def waiting(log: MemoryLog, id: str, clock: Clock) -> tuple[str, list[EvaluatedClock]]:
    found = ClockFacts(log, "Europe/Berlin").of(id).conversations(clock.now)[id]
    return found.status, [each for each in found.clocks if each.state == "running"]


@pytest.mark.parametrize(
    ("day", "precision"),
    [(TODAY, "exact"), (TODAY, "unknown"), (TEN - 9 * HOUR, "day"), (TEN + 9 * HOUR, "day")],
)
def test_a_letter_of_today_answers_the_question_of_today(
    executor: CommandExecutor, log: MemoryLog, clock: Clock, day: date | datetime, precision: TimePrecision
) -> None:
    id = asked(executor, clock)
    # When
    letter(executor, day, precision)
    # Then it stands after the question, and is no more exact than it was
    in_time = sorted(log.streams([id])[id], key=lambda each: (each.at, each.position))
    assert [each.originator_version for each in in_time] == list(range(1, len(in_time) + 1))
    assert in_time[-1].envelope.time_precision == ("unknown" if precision == "unknown" else "day")
    status, clocks = waiting(log, id, clock)
    assert (status, [each.started_at for each in clocks]) == ("open", [TEN + HOUR])


def test_a_letter_of_yesterday_stands_before_what_was_said_today(
    executor: CommandExecutor, log: MemoryLog, clock: Clock
) -> None:
    id = asked(executor, clock)
    letter(executor, TODAY - timedelta(days=1))
    at = log.streams([id])[id][-1].at
    assert at == datetime(2026, 5, 31, 22, tzinfo=UTC)  # when the day began in Berlin
    assert waiting(log, id, clock)[0] == "waiting_on_customer"


def test_told_the_day_after_it_follows_all_of_its_day(executor: CommandExecutor, log: MemoryLog, clock: Clock) -> None:
    id = asked(executor, clock)
    clock.now += 24 * HOUR
    letter(executor, TODAY)
    assert log.streams([id])[id][-1].at == TEN + HOUR


def test_an_exact_time_is_kept_as_it_was_said(executor: CommandExecutor, log: MemoryLog, clock: Clock) -> None:
    id = asked(executor, clock)
    deliver(executor, mail(2), replace(GATEWAY, occurred_at=TEN))
    assert log.streams([id])[id][-1].at == TEN
