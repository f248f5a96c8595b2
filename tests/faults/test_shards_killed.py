"""Views in three shards each, followed by several processes that are killed with -9 under load, again and again."""

from __future__ import annotations

import random
from functools import partial

import pytest

from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.rebuild import Rebuild
from infra.views.schema import prepare_views
from tests.support.following import in_memory, rows
from tests.support.host_process import HostProcess
from tests.support.load import Load
from tests.support.sharded import SHARDED
from tests.support.waiting import wait_until, wait_until_followed

pytestmark = pytest.mark.faults

SUBSCRIPTIONS = [(view.name, view.version) for view in SHARDED]


def test_shards_whose_leaders_are_killed_hold_what_one_undisturbed_holds(
    log: Log, projector: Database, database_urls: Urls, chance: random.Random, long: bool
) -> None:
    # Given
    prepare_views(database_urls.database_url, SHARDED)

    def host() -> HostProcess:
        return HostProcess(database_urls, release="sharded", lease_seconds=0.6, page_size=20)

    def beyond(position: int) -> bool:
        return log.position() > position

    # When
    with Load(database_urls, chance):
        leading = host().ready()
        for _ in range(30 if long else 3):
            # One standby at a time: of two, either may get all leases.
            wait_until(partial(leading.leads, projector), 30, "it leads")
            successor = host().ready()
            wait_until(partial(beyond, log.position() + chance.randrange(100)), 30, "the load goes on")
            leading.kill()
            leading = successor
        hosts = [leading, host().ready()]
    # Then
    wait_until_followed(projector, SUBSCRIPTIONS, log.position(), 30)
    for each in hosts:
        each.leave()
    for view in SHARDED:
        assert rows(projector, view) == in_memory(log, view)
        assert Rebuild(log, projector, database_urls.database_url, view).verify().differing == 0
