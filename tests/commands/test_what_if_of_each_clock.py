"""What a dry run says of each clock: its outcome and due time before and after, in which cell, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.what_if import Cell, Flip, WhatIf, outcome, what_if
from domain.conversation.commands import ChangeKind, OpenConversation, SendReply
from domain.conversation.interaction import InteractionKind
from domain.service_level.calendar import WriteCalendar
from domain.service_level.clock import Origin
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Terms
from domain.service_level.policy_decisions import WritePolicy
from domain.service_level.policy_file import PoliciesInFile
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY

# A holiday in Germany
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SINCE = NOW - 9 * HOUR
TERMS = {"targets": {"first_reply": "PT1H"}, "selects": {"kinds": ["inquiry"]}}


def ago(hours: float, by: Context = GATEWAY) -> Context:
    return replace(by, occurred_at=NOW - hours * HOUR, reported_by=GATEWAY.actor)


class Desk:
    """A company with a calendar `always` and a policy `standard` for inquiries: a first reply within an hour."""

    def __init__(self, log: MemoryLog) -> None:
        self.log = log
        self.executor = CommandExecutor(log, lambda: NOW)
        hours = OpeningHours(zone="UTC", hours={"mon-sun": ("00:00-24:00",)})
        calendar = sla.write_calendar(self.executor, WriteCalendar(name="always", opening_hours=hours), ago(48)).id
        terms = Terms.model_validate({"calendar_id": calendar, **TERMS})
        sla.write_policy(self.executor, WritePolicy(name="standard", terms=terms), ago(48))
        self.customer = customers.register(self.executor, [ContactPoint("mail", "ada@example.org")], GATEWAY).id

    def opened(self, hours: float, kind: InteractionKind = "inquiry") -> str:
        opening = OpenConversation(customer_id=self.customer, kind=kind, channel="mail", body="Where is it?")
        return conversations.open_conversation(self.executor, opening, ago(hours)).id

    def answered(self, id: str, hours: float) -> None:
        conversations.act(self.executor, id, SendReply(body="Here"), ago(hours, AGENT))

    def tried(self, tried: dict[str, Any], since: datetime = SINCE, until: datetime = NOW) -> WhatIf:
        return what_if(self.log, PoliciesInFile.model_validate(tried), since, until, NOW, "UTC")


@pytest.fixture
def desk() -> Iterator[Desk]:
    log = MemoryLog(lambda: NOW)
    desk = Desk(log)
    yield desk
    desk.executor.close()
    log.close()


def first_reply_within(target: str) -> dict[str, Any]:
    return {"policies": {"standard": {"targets": {"first_reply": target}}}}


def flip(id: str, before: Any, after: Any, due_before: float | None, due_after: float | None, **more: Any) -> Flip:
    """`due_…`: how many hours ago"""
    cell = Cell(**{"policy": "standard", "priority": "normal", "metric": "first_reply", **more})
    dues = [None if hours is None else NOW - hours * HOUR for hours in (due_before, due_after)]
    return Flip(id, Origin(id, "first_reply", 1), cell, before, after, *dues)


def test_each_outcome_that_changes_is_named_with_its_due_times(desk: Desk) -> None:
    # Given one that was answered, one that no policy is for any more, and one that waits
    answered, dropped, waits = (desk.opened(hours) for hours in (6, 5, 4))
    desk.answered(answered, 5.5)
    conversations.act(desk.executor, dropped, ChangeKind(kind="complaint"), ago(4.5))
    # Then
    assert desk.tried(first_reply_within("PT10M")) == WhatIf(
        3,
        [
            flip(answered, "met", "missed", 5, 6 - 1 / 6),
            flip(dropped, "cancelled", "missed", None, None),
        ],
    )
    assert desk.tried(first_reply_within("PT10H")) == WhatIf(3, [flip(waits, "missed", "open", 3, -6)])
    assert desk.tried(first_reply_within("PT1H")) == WhatIf(3, [])


def test_where_there_was_no_clock_there_is_none_before(desk: Desk) -> None:
    complaint = desk.opened(2, "complaint")
    tried = {"complaints": {"calendar": "always", **TERMS, "selects": {"kinds": ["complaint"]}}}
    assert desk.tried({"policies": tried}) == WhatIf(
        1, [flip(complaint, "none", "missed", None, 1, policy="complaints")]
    )
    assert outcome(None) == "none"


def test_a_holiday_is_closed_also_where_it_is_only_tried(desk: Desk) -> None:
    waits = desk.opened(2)
    (found,) = desk.tried({"calendars": {"always": {"holidays": {"country": "DE"}}}}).flips
    assert (found.conversation_id, found.before, found.after) == (waits, "missed", "open")
    assert found.due_after is not None
    assert found.due_after > NOW


def test_clocks_that_went_on_in_between_are_compared(desk: Desk) -> None:
    # Given one that was answered within the time, and one that was asked at its end
    answered = desk.opened(6)
    desk.answered(answered, 5.5)
    desk.opened(4)
    tighter = first_reply_within("PT10M")

    def clocks(since: float, until: float) -> int:
        return desk.tried(tighter, NOW - since * HOUR, NOW - until * HOUR).clocks

    assert clocks(9, 6) == 0
    assert clocks(9, 5.9) == 1
    # The instant at which it stopped counts; the end of the time does not.
    assert clocks(5.5, 4) == 1
    assert clocks(5.4, 4) == 0
    assert clocks(5.4, 3) == 1
