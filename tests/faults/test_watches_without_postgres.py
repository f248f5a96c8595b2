"""Watches outlive the death of PostgreSQL, and notice what passed meanwhile once it is back."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.embedded.postgres import EmbeddedPostgres
from infra.postgres.database import Database
from tests.support.clocked import Clocked, assert_as_from_zero, clocks_view
from tests.support.companies import opened
from tests.support.databases import Databases
from tests.support.detected_clocks import missed, wait_until_right
from tests.support.exactly_once import whole
from tests.support.overdue import overdue, wrong_in_overdue
from tests.support.promised import Promised, database_clock, ledger
from tests.support.waiting import wait_until
from tests.support.watch_process import WatchProcess

pytestmark = pytest.mark.faults

DUES = (0.1, 0.5, 1, 2)


def test_watches_outlive_the_death_of_postgres(home: Path) -> None:
    server = EmbeddedPostgres(home)
    try:
        with (
            Databases(server).fresh() as urls,
            opened(urls) as executor,
            WatchProcess(urls, "PromiseTimers"),
            WatchProcess(urls, "ClockTimers"),
        ):
            log, url, projector = executor.log, urls.database_url, Database(urls.database_url, "projector")
            with ledger(log, projector), clocks_view(log, projector):
                # Given
                promised = Promised(executor).all_due(DUES)
                owed = Clocked(executor).all_due(DUES)
                # When
                server.kill()
                server.start()
                # Then
                wait_until(lambda: overdue(whole(log)) >= promised, 60, "all that fell due is noticed")
                wait_until(lambda: missed(whole(log)) >= set(owed), 60, "all that was missed is noticed")
                wait_until_right(log, url)
            assert wrong_in_overdue(whole(log), database_clock(url)) == []
            assert_as_from_zero(log, projector, url)
            projector.close()
    finally:
        server.stop()
