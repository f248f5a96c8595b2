"""The inbox knows what is due first of each conversation, as the watch saw it, and has it in that order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ChangeStatus, OpenConversation, SendReply
from domain.conversation.events import Status
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.projector import Projector
from process.service_level import ClockTimers
from process.watch import Watch
from projections.conversation import inbox
from projections.conversation.inbox import INBOX, Item
from projections.conversation.inbox_filter import Filter
from tests.support.clocked import CLOCK_VIEWS
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up, in_memory, rows
from tests.support.promising import policy_for_inquiries

HOUR = timedelta(hours=1)


class Desk:
    """A company that promises a first reply within an hour, and is warned a quarter of one before.
    The views are brought up, and the watch looks, whenever it is read."""

    def __init__(self, executor: CommandExecutor, log: Log, projector: Database) -> None:
        self.executor = executor
        self._log = log
        self._projector = projector
        self._watch = Watch(ClockTimers(executor, projector))
        policy_for_inquiries(executor, warn_before=(HOUR / 4,))
        complaint = deliver(executor, replace(mail(1), kind="complaint"), GATEWAY).id
        self.customer_id = executor.read(complaint).state.customer_id

    def asked(self, ago: timedelta) -> str:
        """An inquiry that was made so long ago."""
        opening = OpenConversation(customer_id=self.customer_id, kind="inquiry", channel="web", body="Where is it?")
        said = replace(GATEWAY, occurred_at=self.executor.log.now() - ago)
        return conversations.open_conversation(self.executor, opening, said).id

    def read(self, status: Status | None = None) -> list[Item]:
        """The inbox by what is due, once the watch has nothing more to notice."""
        end = 0
        while end != self._log.position():
            end = self._log.position()
            catch_up(self._log, self._projector, subscriptions=[Projector(view) for view in (*CLOCK_VIEWS, INBOX)])
            self._watch.poll()
        assert rows(self._projector, INBOX) == in_memory(self._log, INBOX)
        with self._projector.connection() as connection:
            return list(inbox.read(connection, Filter(status=status and [status]), order="due").rows)


@pytest.fixture
def desk(executor: CommandExecutor, log: Log, projector: Database) -> Desk:
    return Desk(executor, log, projector)


def test_what_is_due_first_comes_first_and_what_has_no_due_last(desk: Desk) -> None:
    # Given
    fresh, near, late = (desk.asked(ago) for ago in (HOUR / 2, HOUR * 5 / 6, 2 * HOUR))
    # When
    items = desk.read()
    # Then: the complaint that the policy is not for comes last, though it may wait for longest
    assert [item.conversation_id for item in items[:3]] == [late, near, fresh]
    assert [(item.due_metric, item.due_warned, item.due_missed) for item in items[:3]] == [
        ("first_reply", True, True), ("first_reply", True, False), ("first_reply", False, False),
    ]  # fmt: skip
    assert items[0].due_at == items[0].opened_at + HOUR
    (other,) = items[3:]
    assert (other.due_at, other.due_metric, other.due_warned, other.due_missed) == (None, None, False, False)


def test_what_is_answered_or_closed_is_not_due_and_has_its_own_version(desk: Desk) -> None:
    # Given
    answered, closed = desk.asked(HOUR / 2), desk.asked(HOUR / 2)
    before = {item.conversation_id: item.version for item in desk.read()}
    # When
    conversations.act(desk.executor, answered, SendReply(body="Here"), AGENT)
    conversations.act(desk.executor, closed, ChangeStatus(status="resolved"), AGENT)
    found = {item.conversation_id: item for item in desk.read()}
    # Then
    assert found[answered].due_at is None
    assert closed not in found
    assert desk.read("resolved")[0].due_at is None
    assert found[answered].version == before[answered] + 1
