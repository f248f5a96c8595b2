"""The first read after the database's connections were ended is answered: its look goes over a new connection."""

from __future__ import annotations

import asyncio

from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import connect
from infra.trail.looks import Look, LookRecorder
from tests.support.waiting import wait_until

LOOK = Look("staff-1", "agent", ("agent",), None, "/customers/{id}", "customer-1", ("customer-1",), None, False, None)
_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%INTO antiphon.looks%'"


def end_connections(urls: Urls) -> None:
    """End the connection over which looks were recorded, as a server that starts anew does."""
    with connect(urls.database_url) as superuser:
        ended = superuser.execute(f"SELECT pg_terminate_backend(pid) {_OTHERS} AND pid <> pg_backend_pid()").fetchall()
        assert ended == [(True,)]

        def gone() -> bool:
            return superuser.execute(f"SELECT 1 {_OTHERS} AND pid <> pg_backend_pid()").fetchone() is None

        wait_until(gone, 30, "the connection is gone")


def test_the_first_look_after_a_restart_is_recorded(log: Log, database_urls: Urls) -> None:
    async def recording() -> None:
        async with LookRecorder(database_urls.database_url, 30) as recorder:
            await recorder.record(LOOK)
            # When
            end_connections(database_urls)
            # Then
            await recorder.record(LOOK)

    asyncio.run(recording())
    with connect(database_urls.database_url, "auditor") as connection:
        assert connection.execute("SELECT count(*) FROM antiphon.looks").fetchone() == (2,)
