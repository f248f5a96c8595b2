"""A question of no known time may have been asked at any instant; so a calendar that opened years later could still use
the target up before the answer, and the verdict is unknown, not kept."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import SendReply
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
OPEN = {date(2026, 6, 1): ("08:00-12:00",)}
"""The only hours in which the calendar is ever open."""


@pytest.mark.parametrize(("within", "state"), [(timedelta(hours=2), "unknown"), (timedelta(hours=5), "met")])
def test_a_target_may_have_been_used_up_in_the_first_open_hours(within: timedelta, state: str) -> None:
    # Given a question of no known time
    log = MemoryLog(lambda: MONDAY + timedelta(days=2))
    executor = CommandExecutor(log, lambda: MONDAY + timedelta(days=2))
    with closing(log), closing(executor):
        hours = OpeningHours(zone="UTC", hours={}, part_days=OPEN)
        calendar_id = sla.write_calendar(executor, WriteCalendar(name="fair", opening_hours=hours), AGENT).id
        policy_for_inquiries(executor, hour=within, calendar_id=calendar_id)
        id = deliver(executor, mail(1), replace(GATEWAY, time_precision="unknown")).id
        # When it is answered after the calendar's only hours
        conversations.act(executor, id, SendReply(body="Here"), AGENT)
        # Then
        (clock,) = ClockFacts(log, "UTC").of(id).at(MONDAY + timedelta(days=2)).conversations[id].clocks
        assert clock.state == state
