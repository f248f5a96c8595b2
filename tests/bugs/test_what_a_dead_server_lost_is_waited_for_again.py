"""A database server that dies may lose the last commits of views. Whoever asks for a position that a view had reached
before waits until the view has reached it again."""

from __future__ import annotations

import asyncio

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from infra.postgres.database import Database, connect
from infra.subscriptions.read_your_writes import ReadYourWrites
from infra.views.reader import Reader
from projections.conversation.inbox import ITEMS
from tests.support.serving import Company
from tests.support.waiting import wait_until

LOST = 100
"""So many positions are lost."""


def test_a_position_is_no_longer_known_once_the_connection_is_lost(
    executor: CommandExecutor, database_urls: Urls
) -> None:
    # Given
    Company.founded(executor)
    view = (ITEMS.table.view.name, ITEMS.table.view.version)

    async def run() -> tuple[bool, bool]:
        database = Database(database_urls.database_url, "reader")
        async with Reader(database_urls.database_url) as reader, ReadYourWrites(reader, database) as positions:
            move(database_urls, LOST)
            before = await positions.reached([view], LOST, 10)
            # When the server has died, and the view is back
            move(database_urls, 0)
            await asyncio.to_thread(end_sessions, database_urls)
            await asyncio.to_thread(wait_until, lambda: not positions._positions, 10, "it knows of the loss")
            return before, await positions.reached([view], LOST, 0.2)

    # Then
    assert asyncio.run(run()) == (True, False)


def move(urls: Urls, position: int) -> None:
    """The view's position is another."""
    with connect(urls.database_url, "owner") as connection:
        connection.execute("UPDATE antiphon.followers SET position = %s WHERE name = 'inbox'", (position,))


def end_sessions(urls: Urls) -> None:
    """End all sessions, as a server that dies does."""
    with connect(urls.database_url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = session_user AND pid <> pg_backend_pid()"
        )
