"""A split takes a message's clock along, and an undo brings it back: clocks follow where a message is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangeStatus, ReceiveMessage, SendReply
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Selects, Terms
from domain.service_level.policy_decisions import WritePolicy
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail

NINE = datetime(2026, 6, 2, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

Found = list[tuple[str, str, float]]
"""Clocks: metric, state, and minutes from nine o'clock at which each started."""


class Company:
    """One conversation of nine o'clock, answered five minutes later, under a policy for all; and its clocks."""

    def __init__(self) -> None:
        self.now = NINE
        self.log = MemoryLog(lambda: self.now)
        self.executor = CommandExecutor(self.log, lambda: self.now)
        always = WriteCalendar(
            name="always", opening_hours=OpeningHours(zone="UTC", hours={"mon-sun": ("00:00-24:00",)})
        )
        calendar_id = sla.write_calendar(self.executor, always, AGENT).id
        targets = {"first_reply": HOUR, "next_reply": HOUR, "agent_work": 9 * HOUR}
        terms = Terms(calendar_id=calendar_id, targets=targets, selects=Selects())  # type: ignore[arg-type]
        sla.write_policy(self.executor, WritePolicy(name="all", terms=terms), AGENT)
        self.source = deliver(self.executor, mail(1), GATEWAY).id
        self.at(5).replies(self.source)

    def at(self, minutes: float) -> Company:
        self.now = NINE + minutes * MINUTE
        return self

    def replies(self, id: str) -> None:
        conversations.act(self.executor, id, SendReply(body="Yes"), AGENT)

    def says(self, id: str, message_id: str) -> None:
        conversations.act(self.executor, id, ReceiveMessage(body="words", message_id=message_id), GATEWAY)

    def moves(self, id: str, status: str) -> None:
        conversations.act(self.executor, id, ChangeStatus.model_validate({"status": status}), AGENT)

    def splits(self, message_id: str) -> str:
        split = SplitMessage(message_id=message_id, kind="inquiry")
        return splitting.split(self.executor, self.source, split, AGENT).id

    def undoes(self, id: str) -> None:
        splitting.undo_split(self.executor, id, UndoSplit(), AGENT)

    def clocks(self, id: str, at: float | None = None) -> Found:
        now = self.now if at is None else NINE + at * MINUTE
        found = ClockFacts(self.log, "UTC").of(id).conversations(now).get(id)
        clocks = found.clocks if found else ()
        return [(each.metric, each.state, (each.started_at - NINE) / MINUTE) for each in clocks]

    def status(self, id: str) -> str:
        return ClockFacts(self.log, "UTC").of(self.source).conversations(self.now)[id].status


@pytest.fixture
def company() -> Iterator[Company]:
    company = Company()
    yield company
    company.executor.close()
    company.log.close()


FIRST = ("first_reply", "met", 0)
WORK = ("agent_work", "running", 0)


def test_the_new_conversation_owes_the_reply_since_it_was_said(company: Company) -> None:
    # Given
    company.at(10).says(company.source, "m2")
    # When
    new = company.at(20).splits("m2")
    # Then
    assert company.clocks(new) == [("first_reply", "running", 10), ("agent_work", "running", 20)]
    assert company.clocks(company.source) == [FIRST, WORK]
    # And before the split, it was as it was
    assert company.clocks(company.source, 19) == [FIRST, ("next_reply", "running", 10), WORK]
    assert company.clocks(new, 19) == []


def test_the_source_owes_what_the_remaining_messages_ask_for(company: Company) -> None:
    company.at(10).says(company.source, "m2")
    company.at(15).says(company.source, "m3")
    company.at(20).splits("m2")
    assert company.clocks(company.source) == [FIRST, ("next_reply", "running", 15), WORK]


def test_a_due_that_passed_before_the_split_was_missed_then(company: Company) -> None:
    company.at(10).says(company.source, "m2")
    new = company.at(90).splits("m2")
    (clock, _) = ClockFacts(company.log, "UTC").of(new).conversations(company.now)[new].clocks
    assert (clock.breached_at, clock.cause) == (NINE + 70 * MINUTE, "time")


def test_after_an_undo_the_split_has_never_been(company: Company) -> None:
    company.at(10).says(company.source, "m2")
    new = company.at(20).splits("m2")
    company.at(30).undoes(new)
    assert company.clocks(company.source) == [FIRST, ("next_reply", "running", 10), WORK]
    assert company.clocks(new) == []
    # And what was known before stands as it was known
    assert company.clocks(new, 25) == [("first_reply", "running", 10), ("agent_work", "running", 20)]


def test_what_was_said_meanwhile_counts_at_the_source_after_an_undo(company: Company) -> None:
    company.at(10).says(company.source, "m2")
    new = company.at(20).splits("m2")
    company.at(25).replies(new)
    company.at(26).says(new, "m4")
    company.at(30).undoes(new)
    assert company.clocks(company.source) == [FIRST, ("next_reply", "met", 10), ("next_reply", "running", 26), WORK]
    company.at(40).replies(company.source)
    assert company.clocks(company.source)[2] == ("next_reply", "met", 26)


@pytest.mark.parametrize("again", [False, True])
def test_a_message_that_reopened_leaves_the_source_open(company: Company, again: bool) -> None:
    company.at(8).moves(company.source, "resolved")
    company.at(10).says(company.source, "m2")
    new = company.at(20).splits("m2")
    if again:
        company.at(25).undoes(new)
    state = company.executor.read(company.source).state
    assert (company.status(company.source), state.status) == ("open", "open")
    assert (("next_reply", "running", 10) in company.clocks(company.source)) is again


@pytest.mark.parametrize("status", ["resolved", "waiting_on_customer"])
def test_who_waits_in_what_was_split_off_opens_the_source_at_the_undo(company: Company, status: str) -> None:
    # Given words in the new conversation, and a source that was moved without anybody knowing of them
    company.at(10).says(company.source, "m2")
    new = company.at(20).splits("m2")
    company.at(25).says(new, "m4")
    company.at(30).moves(company.source, status)
    # When
    company.at(40).undoes(new)
    # Then
    assert (company.status(company.source), company.executor.read(company.source).state.status) == ("open", "open")
    # And the clock of what was resolved starts when somebody could know of the words
    since = {"resolved": 40, "waiting_on_customer": 10}[status]
    assert ("next_reply", "running", since) in company.clocks(company.source)


def test_what_was_answered_elsewhere_leaves_the_status_of_the_source(company: Company) -> None:
    # Given
    company.at(10).says(company.source, "m2")
    new = company.at(20).splits("m2")
    company.at(22).moves(company.source, "waiting_on_customer")
    company.at(25).says(new, "m4")
    company.at(26).replies(new)
    # When
    company.at(30).undoes(new)
    # Then
    states = company.status(company.source), company.executor.read(company.source).state.status
    assert states == ("waiting_on_customer", "waiting_on_customer")


def test_what_went_back_is_owed_by_the_source_alone(company: Company) -> None:
    # Given a split that was undone, and what it began is taken out again
    company.at(10).says(company.source, "m2")
    new = company.at(20).splits("m2")
    company.at(30).undoes(new)
    merging.separate(company.executor, new, Separate(), AGENT)
    # Then
    assert company.clocks(company.source) == [FIRST, ("next_reply", "running", 10), WORK]
    assert company.clocks(new) == [("agent_work", "running", 20)]
    # And what is said there is owed there
    company.at(40).says(new, "m4")
    assert company.clocks(new) == [("first_reply", "running", 40), ("agent_work", "running", 20)]
    # And a merge that comes later is one as any other
    other = deliver(company.at(45).executor, mail(2, "t2"), GATEWAY).id
    merging.merge(company.at(50).executor, new, MergeInto(into=other), AGENT)
    assert company.clocks(other)[:2] == [("first_reply", "running", 45), ("first_reply", "running", 40)]
