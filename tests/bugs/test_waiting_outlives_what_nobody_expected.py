"""Whoever waits for a view is told once it arrives, also after a look that failed in an unforeseen way."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.postgres.database import Database
from infra.subscriptions.read_your_writes import ReadYourWrites
from infra.views.reader import Reader
from projections.conversation.inbox import ITEMS
from tests.support.serving import Company


class Stumbling(Reader):
    """Fails at the first look as nothing is said to fail."""

    stumbled = False

    async def execute(self, *asked: Any, **options: Any) -> list[tuple[Any, ...]]:
        if not self.stumbled:
            self.stumbled = True
            raise RuntimeError("ada@example.org")
        return await super().execute(*asked, **options)


def test_a_poll_that_failed_is_followed_by_another(executor: CommandExecutor, database_urls: Urls) -> None:
    Company.founded(executor)
    view = ITEMS.table.view

    async def run() -> bool:
        database = Database(database_urls.database_url, "reader")
        async with Stumbling(database_urls.database_url) as reader, ReadYourWrites(reader, database) as positions:
            found = await positions.reached([(view.name, view.version)], 0, 10)
            await asyncio.wait_for(positions.next(), 10)
            return found

    with structlog.testing.capture_logs() as logged:
        assert asyncio.run(run())
    assert [line["event"] for line in logged] == ["arrivals-not-read"]
