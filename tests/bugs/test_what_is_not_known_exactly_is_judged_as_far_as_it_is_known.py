"""A clock that started or stopped at a time that is not known exactly has a verdict only where every instant that is
possible gives the same one; else it is unknown, neither kept nor missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cli.verbs.service_level.sla import _explained
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import clocks
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from commands.service_level.what_if import what_if
from domain.conversation.commands import ChangeStatus, SendReply
from domain.kernel.time import TimePrecision
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.policy_decisions import CorrectPolicy
from domain.service_level.policy_file import PoliciesInFile
from domain.service_level.verdicts import Breached, BreachWithdrawn, ClocksEvaluated, Met, stream_of
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries
from tests.support.recorded import events_of

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Company:
    """It takes in on Friday what happened from Monday on, and owes first replies within so long, around the clock."""

    def __init__(self, within: timedelta, now: datetime = MONDAY + 4 * DAY) -> None:
        self.now = now
        self.log = MemoryLog(lambda: self.now)
        self.executor = CommandExecutor(self.log, lambda: self.now)
        self.policy = policy_for_inquiries(self.executor, hour=within)

    def asked(self, at: datetime, precision: TimePrecision = "exact") -> str:
        """The customer asked."""
        return deliver(self.executor, mail(1), replace(GATEWAY, occurred_at=at, time_precision=precision)).id

    def answered(self, id: str, at: datetime, precision: TimePrecision = "exact") -> None:
        """An agent replied."""
        said = replace(AGENT, occurred_at=at, time_precision=precision, reported_by=GATEWAY.actor)
        conversations.act(self.executor, id, SendReply(body="Here"), said)

    def clock(self, id: str) -> EvaluatedClock:
        """The clock of the first reply."""
        (found,) = ClockFacts(self.log, "UTC").of(id).at(self.now).conversations[id].clocks
        return found

    def noted(self, id: str) -> list[type]:
        """What the watch records of it."""
        clocks.evaluate(self.executor, ClockFacts(self.log, "UTC"), id, AGENT)
        return [type(each) for each in events_of(self.log, stream_of(id))]


@pytest.fixture
def companies() -> Iterator[list[Company]]:
    found: list[Company] = []
    yield found
    for each in found:
        each.executor.close()
        each.log.close()


@pytest.mark.parametrize(
    ("within", "state"), [(2 * DAY, "met"), (4 * HOUR, "unknown"), (13 * HOUR, "unknown"), (DAY, "met")]
)
def test_a_day_is_enough_for_days_and_not_for_hours(companies: list[Company], within: timedelta, state: str) -> None:
    # Given a question of ten o'clock, and an answer of the same day
    company = Company(within)
    companies.append(company)
    id = company.asked(MONDAY + 10 * HOUR)
    company.answered(id, MONDAY, "day")
    # Then
    clock = company.clock(id)
    assert (clock.state, clock.precision, clock.breached_at, clock.over_seconds) == (state, "day", None, 0)
    assert company.noted(id) == [ClocksEvaluated, *([Met] if state == "met" else [])]


def test_a_day_too_late_is_missed_whatever_the_hour(companies: list[Company]) -> None:
    company = Company(4 * HOUR)
    companies.append(company)
    id = company.asked(MONDAY + 10 * HOUR)
    company.answered(id, MONDAY + DAY, "day")
    clock = company.clock(id)
    assert (clock.state, clock.precision, clock.breached_at) == ("met-late", "day", MONDAY + 14 * HOUR)
    assert company.noted(id) == [ClocksEvaluated, Breached]


@pytest.mark.parametrize(("within", "state"), [(4 * HOUR, "unknown"), (30 * DAY, "met")])
def test_an_answer_of_an_unknown_time_took_no_time_that_is_known(
    companies: list[Company], within: timedelta, state: str
) -> None:
    # Given what was answered at some time until it was taken in
    company = Company(within)
    companies.append(company)
    id = company.asked(MONDAY)
    company.answered(id, MONDAY, "unknown")
    # Then
    clock = company.clock(id)
    assert (clock.state, clock.precision, clock.breached_at) == (state, "unknown", None)
    # And it is told as what it is
    found = ClockFacts(company.log, "UTC").of(id).at(company.now)
    names = {company.policy: "fast", clock.calendar_id: "always"}
    assert any("is known not at all" in line for line in _explained(clock, found, names))


def test_a_question_of_a_day_is_missed_once_it_is_for_sure(companies: list[Company]) -> None:
    # Given a question of Monday, at whatever time
    company = Company(4 * HOUR, MONDAY + DAY + 3 * HOUR)
    companies.append(company)
    id = company.asked(MONDAY, "day")
    last = MONDAY + DAY + 4 * HOUR
    assert (company.clock(id).due_at, company.clock(id).breached_at) == (last, None)
    # When the day is over for longer than the target
    company.now = MONDAY + DAY + 5 * HOUR
    assert (company.clock(id).state, company.clock(id).breached_at) == ("running", last)
    # Then what comes exactly is judged by it
    company.answered(id, MONDAY + DAY + 3 * HOUR)
    assert (company.clock(id).state, company.clock(id).breached_at) == ("unknown", None)


def test_a_breach_that_may_have_been_none_is_withdrawn(companies: list[Company]) -> None:
    # Given a breach that the watch recorded
    company = Company(4 * HOUR)
    companies.append(company)
    id = company.asked(MONDAY + 10 * HOUR)
    assert company.noted(id) == [ClocksEvaluated, Breached]
    # When an answer is told that may have been in time
    company.answered(id, MONDAY, "day")
    # Then
    assert company.noted(id)[2:] == [ClocksEvaluated, BreachWithdrawn]


def test_what_if_counts_apart_what_is_unknown(companies: list[Company]) -> None:
    company = Company(2 * DAY)
    companies.append(company)
    id = company.asked(MONDAY + 10 * HOUR)
    company.answered(id, MONDAY, "day")
    tried = PoliciesInFile.model_validate({"policies": {_name(company): {"targets": {"first_reply": "PT4H"}}}})
    (flip,) = what_if(company.log, tried, MONDAY - DAY, company.now, company.now, "UTC").flips
    assert (flip.before, flip.after) == ("met", "unknown")
    # And so does a correction
    tighter = CorrectPolicy(correct_from=MONDAY - DAY, targets={"first_reply": 4 * HOUR})
    sla.change_policy(company.executor, company.policy, tighter, AGENT)
    assert company.clock(id).state == "unknown"


def test_what_goes_on_after_an_inexact_resolution_goes_on(companies: list[Company]) -> None:
    company = Company(4 * HOUR)
    companies.append(company)
    id = company.asked(MONDAY + 10 * HOUR)
    said = replace(AGENT, occurred_at=MONDAY, time_precision="day", reported_by=GATEWAY.actor)
    conversations.act(company.executor, id, ChangeStatus(status="resolved"), said)
    assert company.clock(id).state == "unknown"


def _name(company: Company) -> str:
    (written,) = events_of(company.log, company.policy)
    return str(written.policy_name)
