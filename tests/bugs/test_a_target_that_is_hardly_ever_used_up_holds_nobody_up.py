"""A target of 1,000 hours by a calendar that is open for a minute a week was searched through to the year 9999, clock
change by clock change, and its clocks were answered after a minute. Such a target is refused; one that was recorded is
never due; and an evaluation ends at its deadline, or once its caller is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.edge import computing
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from domain.kernel.refusal import Refusal
from domain.service_level import open_times, whole_weeks
from domain.service_level.business_time import SEARCHED, Calendar, CalendarVersion
from domain.service_level.calendar import WriteCalendar
from domain.service_level.detection import Knowledge
from domain.service_level.evaluation import evaluate
from domain.service_level.open_times import Hours, Week
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Targets, Terms
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy, WritePolicy
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.domain.test_clocks_of_a_conversation import BEGUN, NOON, policies, recorded
from tests.support.companies import AGENT
from tests.support.serving import Company, client, served

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 30, tzinfo=UTC)
LONG = 5_000 * timedelta(days=1)
"""A target that somebody may write."""


def open_on_mondays(minutes: int, **dates: Any) -> Calendar:
    """A calendar that is open on Mondays from nine o'clock on, for so many minutes."""
    monday = (Hours(9 * HOUR, 9 * HOUR + timedelta(minutes=minutes)),) if minutes else ()
    return Calendar([CalendarVersion(None, Week("Europe/Berlin", (monday,) + ((),) * 6, **dates))])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The dates whose hours are asked for."""
    found: list[date] = []
    of_day = open_times._of_day

    def counting(zone: str, hours: tuple[Hours, ...], day: date) -> tuple[tuple[datetime, datetime], ...]:
        found.append(day)
        return of_day(zone, hours, day)

    monkeypatch.setattr(open_times, "_of_day", counting)
    whole_weeks.whole_weeks.cache_clear()
    return found


def test_a_due_is_searched_for_so_long_and_no_longer(asked: list[date]) -> None:
    assert open_on_mondays(1).due(START, 1_000 * HOUR) is None
    # Then all dates that were asked for lie in that time, and each a few times at most
    assert max(asked) <= (START + SEARCHED).date() + timedelta(days=9)
    assert len(asked) < SEARCHED.days


def test_what_is_used_up_in_that_time_is_due() -> None:
    # 9,000 Mondays are 172 years
    assert open_on_mondays(1).due(START, 9_000 * timedelta(minutes=1)) == datetime(2199, 5, 20, 7, 1, tzinfo=UTC)
    assert open_on_mondays(480).due(START, LONG / 24) is not None


@pytest.mark.parametrize(
    ("minutes", "budget", "reaches"),
    [(1, HOUR, True), (1, 1_000 * HOUR, False), (480, LONG, False), (480, LONG / 24, True), (0, LONG, True)],
)
def test_a_calendar_reaches_what_it_is_open_for(minutes: int, budget: timedelta, reaches: bool) -> None:
    assert open_on_mondays(minutes).reaches(START, budget) is reaches


@pytest.fixture
def in_memory(memory_log: Log) -> Iterator[CommandExecutor]:
    """Commands without a server."""
    executor = CommandExecutor(memory_log)
    yield executor
    executor.close()


def written(executor: CommandExecutor, name: str, target: timedelta, *hours: str) -> str:
    """A policy with a target, and a calendar of these hours on Mondays."""
    opening_hours = OpeningHours(zone="Europe/Berlin", hours={"mon": hours})
    calendar = sla.write_calendar(executor, WriteCalendar(name=name, opening_hours=opening_hours), AGENT).id
    terms = Terms(calendar_id=calendar, targets={"first_reply": target})
    return sla.write_policy(executor, WritePolicy(name=name, terms=terms), AGENT).id


def test_such_a_target_is_refused_however_it_is_written(in_memory: CommandExecutor) -> None:
    policy = written(in_memory, "fine", 10 * HOUR, "09:00-09:01")
    too_long: Targets = {"first_reply": 1_000 * HOUR}
    for ask in (
        lambda: written(in_memory, "never", 1_000 * HOUR, "09:00-09:01"),
        lambda: sla.change_policy(in_memory, policy, CorrectPolicy(correct_from=START, targets=too_long), AGENT),
        lambda: sla.change_policy(
            in_memory, policy, CorrectPolicy(correct_from=START, by_priority={"high": too_long}), AGENT
        ),
        lambda: sla.change_policy(
            in_memory, policy, EditPolicy(effective_from=datetime(2199, 1, 1, tzinfo=UTC), targets=too_long), AGENT
        ),
    ):
        with pytest.raises(Refusal) as refused:
            ask()
        assert refused.value.code == "target-unreachable"
    # And a calendar that is closed says so by itself
    written(in_memory, "closed", 1_000 * HOUR)


def test_one_that_was_recorded_is_never_due(asked: list[date]) -> None:
    of_old = policies(targets={"first_reply": 1_000 * HOUR})
    hardly = type(of_old)(of_old.by_id, {"always": open_on_mondays(1)}, zone="UTC")
    (clock,) = evaluate(recorded(*BEGUN), hardly, NOON + HOUR)["conversation-1"].clocks
    assert (clock.state, clock.due_at, clock.never_opens) == ("running", None, True)
    assert len(asked) < 2 * SEARCHED.days


class _GoneError(Exception):
    pass


def test_an_evaluation_ends_once_nobody_wants_it() -> None:
    steps = 0

    def go_on() -> None:
        nonlocal steps
        steps += 1
        if steps > 10:
            raise _GoneError

    known = Knowledge(recorded(*BEGUN * 50), go_on=go_on, zone="UTC")
    with pytest.raises(_GoneError):
        known.at(NOON + HOUR)
    assert steps == 11


def test_clocks_are_answered_by_a_deadline(
    executor: CommandExecutor, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company.founded(executor)
    path = f"/conversations/{company.conversation}/clocks"
    with served(executor, database_urls) as url, client(url, company.agent) as agent:
        assert agent.get(path).status_code == 200
        monkeypatch.setattr(computing, "SECONDS", -1.0)
        answer = agent.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["Retry-After"]
