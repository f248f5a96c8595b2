"""A leader stands still (SIGSTOP), a standby takes over, and the leader wakes up (SIGCONT) believing it still leads."""

from __future__ import annotations

import random
from urllib.parse import quote

import pytest

from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from projections.catalogue import VIEWS
from tests.support.exactly_once import CAUGHT, assert_exactly_once
from tests.support.host_process import HostProcess, Phase
from tests.support.load import Load
from tests.support.waiting import wait_until, wait_until_followed

pytestmark = pytest.mark.faults

SUBSCRIPTIONS = {(view.name, view.version) for view in VIEWS}
NAMES = {view.name for view in VIEWS}


def impatient(urls: Urls) -> Urls:
    """The same, where the server frees what an idle transaction holds after one second, not ten."""
    return Urls(urls.database_url + f"&options={quote('-c idle_in_transaction_session_timeout=1s')}", urls.vault_url)


@pytest.mark.parametrize("phase", ["copying", "taken"])
def test_a_leader_paused_in_a_transaction_moves_nothing_when_it_wakes(
    log: Log, projector: Database, database_urls: Urls, chance: random.Random, phase: Phase
) -> None:
    urls = impatient(database_urls)
    with HostProcess(urls, phase=phase) as lease_holder, Load(urls, chance) as load:
        # Given
        wait_until(lambda: lease_holder.leads(projector) == NAMES, 10, "it leads")
        lease_holder.stop_in_phase()
        with HostProcess(urls) as standby:
            # When
            standby.wait_until_leading(projector, NAMES, 20)
            wait_until_followed(projector, SUBSCRIPTIONS, log.position(), 20)
            lease_holder.resume()
            wait_until_followed(projector, SUBSCRIPTIONS, log.position() + 200, 20)
            # Then
            load.end()
            assert_exactly_once(log, projector, database_urls.database_url, load.acknowledged)


def pause_between_pages(urls: Urls, log: Log, projector: Database, chance: random.Random, broken: str = "") -> Load:
    """The leader has nothing to do, stands still, and wakes up when a standby has gone on."""
    with HostProcess(urls, broken=broken) as lease_holder:
        with Load(urls, chance) as load:
            wait_until(lambda: lease_holder.leads(projector) == NAMES and log.position() > 200, 10, "it leads")
        wait_until_followed(projector, SUBSCRIPTIONS, log.position(), 20)
        lease_holder.stop()
        with HostProcess(urls) as standby, Load(urls, chance, name="again") as more:
            standby.wait_until_leading(projector, NAMES, 20)
            wait_until_followed(projector, SUBSCRIPTIONS, log.position() + 100, 20)
            lease_holder.resume()
            wait_until_followed(projector, SUBSCRIPTIONS, log.position() + 200, 20)
            more.end()
            load.acknowledged.update(more.acknowledged)
            assert_exactly_once(log, projector, urls.database_url, load.acknowledged)
    return load


def test_a_lease_holder_paused_between_pages_moves_nothing_when_it_wakes(
    log: Log, projector: Database, database_urls: Urls, chance: random.Random
) -> None:
    pause_between_pages(database_urls, log, projector, chance)


def test_the_checker_catches_a_lease_holder_that_does_not_heed_the_epoch(
    log: Log, projector: Database, database_urls: Urls, chance: random.Random
) -> None:
    with pytest.raises(AssertionError, match=CAUGHT):
        pause_between_pages(database_urls, log, projector, chance, broken="NoEpoch")
