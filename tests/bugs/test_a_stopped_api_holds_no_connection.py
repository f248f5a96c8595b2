"""An API that has stopped gives all its connections back, also where its process goes on."""

from __future__ import annotations

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from tests.support.serving import Company, client, served
from tests.support.waiting import wait_until


def test_a_stopped_api_holds_no_connection(executor: CommandExecutor, database_urls: Urls) -> None:
    company = Company.founded(executor)
    executor.log.position()
    with connect(database_urls.database_url) as connection:

        def others() -> int:
            (found,) = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
            return int(found[0])

        # Given
        before = others()
        with served(executor, database_urls) as url, client(url, company.agent) as agent:
            assert agent.get("/search", params={"words": "word"}).status_code == 200
            assert others() > before
        # Then
        wait_until(lambda: others() <= before, 10, "as many connections as before")
