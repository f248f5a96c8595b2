"""Subscriptions that stand at the same position take a page in one transaction, or each by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo

from commands.conversation.delivering import deliver
from commands.conversation.removing import remove
from commands.executor.executor import CommandExecutor
from domain.conversation.events import MessageReceived
from domain.conversation.removing import RemoveMessage
from domain.kernel.event import Event, Recorded
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.subscriptions.group import Group
from infra.subscriptions.lease import Key, Lease
from infra.subscriptions.pages import Pages
from infra.subscriptions.quarantine import all_quarantined
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import Projector
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from projections.conversation.inbox import INBOX
from projections.customer.timeline import TIMELINE
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import Choking, in_memory, rows
from tests.support.open_work import erase
from tests.support.recorded import events_of

SHOWN: tuple[AnyView, ...] = (HISTORY, INBOX, TIMELINE)


class Members:
    """A group of some subscriptions, and its lease holders."""

    def __init__(self, log: Log, database: Database, subscriptions: Sequence[Projector[Any]], holder: str = "me"):
        pages = Pages(log)
        self.all = [LeaseHolder(each, log, pages, database, holder, 30) for each in subscriptions]
        self.group = Group(self.all, pages, database, holder, 30)

    def to_the_end(self) -> list[LeaseHolder]:
        """Step until nobody moves. Answers who has left."""
        gone: list[LeaseHolder] = []
        while True:
            went_on, left = self.group.step()
            gone += left
            if not went_on:
                return gone


class AskingWhatCommits(Projector[Any]):
    """Asks, with each page, how its transaction is to be committed."""

    def __init__(self, view: AnyView) -> None:
        super().__init__(view)
        self.told: list[str] = []

    def begin(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> Callable[[], None]:
        asked = connection.execute("SHOW synchronous_commit")
        take = super().begin(recorded_events, connection)

        def take_and_note() -> None:
            self.told += [setting for (setting,) in asked]
            take()

        return take_and_note


@pytest.fixture
def members(log: Log, projector: Database) -> Members:
    return Members(log, projector, [Projector(view) for view in VIEWS])


def transactions(projector: Database) -> dict[str, set[str]]:
    """For each view, the transactions that wrote its rows."""
    with projector.connection() as connection:
        return {
            view.name: {
                str(xmin)
                for (xmin,) in connection.execute(
                    f"SELECT xmin FROM {Table(view).name.as_string()}".encode()
                ).fetchall()
            }
            for view in SHOWN
        }


def test_a_page_is_one_transaction_for_all(
    executor: CommandExecutor, log: Log, projector: Database, members: Members
) -> None:
    # Given
    for number in range(3):
        deliver(executor, mail(number, "t1"), GATEWAY)
    # When
    gone = members.to_the_end()
    # Then
    written = transactions(projector)
    assert len(set.union(*written.values())) == 1, written
    assert not gone
    assert {each.position for each in members.all} == {log.position()}
    assert all(rows(projector, view) == in_memory(log, view) for view in VIEWS)


def test_who_is_a_little_behind_is_brought_to_the_others(
    executor: CommandExecutor, log: Log, projector: Database, members: Members
) -> None:
    # Given one that has come further than the others
    deliver(executor, mail(1), GATEWAY)
    members.all[0].step()
    deliver(executor, mail(2), GATEWAY)
    # When
    gone = members.to_the_end()
    # Then
    assert not gone
    assert all(rows(projector, view) == in_memory(log, view) for view in VIEWS)


def test_what_a_dead_server_lost_of_the_last_commits_is_taken_again(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given a server that lost the last commit of a group that still knows its positions
    members = Members(log, projector, [Projector(view) for view in SHOWN])
    deliver(executor, mail(1, "t1"), GATEWAY)
    members.to_the_end()
    before = log.position()
    deliver(executor, mail(2, "t2"), GATEWAY)
    members.to_the_end()
    with projector.connection() as connection, connection.transaction():
        connection.execute("UPDATE antiphon.followers SET position = %s", (before,))
        for view in SHOWN:
            connection.execute(f"DELETE FROM {Table(view).name.as_string()} WHERE position > {before}".encode())
    # When
    deliver(executor, mail(3, "t3"), GATEWAY)
    gone = members.to_the_end()
    # Then
    assert gone == members.all
    for each in gone:
        while each.step():
            pass
    for view in SHOWN:
        assert rows(projector, view) == in_memory(log, view)


@pytest.mark.parametrize(("wiped", "flushed"), [("nothing", []), ("a message", ["on"]), ("a person", ["on"])])
def test_a_page_that_wipes_waits_for_the_disk_and_no_other(
    executor: CommandExecutor, log: Log, database_urls: Urls, wiped: str, flushed: list[str]
) -> None:
    # Given
    durable = Database(make_conninfo(database_urls.database_url, options="-c synchronous_commit=on"), "projector")
    asking = AskingWhatCommits(HISTORY)
    members = Members(log, durable, [asking])
    answer = deliver(executor, mail(1), GATEWAY)
    members.to_the_end()
    # When
    if wiped == "a person":
        erase(executor, executor.read(answer.id).state.customer_id, AGENT)
    elif wiped == "a message":
        (message_id,) = [each.message_id for each in events_of(log, answer.id) if isinstance(each, MessageReceived)]
        remove(executor, answer.id, RemoveMessage(message_id=message_id), replace(AGENT, reason="a mistake"))
    members.to_the_end()
    # Then
    assert asking.told == ["off", *flushed]
    durable.close()


def test_who_catches_up_does_so_by_itself(
    executor: CommandExecutor, log: Log, projector: Database, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given more than a group takes at once
    monkeypatch.setattr(Group, "MOST_EVENTS", 2)
    for number in range(3):
        deliver(executor, mail(number), GATEWAY)
    # When
    gone = members.to_the_end()
    # Then
    assert gone == members.all
    # And when they have come to the end, they travel together again
    for each in gone:
        while each.step():
            pass
        members.group.join(each)
    deliver(executor, mail(1, "t1"), GATEWAY)
    monkeypatch.setattr(Group, "MOST_EVENTS", 100)
    assert not members.to_the_end()
    assert all(rows(projector, view) == in_memory(log, view) for view in VIEWS)


def test_a_group_that_lost_a_lease_moves_nothing(
    executor: CommandExecutor, log: Log, projector: Database, members: Members
) -> None:
    # Given a group that leads, until somebody else takes one of the leases
    deliver(executor, mail(1), GATEWAY)
    members.to_the_end()
    with projector.connection() as connection:
        connection.execute("UPDATE antiphon.followers SET lease_until = NULL WHERE name = 'inbox'")
    other = Members(log, projector, [Projector(INBOX)], "other")
    other.to_the_end()
    before = transactions(projector)
    deliver(executor, mail(2), GATEWAY)
    # When
    _, gone = members.group.step()
    # Then
    assert gone == members.all
    assert transactions(projector) == before
    # And each by itself finds out who leads
    assert [each.subscription.name for each in gone if not each.step()] == ["inbox"]


def test_a_standby_tries_to_take_only_what_is_free(
    log: Log, projector: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    leading = Members(log, projector, [Projector(each) for each in SHOWN], "leading")
    leading.to_the_end()
    standby = Members(log, projector, [Projector(each) for each in SHOWN], "standby")
    tried: list[str] = []
    take_all = Lease.take_all

    def noted(connection: Connection, keys: Sequence[Key], holder: str, seconds: float) -> dict[Key, Lease]:
        tried.extend(name for name, _, _ in keys)
        return take_all(connection, keys, holder, seconds)

    monkeypatch.setattr(Lease, "take_all", noted)
    # When
    standby.to_the_end()
    # Then
    assert not tried
    # When
    leading.all[1].release()
    standby.to_the_end()
    # Then
    assert tried == [INBOX.name]
    assert [each.position is not None for each in standby.all] == [False, True, False]


def test_who_chokes_on_an_event_leaves_and_the_others_take_it(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    answer = deliver(executor, mail(1), GATEWAY)
    members = Members(log, projector, [Choking(HISTORY, {answer.position}), Projector(INBOX), Projector(TIMELINE)])
    # When
    gone = members.to_the_end()
    for each in gone:
        while each.step():
            pass
    # Then
    with projector.connection() as connection:
        assert {(each.subscription, each.position) for each in all_quarantined(connection)} == {
            ("history", answer.position)
        }
    assert [each.travels for each in members.all] == [False, True, True]
    assert all(rows(projector, view) == in_memory(log, view) for view in (INBOX, TIMELINE))
