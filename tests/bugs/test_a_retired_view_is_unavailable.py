"""A process of an earlier release, whose view a later one has retired, says so, and reports no fault of its own."""

from __future__ import annotations

import pytest

from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Overloaded
from infra.embedded.postgres import Urls
from infra.postgres.database import Database, connect
from projections import staff as staffing
from projections.conversation import inbox
from tests.support.serving import Company, client, served


def test_whoever_reads_a_view_that_is_gone_is_told_to_ask_elsewhere(
    executor: CommandExecutor, database_urls: Urls
) -> None:
    company = Company.founded(executor)
    with served(executor, database_urls) as url, client(url, company.agent) as agent:
        assert agent.get("/inbox").status_code == 200
        # When
        with connect(database_urls.database_url, "owner") as owner:
            for selection in (inbox.ITEMS, staffing.COLLEAGUES):
                owner.execute(b"DROP TABLE " + selection.table.name.as_string().encode())
        # Then
        refused = agent.get("/inbox")
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    database = Database(database_urls.database_url, "reader")
    with pytest.raises(Overloaded), database.connection() as connection:
        staffing.COLLEAGUES.read(connection, limit=1, team_id=None)
    database.close()
