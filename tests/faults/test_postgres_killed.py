"""PostgreSQL is killed with -9 and started again under load."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from infra.embedded.postgres import EmbeddedPostgres
from infra.postgres.database import Database
from tests.support.companies import opened_log
from tests.support.databases import Databases
from tests.support.exactly_once import assert_exactly_once
from tests.support.host_process import HostProcess
from tests.support.load import Load
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults


def test_writers_and_subscriptions_outlive_the_death_of_postgres(home: Path, chance: random.Random, long: bool) -> None:
    server = EmbeddedPostgres(home)
    try:
        with Databases(server).fresh() as urls, HostProcess(urls) as follower:
            # When
            with Load(urls, chance) as load:
                for _ in range(30 if long else 3):
                    answered = len(load.acknowledged) + chance.randrange(50, 150)
                    wait_until(lambda: len(load.acknowledged) > answered, 30, "commands are answered")  # noqa: B023
                    server.kill()
                    server.start()
            # Then
            projector = Database(urls.database_url, "projector")
            with opened_log(urls) as log:
                assert_exactly_once(log, projector, urls.database_url, load.acknowledged)
            projector.close()
            follower.leave()
    finally:
        server.stop()
