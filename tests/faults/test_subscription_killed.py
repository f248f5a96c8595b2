"""A follower's process is killed with -9 under load, again and again."""

from __future__ import annotations

import random
from functools import partial

import pytest

from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.exactly_once import CAUGHT, assert_exactly_once
from tests.support.host_process import HostProcess, Phase
from tests.support.load import Load
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults


def kill_again_and_again(
    urls: Urls, log: Log, projector: Database, chance: random.Random, times: int, broken: str = ""
) -> Load:
    """Kill whoever leads, at a moment of chance while there is something to follow; the next one is up already.

    One that is broken is killed between its two transactions.
    """

    def another() -> HostProcess:
        # Small pages: more of the time is between two commits.
        phase: Phase = "between" if broken else "taken"
        return HostProcess(urls, lease_seconds=0.6, page_size=20, broken=broken, phase=phase)

    with Load(urls, chance) as load:
        follower = another().ready()
        for _ in range(times):
            # One standby at a time: of two, either may get all leases.
            wait_until(partial(follower.leads, projector), 30, "it leads")
            successor = another().ready()
            end = log.position() + chance.randrange(100)
            wait_until(partial(_beyond, log, end), 30, "the load goes on")
            if broken:
                follower.stop_in_phase()
            follower.kill()
            follower = successor
    follower.kill()
    return load


def _beyond(log: Log, position: int) -> bool:
    return log.position() > position


def test_a_follower_killed_again_and_again_under_load_is_exactly_once(
    log: Log, projector: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    # When
    load = kill_again_and_again(database_urls, log, projector, chance, 100 if long else 5)
    # Then
    with HostProcess(database_urls):
        assert_exactly_once(log, projector, database_urls.database_url, load.acknowledged)


@pytest.mark.parametrize("broken", ["PositionFirst", "PositionLast"])
def test_the_checker_catches_a_position_that_moves_outside_the_transaction(
    log: Log, projector: Database, database_urls: Urls, chance: random.Random, broken: str
) -> None:
    # When
    load = kill_again_and_again(database_urls, log, projector, chance, 1, broken)
    # Then
    with HostProcess(database_urls), pytest.raises(AssertionError, match=CAUGHT):
        assert_exactly_once(log, projector, database_urls.database_url, load.acknowledged, seconds=2)
