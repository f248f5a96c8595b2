"""Versions of a view side by side: none is read half-built, none goes live behind another, none is dropped in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from psycopg import sql

from commands import subscription as subscription_requests
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Actor
from domain.kernel.refusal import Overloaded
from domain.subscription import Retry
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import Projector
from infra.views.rebuild import Rebuild
from infra.views.schema import prepare_views
from infra.views.tables import Table
from infra.views.versions import ViewVersion, go_live, retire, retire_unwiped, versions
from infra.views.view import View
from projections.catalogue import VIEWS
from projections.conversation import inbox
from projections.conversation.inbox import INBOX, Item
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import Choking, catch_up, in_memory, rows
from tests.support.next_inbox import NEXT_INBOX
from tests.support.open_work import erase

WHY = Context(Actor(id="staff-1", kind="agent", roles=("lead",)), reason="looked into it")


def receive(executor: CommandExecutor, numbers: Sequence[int]) -> str:
    """Mails in a conversation each; the last one's id."""
    ids = [deliver(executor, mail(n, f"t{n}", f"c{n}@example.org"), GATEWAY).id for n in numbers]
    return ids[-1]


def lease_holder(log: Log, projector: Database, follower: Projector[Item], page_size: int = 500) -> LeaseHolder:
    return LeaseHolder(follower, log, Pages(log, page_size), projector, "me", seconds=5)


def run(lease_holder: LeaseHolder) -> None:
    while lease_holder.step():
        pass


def known(projector: Database) -> dict[int, ViewVersion]:
    with projector.connection() as connection:
        return {each.version: each for each in versions(connection, "inbox")}


def read(projector: Database, view: View[Item, Any]) -> list[Item]:
    with projector.connection() as connection:
        return Table(view).select(connection, "WHERE NOT deleted ORDER BY conversation_id")


def test_a_new_version_is_read_once_caught_up_and_the_old_goes_on(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    receive(executor, range(5))
    catch_up(log, projector)
    before = known(projector)[INBOX.version].generation
    # When
    assert prepare_views(database_urls.database_url, [NEXT_INBOX]) == [f"inbox_v{NEXT_INBOX.version}"]
    building = lease_holder(log, projector, Projector(NEXT_INBOX), page_size=7)
    while building.step():
        # Then
        with pytest.raises(Overloaded, match="still being built"):
            read(projector, NEXT_INBOX)
        assert len(read(projector, INBOX)) == 5
    # Then
    assert len(read(projector, NEXT_INBOX)) == 5
    assert rows(projector, NEXT_INBOX) == in_memory(log, NEXT_INBOX)
    assert known(projector)[INBOX.version].generation == before
    assert known(projector)[NEXT_INBOX.version].generation == before + 1
    # When
    receive(executor, [7])
    catch_up(log, projector)
    # Then
    assert (len(read(projector, INBOX)), len(read(projector, NEXT_INBOX))) == (6, 5), "each is followed by its own"


def test_a_new_view_of_a_log_that_is_not_empty_is_not_read_half_built(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    receive(executor, range(3))

    class Second(type(INBOX)):  # type: ignore[misc]
        name = "second_inbox"

    prepare_views(database_urls.database_url, [Second()])
    # When, Then
    with pytest.raises(Overloaded):
        read(projector, Second())
    run(lease_holder(log, projector, Projector(Second())))
    assert len(read(projector, Second())) == 3


def test_a_version_is_not_behind_any_other_when_it_goes_live(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    receive(executor, range(3))
    prepare_views(database_urls.database_url, [NEXT_INBOX])
    end = log.position()
    building = lease_holder(log, projector, Projector(NEXT_INBOX))
    assert building.step(upto=end)
    receive(executor, [4])
    catch_up(log, projector)
    # When
    with projector.connection() as connection:
        went_live = go_live(connection, "inbox", NEXT_INBOX.version, end, anyway=True)
    # Then
    assert not went_live, "the other one has seen the fourth mail"
    run(building)
    assert len(read(projector, NEXT_INBOX)) == 4


def test_a_version_that_parked_what_another_took_in_waits_for_a_person(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    stream = receive(executor, range(3))
    culprit = log.position()
    catch_up(log, projector)
    prepare_views(database_urls.database_url, [NEXT_INBOX])
    choking = Choking(NEXT_INBOX, {culprit})
    building = lease_holder(log, projector, choking)
    # When
    run(building)
    # Then
    with pytest.raises(Overloaded):
        read(projector, NEXT_INBOX)
    assert known(projector)[NEXT_INBOX.version].quarantined
    # When the fold is mended
    choking.on.clear()
    subscription_requests.request(executor, Retry(follower="inbox", version=NEXT_INBOX.version, stream=stream), WHY)
    catch_up(log, projector)
    run(building)
    # Then
    assert len(read(projector, NEXT_INBOX)) == 3


def test_a_person_may_have_it_read_anyway(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    receive(executor, range(3))
    catch_up(log, projector)
    prepare_views(database_urls.database_url, [NEXT_INBOX])
    run(lease_holder(log, projector, Choking(NEXT_INBOX, {log.position()})))
    # When
    with projector.connection() as connection:
        assert not go_live(connection, "inbox", NEXT_INBOX.version, log.position())
        assert go_live(connection, "inbox", NEXT_INBOX.version, log.position(), anyway=True)
    # Then
    assert len(read(projector, NEXT_INBOX)) == 3


def test_what_the_version_before_could_not_take_in_either_holds_nobody_up(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    receive(executor, range(3))
    culprit = log.position()
    run(lease_holder(log, projector, Choking(INBOX, {culprit})))
    prepare_views(database_urls.database_url, [NEXT_INBOX])
    # When
    run(lease_holder(log, projector, Choking(NEXT_INBOX, {culprit})))
    # Then
    assert len(read(projector, NEXT_INBOX)) == 3
    assert {version: each.quarantined for version, each in known(projector).items()} == {
        INBOX.version: 1,
        NEXT_INBOX.version: 1,
    }


def test_a_version_is_dropped_once_a_newer_is_live_and_nobody_follows_it(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    url = database_urls.database_url
    receive(executor, range(3))
    old = lease_holder(log, projector, Projector(INBOX))
    run(old)
    prepare_views(url, [NEXT_INBOX])
    # When, Then
    assert retire(url, NEXT_INBOX) == [], "not live yet"
    run(lease_holder(log, projector, Projector(NEXT_INBOX)))
    assert retire(url, NEXT_INBOX) == [], "it is followed"
    old.release()
    assert retire(url, INBOX) == []
    assert retire(url, NEXT_INBOX) == [INBOX.version]
    assert list(known(projector)) == [NEXT_INBOX.version]
    # When the old release comes back
    prepare_views(url, VIEWS)
    run(lease_holder(log, projector, Projector(INBOX)))
    # Then
    assert len(read(projector, INBOX)) == 3
    assert known(projector)[INBOX.version].generation > known(projector)[NEXT_INBOX.version].generation


def test_a_version_nobody_follows_keeps_no_texts_of_the_erased(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given
    url = database_urls.database_url
    customer_id = executor.read(receive(executor, range(3))).state.customer_id
    old = lease_holder(log, projector, Projector(INBOX))
    run(old)
    old.release()
    prepare_views(url, [NEXT_INBOX])
    run(lease_holder(log, projector, Projector(NEXT_INBOX)))
    # When, Then
    with connect(url, "owner") as owner:
        assert retire_unwiped(owner, [NEXT_INBOX]) == []
        erase(executor, customer_id, AGENT)
        assert retire_unwiped(owner, [NEXT_INBOX]) == [(INBOX.name, INBOX.version)]


def test_a_rebuild_raises_the_generation_as_rows_change_without_an_event(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    # Given a row from nowhere
    receive(executor, range(2))
    catch_up(log, projector)
    with projector.connection() as connection:
        invent = sql.SQL("UPDATE {} SET conversation_id = 'conversation-0' WHERE conversation_id = %s")
        connection.execute(invent.format(Table(INBOX).name), [read(projector, INBOX)[0].conversation_id])
    before = known(projector)[INBOX.version]
    rebuild = Rebuild(log, projector, database_urls.database_url, INBOX)
    # When
    assert rebuild.verify().differing == 2
    # Then
    assert known(projector)[INBOX.version] == before
    # When
    rebuild.replace()
    # Then
    after = known(projector)[INBOX.version]
    assert (after.position, after.generation) == (before.position, before.generation + 1)
    assert rows(projector, INBOX) == in_memory(log, INBOX)


def test_a_rebuild_keeps_nobody_waiting_for_somebody_who_reads_for_long(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    receive(executor, range(2))
    catch_up(log, projector)
    monkeypatch.setattr(Rebuild, "SWITCH_SECONDS", (0.1, 0.1))
    rebuild = Rebuild(log, projector, database_urls.database_url, INBOX)
    with connect(database_urls.database_url, "reader") as slow, slow.transaction():
        assert len(inbox.read(slow, limit=5).rows) == 2
        # When, Then
        with pytest.raises(Overloaded, match="somebody reads inbox"):
            rebuild.replace()
        receive(executor, [3])
        catch_up(log, projector)
        assert len(read(projector, INBOX)) == 3
    # When
    rebuild.replace()
    # Then
    assert rows(projector, INBOX) == in_memory(log, INBOX)
