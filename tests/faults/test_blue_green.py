"""A view changes under load, by a new version or by a rebuild, while clients read it without a pause; processes are
killed with -9 in the midst of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.subscriptions.lease import subscription_statuses
from infra.views.rebuild import SUFFIX, Rebuild
from infra.views.schema import prepare_views
from infra.views.tables import Table
from infra.views.versions import is_live
from projections.conversation.inbox import INBOX
from tests.support import cli
from tests.support.exactly_once import assert_exactly_once
from tests.support.following import in_memory, rows
from tests.support.host_process import HostProcess
from tests.support.load import Load
from tests.support.next_inbox import NEXT_INBOX
from tests.support.readers import Readers
from tests.support.waiting import SLACK_SECONDS, wait_until, wait_until_followed

pytestmark = pytest.mark.faults

BOTH = (NEXT_INBOX, INBOX)


@pytest.fixture
def history(database_urls: Urls, log: Log, chance: random.Random, long: bool) -> Iterator[Load]:
    """A log that takes a moment to replay, and goes on growing."""
    with HostProcess(database_urls), Load(database_urls, chance) as load:
        wait_until(lambda: log.position() > (10_000 if long else 600), 60, "the log has grown")
        yield load
        load.end()


def position(projector: Database, name: str, version: int) -> int:
    with projector.connection() as connection:
        found = [
            each.position for each in subscription_statuses(connection) if (each.name, each.version) == (name, version)
        ]
    return found[0] if found else 0


def live(projector: Database) -> bool:
    with projector.connection() as connection:
        return is_live(connection, "inbox", NEXT_INBOX.version)


def test_a_new_version_goes_live_without_a_failed_read_amid_kills(
    log: Log, projector: Database, database_urls: Urls, chance: random.Random, long: bool, history: Load
) -> None:
    def builder() -> HostProcess:
        return HostProcess(database_urls, release="next", page_size=20, lease_seconds=0.5)

    # Given
    prepare_views(database_urls.database_url, [NEXT_INBOX])
    with Readers(database_urls, BOTH) as readers:
        # When
        for _ in range(10 if long else 2):
            at = position(projector, "inbox", NEXT_INBOX.version)
            building = builder().ready()
            beyond = at + chance.randrange(50, 300)
            wait_until(
                lambda: live(projector) or position(projector, "inbox", NEXT_INBOX.version) > beyond,  # noqa: B023
                30,
                "it goes on",
            )
            building.kill()
        with builder():
            wait_until(partial(live, projector), 60, "it is live")
            end = log.position() + 100
            wait_until_followed(projector, [("inbox", NEXT_INBOX.version)], end, 60)
            # Then
            history.end()
            wait_until_followed(projector, [("inbox", NEXT_INBOX.version)], log.position(), 60)
    assert readers.seen == {INBOX.version, NEXT_INBOX.version}
    assert rows(projector, NEXT_INBOX) == in_memory(log, NEXT_INBOX)
    assert Rebuild(log, projector, database_urls.database_url, NEXT_INBOX).verify().differing == 0
    assert_exactly_once(log, projector, database_urls.database_url, history.acknowledged)


@pytest.mark.usefixtures("history")
def test_the_readers_catch_a_version_that_is_read_before_it_has_caught_up(
    projector: Database, database_urls: Urls
) -> None:
    # Given
    prepare_views(database_urls.database_url, [NEXT_INBOX])
    readers = Readers(database_urls, BOTH)
    readers.__enter__()
    wait_until(lambda: readers.reads > 10, 10, "they read")
    # When
    with projector.connection() as connection:
        connection.execute("UPDATE antiphon.views SET generation = 9 WHERE version = %s", [NEXT_INBOX.version])
    wait_until(readers.ended, 20, "they have seen enough")
    # Then
    with pytest.raises(AssertionError, match="an older state"):
        readers.__exit__()


def test_a_view_is_rebuilt_again_and_again_without_a_failed_read(
    log: Log, projector: Database, database_urls: Urls, long: bool, history: Load
) -> None:
    with Readers(database_urls) as readers:
        # When
        for _ in range(20 if long else 1):
            assert Rebuild(log, projector, database_urls.database_url, INBOX).replace().differing == 0
    # Then
    history.end()
    assert readers.slowest_seconds < SLACK_SECONDS, "no read waits for the rebuild"
    assert_exactly_once(log, projector, database_urls.database_url, history.acknowledged)


def test_a_killed_rebuild_leaves_the_view_as_it_was_and_nothing_behind(
    log: Log, projector: Database, database_urls: Urls, home: Path, chance: random.Random, long: bool, history: Load
) -> None:
    name = f"inbox{SUFFIX}"

    def rebuilding() -> bool:
        return position(projector, name, INBOX.version) > 0

    def switching() -> bool:
        with projector.connection() as connection:
            waiting = connection.execute(
                "SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = %s::regclass",
                [Table(INBOX).name.as_string()],
            )
            return waiting.fetchone() is not None

    with Readers(database_urls):
        for turn in range(10 if long else 2):
            # When
            # (While somebody reads, nothing is switched: else a quick rebuild is over before anybody sees it build.)
            with connect(database_urls.database_url, "reader") as slow, slow.transaction():
                slow.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                Table(INBOX).select(slow, "LIMIT 1")
                rebuild = cli.start(database_urls, home, "rebuild", "inbox")
                wait_until(switching if turn % 2 else rebuilding, 60, "it builds, or switches")
                rebuild.kill()
            with projector.connection() as connection:  # as if its lease had run out
                connection.execute("UPDATE antiphon.followers SET lease_until = NULL WHERE name = %s", [name])
            # Then
            end = log.position() + 50
            wait_until_followed(projector, [("inbox", INBOX.version)], end, 60)
        assert cli.finished(database_urls, home, "rebuild", "inbox").status == 0
    history.end()
    with projector.connection() as connection:
        assert name not in {each.name for each in subscription_statuses(connection)}
    assert_exactly_once(log, projector, database_urls.database_url, history.acknowledged)
