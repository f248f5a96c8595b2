"""Several hosts at once: one leads each follower, and another takes over, at once or when the lease has run out."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.lease import subscription_statuses
from projections.catalogue import VIEWS
from tests.support.exactly_once import assert_exactly_once
from tests.support.host_process import HostProcess
from tests.support.load import Load
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults

NAMES = {view.name for view in VIEWS}


def test_three_hosts_take_turns_and_who_leaves_in_order_is_followed_up(
    log: Log, projector: Database, database_urls: Urls, chance: random.Random
) -> None:
    # Given
    def host() -> HostProcess:
        return HostProcess(database_urls, lease_seconds=60)

    with Load(database_urls, chance) as load, host() as first:
        wait_until(lambda: first.leads(projector) == NAMES, 10, "the first leads")
        with host() as second, host() as third:
            # When
            first.leave()
            wait_until(lambda: second.leads(projector) | third.leads(projector) == NAMES, 20, "the others lead")
            second.leave()
            # Then
            third.wait_until_leading(projector, NAMES, 20)
            load.end()
            assert_exactly_once(log, projector, database_urls.database_url, load.acknowledged)


def test_a_dead_lease_holders_lease_runs_out_by_the_databases_clock(
    log: Log, projector: Database, database_urls: Urls, chance: random.Random
) -> None:
    # Given
    with Load(database_urls, chance) as load, HostProcess(database_urls, lease_seconds=2) as lease_holder:
        wait_until(lambda: lease_holder.leads(projector) == NAMES, 10, "it leads")
        with HostProcess(database_urls, lease_seconds=2) as standby:
            # When
            lease_holder.kill()
            with projector.connection() as connection:
                until = {each.name: each.lease_until for each in subscription_statuses(connection)}
            standby.wait_until_leading(projector, NAMES, 10)
            # Then
            with projector.connection() as connection:
                for each in subscription_statuses(connection):
                    former = until[each.name]
                    assert former is not None
                    assert each.lease_until is not None
                    assert each.lease_until - timedelta(seconds=2) >= former, "before its time"
            load.end()
            assert_exactly_once(log, projector, database_urls.database_url, load.acknowledged)
