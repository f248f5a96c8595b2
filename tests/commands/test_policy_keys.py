"""What a policy may say beside its targets: that a note counts, and in which states total resolution stands still."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import AddNote, ChangeStatus, ConversationCommand, ReceiveMessage
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.policy_decisions import CorrectPolicy
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries

HOUR = timedelta(hours=1)


class Inquiry:
    """One that was made four hours ago."""

    def __init__(self, executor: CommandExecutor) -> None:
        self.executor = executor
        self.began_at = executor.log.now() - 4 * HOUR
        self.id = deliver(executor, mail(1), replace(GATEWAY, occurred_at=self.began_at)).id

    def after(self, since: timedelta, command: ConversationCommand) -> None:
        """So long after it was made; told of by now."""
        by = GATEWAY if isinstance(command, ReceiveMessage) else replace(AGENT, reported_by=GATEWAY.actor)
        conversations.act(self.executor, self.id, command, replace(by, occurred_at=self.began_at + since))

    def clocks(self) -> list[EvaluatedClock]:
        """As of now."""
        now = self.executor.log.now()
        return list(ClockFacts(self.executor.log, "UTC").of(self.id).conversations(now)[self.id].clocks)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def inquiry(executor: CommandExecutor) -> Inquiry:
    return Inquiry(executor)


@pytest.mark.parametrize("notes_count", [True, False])
def test_a_note_stops_a_reply_clock_where_the_policy_says_so(
    inquiry: Inquiry, executor: CommandExecutor, notes_count: bool
) -> None:
    # Given
    policy_for_inquiries(executor, notes_count=notes_count)
    # When a colleague is told something within the hour, and a program notes something before
    conversations.act(
        executor, inquiry.id, AddNote(body="From the till"), replace(GATEWAY, occurred_at=inquiry.began_at + HOUR / 4)
    )
    inquiry.after(HOUR / 2, AddNote(body="Rang them up"))
    # Then
    (first,) = inquiry.clocks()
    if notes_count:
        assert (first.state, first.stopped_at) == ("met", inquiry.began_at + HOUR / 2)
    else:
        assert (first.state, first.breached_at) == ("running", inquiry.began_at + HOUR)


def test_what_a_customer_says_after_a_counting_note_is_owed_a_next_reply(
    inquiry: Inquiry, executor: CommandExecutor
) -> None:
    # Given
    policy_for_inquiries(executor, metric="next_reply", notes_count=True)
    # When
    inquiry.after(HOUR / 2, AddNote(body="Rang them up"))
    inquiry.after(HOUR, ReceiveMessage(body="And now?"))
    # Then
    (clock,) = inquiry.clocks()
    assert (clock.metric, clock.started_at) == ("next_reply", inquiry.began_at + HOUR)


def test_total_resolution_stands_still_in_the_states_that_the_policy_names(
    inquiry: Inquiry, executor: CommandExecutor
) -> None:
    # Given
    policy_id = policy_for_inquiries(
        executor, metric="total_resolution", hour=2 * HOUR, total_resolution_pauses=("on_hold",)
    )
    # When it is on hold, and an hour later waits on the customer
    inquiry.after(HOUR, ChangeStatus(status="on_hold"))
    (held,) = inquiry.clocks()
    inquiry.after(2 * HOUR, ChangeStatus(status="waiting_on_customer"))
    (waits,) = inquiry.clocks()
    # Then
    assert (held.state, held.consumed_seconds) == ("paused", 3600)
    assert (waits.state, waits.due_at) == ("running", inquiry.began_at + 3 * HOUR)
    # And if it should have stood still from then on in none, it stands still no more
    since = inquiry.began_at + 3 * HOUR / 2
    sla.change_policy(executor, policy_id, CorrectPolicy(correct_from=since, total_resolution_pauses=()), AGENT)
    (corrected,) = inquiry.clocks()
    assert (corrected.state, corrected.due_at) == ("running", inquiry.began_at + 5 * HOUR / 2)
