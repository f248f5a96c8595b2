"""Retention runs by itself once rules are in force, and again after a day."""

from __future__ import annotations

from contextlib import closing

from commands import decision_table as tables
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ChangeStatus
from domain.retention import EVERY, RUNS
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from process.retention import RetentionTimers
from process.watch import Watch
from projections import timer as timers
from projections.catalogue import VIEWS
from tests.commands.test_retention import rules
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.following import catch_up


def test_it_runs_once_rules_are_in_force(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    ada = executor.read(id).state.customer_id
    tables.put(executor, {"retention": rules({"closed": '>= duration("PT0S")'})}, AGENT)
    catch_up(log, projector)
    # When the watch polls, twice
    with closing(Database(database_urls.database_url, "reader")) as reader:
        watch = Watch(RetentionTimers(executor, reader))
        with Host(log, projector, [Projector(view) for view in VIEWS], lease_seconds=5, poll_seconds=0.2):
            watch.poll()
            watch.poll()
        catch_up(log, projector)
        with reader.connection() as connection:
            due = timers.next_due(connection, "retention", log.now())
    # Then
    assert executor.read(ada).state.erased
    assert names(log, RUNS) == ["retention.began", "retention.ran"]
    assert due == log.streams([RUNS])[RUNS][-1].recorded_at + EVERY
