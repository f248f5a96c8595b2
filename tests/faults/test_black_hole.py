"""A connection goes dead without a word: a unix socket in front of PostgreSQL passes nothing on and closes nothing."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Overloaded, Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.postgres.listener import Listener
from infra.subscriptions.host import Host, wait_until_reached
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder
from infra.views.projector import Projector
from infra.views.rebuild import Rebuild
from projections.catalogue import VIEWS
from projections.conversation.inbox import INBOX
from tests.faults.test_lease_holder_paused import impatient
from tests.support.companies import GATEWAY, mail
from tests.support.exactly_once import assert_exactly_once
from tests.support.following import catch_up
from tests.support.host_process import HostProcess
from tests.support.load import Load
from tests.support.proxy import Proxy
from tests.support.waiting import SLACK_SECONDS, wait_until, wait_until_followed

pytestmark = pytest.mark.faults

SUBSCRIPTIONS = {(view.name, view.version) for view in VIEWS}
NAMES = {view.name for view in VIEWS}


@pytest.fixture
def proxy(database_urls: Urls, home: Path) -> Iterator[Proxy]:
    with Proxy(database_urls.database_url, home) as proxy:
        yield proxy


def test_a_lone_host_in_a_black_hole_goes_on_by_itself_when_it_ends(
    log: Log, projector: Database, database_urls: Urls, proxy: Proxy, chance: random.Random, long: bool
) -> None:
    behind = Database(proxy.url, "projector", deadline_seconds=1)
    with Host(log, behind, [Projector(view) for view in VIEWS], lease_seconds=2, poll_seconds=0.2, page_size=50):
        with Load(database_urls, chance) as load:
            for _ in range(20 if long else 2):
                wait_until_followed(projector, SUBSCRIPTIONS, log.position() + chance.randrange(100), 20)
                # When
                proxy.black_hole()
                end = log.position() + 400
                wait_until(lambda: log.position() > end, 20, "the others go on")  # noqa: B023
                assert not wait_until_reached(projector, SUBSCRIPTIONS, end, 0), "it was no black hole"
                proxy.restore()
        # Then
        assert_exactly_once(log, projector, database_urls.database_url, load.acknowledged)
    behind.close()


def test_a_standby_takes_over_from_a_lease_holder_in_a_black_hole(
    log: Log, projector: Database, database_urls: Urls, proxy: Proxy, chance: random.Random
) -> None:
    urls = impatient(database_urls)
    options = "-c idle_in_transaction_session_timeout=1s"
    hidden = Urls(make_conninfo(proxy.url, options=options), urls.vault_url)
    with HostProcess(hidden) as lease_holder, Load(urls, chance) as load:
        # Given
        wait_until(lambda: lease_holder.leads(projector) == NAMES, 10, "it leads")
        wait_until_followed(projector, SUBSCRIPTIONS, log.position() + chance.randrange(100), 20)
        with HostProcess(urls) as standby:
            # When
            proxy.black_hole()
            standby.wait_until_leading(projector, NAMES, 20)
            wait_until_followed(projector, SUBSCRIPTIONS, log.position() + 100, 20)
            proxy.restore()
            wait_until_followed(projector, SUBSCRIPTIONS, log.position() + 200, 20)
            # Then
            load.end()
            assert_exactly_once(log, projector, database_urls.database_url, load.acknowledged)


def test_polling_goes_on_while_the_listening_connection_is_in_a_black_hole(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, proxy: Proxy
) -> None:
    # Given
    subscriptions = Database(database_urls.database_url, "projector")
    subscriptions.url = proxy.url  # the listener's own connection, and no other
    with Host(log, subscriptions, [Projector(view) for view in VIEWS], poll_seconds=0.5):
        deliver(executor, mail(1), GATEWAY)
        wait_until_followed(projector, SUBSCRIPTIONS, log.position(), 30)
        # When
        proxy.black_hole()
        for number in range(2, 5):
            end = deliver(executor, mail(number), GATEWAY).position
            # Then
            wait_until_followed(projector, SUBSCRIPTIONS, end, 30)
    subscriptions.close()


def test_whoever_listens_in_a_black_hole_detects_and_listens_anew(
    executor: CommandExecutor, database_urls: Urls, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(Listener, "ANSWER_SECONDS", 0.5)
    woken = threading.Event()
    listening = Database(proxy.url, "projector")
    listener = Listener(listening, woken.set, poll_seconds=0.5)
    wait_until(woken.is_set, 10, "it hears of the first look")
    # When
    proxy.black_hole()
    while woken.wait(2):  # at each poll, until the line is known to be dead
        woken.clear()
    proxy.restore()
    # Then
    wait_until(woken.is_set, 10, "it listens again")
    listener.close()
    listening.close()


def asked(log: Log, database: Database, owner_url: str) -> dict[str, Callable[[], object]]:
    """Everything a follower may wait for, each on its way into a black hole."""
    pages = Pages(log)

    def leading() -> LeaseHolder:
        lease_holder = LeaseHolder(Projector(INBOX), log, pages, database, "me", 5)
        lease_holder.step()
        return lease_holder

    first, second = leading(), leading()
    return {
        "step": first.step,
        "release": second.release,
        "wait": lambda: wait_until_reached(database, SUBSCRIPTIONS, 10**9),
        "verify": Rebuild(log, database, owner_url, INBOX).verify,
        "replace": Rebuild(log, database, owner_url, INBOX).replace,
    }


@pytest.mark.parametrize("what", ["step", "release", "wait", "verify", "replace"])
def test_every_wait_for_a_database_in_a_black_hole_ends(
    executor: CommandExecutor, log: Log, projector: Database, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    # Given
    deliver(executor, mail(1), GATEWAY)
    catch_up(log, projector)
    monkeypatch.setattr(Rebuild, "LONGEST_SECONDS", 1.0)
    database = Database(proxy.url, "projector", deadline_seconds=1)
    ask = asked(log, database, proxy.url)[what]
    deliver(executor, mail(2), GATEWAY)
    # When
    proxy.black_hole()
    begun = time.monotonic()
    with pytest.raises(Overloaded):
        ask()
    # Then
    assert time.monotonic() - begun < 4 + SLACK_SECONDS
    proxy.restore()
    database.close()


def test_a_rebuild_caught_in_a_black_hole_ends_and_the_next_is_well(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    database_urls: Urls,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given
    for number in range(5):
        deliver(executor, mail(number), GATEWAY)
    catch_up(log, projector)
    monkeypatch.setattr(Rebuild, "LONGEST_SECONDS", 1.0)
    monkeypatch.setattr(Rebuild, "LEASE_SECONDS", 1.0)
    database = Database(proxy.url, "projector", deadline_seconds=1)
    # When
    with pytest.raises(Overloaded):
        Rebuild(log, database, proxy.url, INBOX, page_size=2).verify(progress=lambda *_: proxy.black_hole())
    proxy.restore()
    database.close()
    # Then

    def verified() -> int | None:
        with suppress(Refusal):
            return Rebuild(log, projector, database_urls.database_url, INBOX).verify().rows
        return None

    assert wait_until(verified, 20, "the lease of the one that was caught runs out") == 1
