"""Reads without a thread outlive what happens to their database: each is answered or told within its deadline."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from domain.kernel.refusal import Overloaded
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.postgres.database import Idleness
from infra.postgres.migrate import migrate
from infra.views.reader import Reader
from tests.support.proxy import Proxy
from tests.support.waiting import SLACK_SECONDS

AT_ONCE = 8
SLOW = "SELECT 0 FROM pg_sleep(0.05)"


async def ask(reader: Reader) -> list[Any]:
    """Several reads at once, each with a connection of its own: what became of each."""
    return list(await asyncio.gather(*(reader.execute(SLOW) for _ in range(AT_ONCE)), return_exceptions=True))


def test_reads_go_on_at_once_when_the_database_is_back(own_server: EmbeddedPostgres) -> None:
    migrate(own_server.urls.database_url, own_server.urls.vault_url)

    async def run() -> None:
        async with Reader(own_server.urls.database_url, pool_size=AT_ONCE, deadline_seconds=5) as reader:
            # Given
            assert await ask(reader) == [[(0,)]] * AT_ONCE
            # When
            await asyncio.to_thread(own_server.stop)
            await asyncio.to_thread(own_server.start)
            began = time.monotonic()
            # Then
            assert await reader.execute(SLOW) == [(0,)]
            assert time.monotonic() - began < SLACK_SECONDS, "the dead connections are not found out one by one"
            assert await ask(reader) == [[(0,)]] * AT_ONCE

    asyncio.run(run())


@pytest.mark.faults
@pytest.mark.parametrize("idle", [True, False])
def test_reads_in_a_black_hole_end_and_later_ones_are_answered(
    database_urls: Urls, home: Path, monkeypatch: pytest.MonkeyPatch, idle: bool
) -> None:
    monkeypatch.setattr(Idleness, "SECONDS", 0.0 if idle else 60.0)

    async def run(proxy: Proxy) -> None:
        async with Reader(proxy.url, pool_size=AT_ONCE, deadline_seconds=1) as reader:
            # Given
            assert await ask(reader) == [[(0,)]] * AT_ONCE
            # When
            proxy.black_hole()
            began = time.monotonic()
            answers = await ask(reader)
            # Then
            assert time.monotonic() - began < 1 + SLACK_SECONDS
            assert [type(each) for each in answers] == [Overloaded] * AT_ONCE
            # When
            proxy.restore()
            # Then
            async with asyncio.timeout(20):
                while any(isinstance(each, Overloaded) for each in await ask(reader)):
                    pass

    with Proxy(database_urls.database_url, home) as proxy:
        asyncio.run(run(proxy))
