"""Backends are terminated: the one that listens, and all the followers have, again and again under load."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.postgres.listener import Listener
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from tests.support.companies import GATEWAY, mail
from tests.support.exactly_once import assert_exactly_once
from tests.support.load import Load
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults

LISTENING = "application_name = 'followers' AND query IN ('LISTEN antiphon_log', '') AND state = 'idle'"


@pytest.fixture
def subscriptions(database_urls: Urls) -> Iterator[Database]:
    """The followers' pool, to be told from the writers' by its name."""
    database = Database(f"{database_urls.database_url}&application_name=followers", "projector")
    yield database
    database.close()


def backends(urls: Urls, which: str) -> set[int]:
    with connect(urls.database_url) as connection:
        found = connection.execute(f"SELECT pid FROM pg_stat_activity WHERE {which}".encode()).fetchall()
    return {pid for (pid,) in found}


def terminate(urls: Urls, pids: set[int]) -> None:
    with connect(urls.database_url) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", (list(pids),))


def test_whoever_listens_listens_again_after_its_backend_was_killed(
    executor: CommandExecutor, subscriptions: Database, database_urls: Urls
) -> None:
    # Given
    woken = threading.Event()
    listener = Listener(subscriptions, woken.set, poll_seconds=60)
    first = wait_until(lambda: backends(database_urls, LISTENING), 10, "it listens")
    # When
    terminate(database_urls, first)
    wait_until(lambda: backends(database_urls, LISTENING) - first, 10, "it listens again")
    wait_until(woken.is_set, 10, "it looks at once, lest it missed something")
    woken.clear()
    deliver(executor, mail(1), GATEWAY)
    # Then
    wait_until(woken.is_set, 10, "it hears of appends as before")
    terminate(database_urls, backends(database_urls, LISTENING))  # so that closing need not wait out the poll
    listener.close()


def test_subscriptions_whose_listening_backend_dies_go_on_exactly_once(
    log: Log, subscriptions: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    with Host(log, subscriptions, [Projector(view) for view in VIEWS]):
        with Load(database_urls, chance) as load:
            killed: set[int] = set()
            for _ in range(100 if long else 5):
                alive = wait_until(lambda: backends(database_urls, LISTENING) - killed, 10, "it listens")  # noqa: B023
                terminate(database_urls, alive)
                killed |= alive
        assert_exactly_once(log, subscriptions, database_urls.database_url, load.acknowledged)


def test_subscriptions_whose_backends_all_die_go_on_exactly_once(
    log: Log, subscriptions: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    with Host(log, subscriptions, [Projector(view) for view in VIEWS], page_size=20):
        with Load(database_urls, chance) as load:
            for _ in range(200 if long else 20):
                end = log.position() + chance.randrange(80)
                wait_until(lambda: log.position() > end, 10, "the load goes on")  # noqa: B023
                terminate(database_urls, backends(database_urls, "application_name = 'followers'"))
        assert_exactly_once(log, subscriptions, database_urls.database_url, load.acknowledged)
