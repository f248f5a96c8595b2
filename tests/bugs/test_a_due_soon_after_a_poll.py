"""A due is noticed as it passes, also where its conversation was looked at shortly before for another reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from domain.conversation.commands import ReceiveMessage
from domain.service_level.policy_decisions import EditPolicy
from domain.service_level.verdicts import Breached, stream_of
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from process.service_level import ClockTimers
from process.watch import Watch
from tests.support.clocked import HOUR, Clocked, due_of, follow_clocks
from tests.support.companies import AGENT
from tests.support.waiting import wait_until


def other_rules(executor: CommandExecutor, policy_id: str, _: str) -> None:
    sla.change_policy(executor, policy_id, EditPolicy(effective_from=executor.log.now() + HOUR, reopen="freeze"), AGENT)


def more_words(executor: CommandExecutor, _: str, conversation_id: str) -> None:
    conversations.act(executor, conversation_id, ReceiveMessage(body="Hello?"), AGENT)


@pytest.mark.parametrize("happens", [other_rules, more_words])
def test_a_due_soon_after_a_poll_is_detected_as_it_passes(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
    happens: Callable[[CommandExecutor, str, str], None],
) -> None:
    def look() -> None:
        follow_clocks(log, projector)
        watch.poll()

    # Given
    reader = Database(database_urls.database_url, "reader")
    watch = Watch(ClockTimers(executor, reader))
    owed = Clocked(executor)
    id = owed.due(2)
    look()
    look()
    # When
    happens(executor, owed.policy_id, id)
    look()
    wait_until(lambda: log.now() > due_of(log, id), 10, "the due passes")
    look()
    # Then
    assert any(isinstance(recorded.event, Breached) for recorded in log.streams([stream_of(id)])[stream_of(id)])
    reader.close()
