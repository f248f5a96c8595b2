"""A time that somebody says and that cannot be is kept as it was said, marked, and everything goes by the recording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from commands.conversation.delivering import deliver
from commands.executor.context import happened
from commands.executor.executor import CommandExecutor
from commands.service_level.facts import ClockFacts
from domain.kernel.refusal import TimeAhead
from domain.service_level.evaluated import ConversationClocks
from infra.embedded.postgres import Urls
from infra.log.memory import MemoryLog
from tests.support.companies import GATEWAY, mail, opened
from tests.support.promising import policy_for_inquiries
from tests.support.serving import Company, client, served

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
IMPOSSIBLE = [
    datetime(1, 1, 1, tzinfo=UTC), datetime(1200, 5, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC) - SECOND,
    datetime(2201, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
]  # fmt: skip


class Clock:
    """One that is set by hand."""

    now = NOW

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
    yield executor
    executor.close()


def told(log: MemoryLog, id: str) -> tuple[datetime | None, str, datetime]:
    """When a conversation is said to have begun, the mark, and the time that counts."""
    recorded = log.streams([id])[id][0]
    return recorded.envelope.occurred_at, recorded.envelope.time_precision, recorded.at


@pytest.mark.parametrize("at", IMPOSSIBLE)
def test_an_impossible_time_is_kept_and_the_recording_counts(
    executor: CommandExecutor, log: MemoryLog, at: datetime
) -> None:
    id = deliver(executor, mail(1), replace(GATEWAY, occurred_at=at)).id
    assert told(log, id) == (at, "impossible", NOW)


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), NOW - SECOND, NOW])
def test_a_possible_time_counts(executor: CommandExecutor, log: MemoryLog, at: datetime) -> None:
    id = deliver(executor, mail(1), replace(GATEWAY, occurred_at=at)).id
    assert told(log, id) == (at, "exact", at)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1200, 5, 1), date(9999, 12, 31)])
def test_a_day_that_cannot_be_is_kept(executor: CommandExecutor, log: MemoryLog, day: date) -> None:
    id = deliver(executor, mail(1), happened(GATEWAY, day, "exact", executor.zone)).id
    at, mark, counts = told(log, id)
    assert (at and at.date(), mark, counts) == (day, "impossible", NOW)
    said = datetime(day.year, day.month, day.day, tzinfo=UTC)
    id = deliver(executor, mail(2), happened(GATEWAY, said, "day", executor.zone)).id
    assert told(log, id) == (said, "impossible", NOW)


@pytest.mark.parametrize("ahead", [timedelta(microseconds=1), MINUTE, 5 * MINUTE])
def test_a_clock_a_little_ahead_is_taken_as_now(executor: CommandExecutor, log: MemoryLog, ahead: timedelta) -> None:
    id = deliver(executor, mail(1), replace(GATEWAY, occurred_at=NOW + ahead)).id
    assert told(log, id) == (NOW + ahead, "ahead", NOW)


def test_further_ahead_it_is_refused_until_it_is_time(executor: CommandExecutor, log: MemoryLog, clock: Clock) -> None:
    # Given
    message, context = mail(1), replace(GATEWAY, command_id="c1", occurred_at=NOW + 12 * MINUTE)
    with pytest.raises(TimeAhead) as refused:
        deliver(executor, message, context)
    assert log.position() == 0
    assert refused.value.retry_after_seconds == 7 * 60
    assert "2026-06-02T09:07:00Z" in refused.value.what_to_do
    # When it is repeated a second too early, and in time
    clock.now = NOW + 7 * MINUTE - SECOND
    with pytest.raises(TimeAhead):
        deliver(executor, message, context)
    clock.now = NOW + 7 * MINUTE
    id = deliver(executor, message, context).id
    # Then it is taken at its recording, and marked
    assert told(log, id) == (NOW + 12 * MINUTE, "ahead", clock.now)


@pytest.mark.parametrize("at", [*IMPOSSIBLE, NOW + 4 * MINUTE])
def test_clocks_go_by_the_recording(executor: CommandExecutor, log: MemoryLog, clock: Clock, at: datetime) -> None:
    # Given
    policy_for_inquiries(executor, hour=timedelta(hours=1))
    begun = [deliver(executor, mail(1), replace(GATEWAY, occurred_at=each)).id for each in (None, at)]
    # When
    clock.now += 30 * MINUTE

    def clocks(id: str) -> ConversationClocks:
        return ClockFacts(log, "UTC").of(id).conversations(clock.now)[id]

    found = [[(each.metric, each.state, each.due_at, each.started_at) for each in clocks(id).clocks] for id in begun]
    # Then
    assert found[0] == found[1] != []


def test_the_api_says_when_to_repeat_it(database_urls: Urls) -> None:
    # Given
    with opened(database_urls) as executor:
        company = Company.founded(executor)
        with served(executor, database_urls) as url, client(url, company.service) as gateway:

            def deliver_at(at: datetime, number: int) -> Any:
                contact = {"kind": "mail", "value": "ada@example.org", "name": "Ada"}
                body = {"channel": "mail", "channel_message_id": f"m{number}", "contact": contact, "body": "Hello"}
                return gateway.post("/deliveries", json={**body, "occurred_at": at.isoformat()})

            # When
            refused = deliver_at(datetime.now(UTC) + timedelta(hours=1), 1)
            # Then
            assert (refused.status_code, refused.json()["code"]) == (425, "time-ahead")
            assert 55 * 60 - 60 < int(refused.headers["Retry-After"]) <= 55 * 60
            for number, at in enumerate((*IMPOSSIBLE, datetime.now(UTC) + MINUTE), start=2):
                assert deliver_at(at, number).status_code == 201, at
