"""Read-your-writes: lets the callers of a process wait until views have reached a position."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress

import structlog

from domain.kernel.refusal import Refusal
from infra.postgres.database import Database
from infra.postgres.listener import Listener
from infra.views.reader import Reader

_LOGGER = structlog.get_logger("api")

SOON_SECONDS = 0.005
LATER_SECONDS = 0.25
"""The pause between two polls while a view is behind the log: short after an append, growing while no subscription
moves."""


class ReadYourWrites:
    """Polls the views' positions after each append while anybody waits. On one event loop, within `async with`.

    Subscriptions do not notify of their commits: a notification in each commit would cost more than this polling.
    """

    def __init__(self, reader: Reader, database: Database) -> None:
        """`database` is for the connection that hears of appends."""
        self._reader = reader
        self._database = database
        self._positions: dict[tuple[str, int], int] = {}
        self._moved = asyncio.Event()
        self._appended = asyncio.Event()
        self._wanted = asyncio.Event()
        self._waiting = 0

    async def __aenter__(self) -> ReadYourWrites:
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(self._appended.set)

        def forget() -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self.forget)

        self._listener = Listener(self._database, wake, lost=forget)
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await asyncio.to_thread(self._listener.close)

    async def reached(self, views: Iterable[tuple[str, int]], position: int, seconds: float) -> bool:
        """Whether all of these views (name, version) reach `position` within `seconds`."""
        names = set(views)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while min((self._positions.get(name, 0) for name in names), default=position) < position:
                    await self.next()
                return True
        return False

    def forget(self) -> None:
        """Know no position any more: a server that died may have lost the last commits of views, so that a view may be
        back at a position before."""
        self._positions = {}

    async def beyond(self, known: Mapping[tuple[str, int], int]) -> None:
        """Wait until any of these views is beyond the position given for it."""
        while all(self._positions.get(name, 0) <= position for name, position in known.items()):
            await self.next()

    async def next(self) -> None:
        """Wait until any view has moved on."""
        moved = self._moved
        self._waiting += 1
        self._wanted.set()
        try:
            await moved.wait()
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._wanted.clear()

    async def _run(self) -> None:
        pause = SOON_SECONDS
        while True:
            await self._wanted.wait()
            self._appended.clear()
            try:
                rows = await self._reader.execute(
                    "SELECT name, version, min(position), (SELECT max(position) FROM antiphon.log)"
                    " FROM antiphon.followers GROUP BY name, version"
                )
            except Refusal:
                rows = []
            except Exception as error:  # this is the only such task: without it, callers would wait in vain
                _LOGGER.error("arrivals-not-read", exc_info=error)
                rows = []
            positions = {(name, version): position for name, version, position, _ in rows}
            if positions and positions != self._positions:
                self._positions = positions
                moved, self._moved = self._moved, asyncio.Event()
                moved.set()
                pause = SOON_SECONDS
            behind = any(position < (end or 0) for *_, position, end in rows)
            if not behind:
                await self._appended.wait()
                pause = SOON_SECONDS
            else:
                await asyncio.sleep(pause)
                pause = min(LATER_SECONDS, pause * 1.5)
