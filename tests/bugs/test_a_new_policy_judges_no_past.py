"""A new policy is for conversations from when it is written, or from a date; the past takes an explicit correction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level.facts import ClockFacts
from commands.service_level.putting_in_force import put_in_force
from domain.conversation.commands import SendReply
from domain.kernel.refusal import Refusal
from domain.service_level.policy_file import PoliciesInFile
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail

NINE = datetime(2026, 6, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
FILE: dict[str, Any] = {
    "calendars": {"always": {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
    "policies": {
        "all": {"calendar": "always", "targets": {"first_reply": "PT2H", "agent_work": "PT9H"}, "selects": {}},
    },
}


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


def put(executor: CommandExecutor, **dated: datetime) -> None:
    put_in_force(executor, PoliciesInFile.model_validate(FILE), AGENT, **dated)


Found = tuple[str, datetime | None, datetime | None, str | None]
"""A clock's state, due, breach and cause."""


def clocks(log: MemoryLog, id: str, now: datetime) -> dict[str, Found]:
    found = ClockFacts(log, "UTC").of(id).conversations(now)[id].clocks
    return {each.metric: (each.state, each.due_at, each.breached_at, each.cause) for each in found}


@pytest.fixture
def two(executor: CommandExecutor, clock: Clock) -> tuple[str, str]:
    """Two conversations of nine o'clock, without any policy; the first was answered at noon. It is one."""
    answered, waiting = (deliver(executor, mail(n, thread=f"t{n}"), GATEWAY).id for n in (1, 2))
    clock.now += 3 * HOUR
    conversations.act(executor, answered, SendReply(body="Yes"), AGENT)
    clock.now += HOUR
    return answered, waiting


def test_what_had_ended_is_not_judged_and_what_runs_is_from_now_on(
    executor: CommandExecutor, log: MemoryLog, clock: Clock, two: tuple[str, str]
) -> None:
    put(executor)
    written = clock.now
    clock.now += HOUR
    answered, waiting = two
    assert clocks(log, answered, clock.now) == {"agent_work": ("running", NINE + 9 * HOUR, None, None)}
    # R7: the due of what runs was exceeded already, and that was the change's doing
    assert clocks(log, waiting, clock.now)["first_reply"] == ("running", NINE + 2 * HOUR, written, "policy_change")
    # And before, nothing was promised
    assert clocks(log, waiting, written - timedelta(seconds=1)) == {}


def test_a_correction_reaches_back(
    executor: CommandExecutor, log: MemoryLog, clock: Clock, two: tuple[str, str]
) -> None:
    put(executor, correct_from=NINE - HOUR)
    answered, waiting = two
    due = NINE + 2 * HOUR
    assert clocks(log, answered, clock.now)["first_reply"] == ("met-late", due, due, "time")
    assert clocks(log, waiting, clock.now)["first_reply"] == ("running", due, due, "time")


def test_a_date_to_come_is_heeded(
    executor: CommandExecutor, log: MemoryLog, clock: Clock, two: tuple[str, str]
) -> None:
    with pytest.raises(Refusal, match="effective-from-past"):
        put(executor, effective_from=clock.now)
    begins = clock.now + 2 * HOUR
    put(executor, effective_from=begins)
    _, waiting = two
    late = deliver(executor, mail(3, thread="t3"), GATEWAY).id
    clock.now = begins - timedelta(seconds=1)
    assert clocks(log, waiting, clock.now) == clocks(log, late, clock.now) == {}
    clock.now = begins + timedelta(seconds=1)
    assert clocks(log, waiting, clock.now)["first_reply"][2:] == (begins, "policy_change")
    assert clocks(log, late, clock.now)["first_reply"] == ("running", begins, begins, "time")


def test_a_correction_of_what_it_selects_reaches_back_too(
    executor: CommandExecutor, log: MemoryLog, clock: Clock, two: tuple[str, str]
) -> None:
    put(executor)
    put(executor, correct_from=NINE)
    assert clocks(log, two[0], clock.now)["first_reply"][0] == "met-late"
