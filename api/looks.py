"""What live streams look for. Those that ask the same at the same time, as all who follow one inbox do after a change,
ask the database once."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from infra.reader import Reader, Rows
from infra.selection import Part

LOOKS_AT_ONCE = 4
"""How many looks of a process are under way at the same time; the other connections are for reads."""


class Looks:
    """Of one process. To be used on one event loop."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._turns = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._under_way: dict[Hashable, asyncio.Task[list[Rows]]] = {}

    async def look(self, what: Hashable, parts: Sequence[Part], limit: int, given: Mapping[str, Any]) -> list[Rows]:
        """These parts as they were at one instant, which may be just before the call. `what` tells the question from
        all others. Raises as `Reader.pages`."""
        task = self._under_way.get(what)
        if task is None:
            task = self._under_way[what] = asyncio.create_task(self._read(parts, limit, given))
            task.add_done_callback(lambda done: self._end(what, done))
        # Whoever goes away meanwhile takes neither the answer nor a connection to the database along.
        return await asyncio.shield(task)

    async def _read(self, parts: Sequence[Part], limit: int, given: Mapping[str, Any]) -> list[Rows]:
        async with self._turns:
            return await self._reader.pages(parts, [limit] * len(parts), **given)

    def _end(self, what: Hashable, done: asyncio.Task[list[Rows]]) -> None:
        del self._under_way[what]
        if not done.cancelled():
            done.exception()  # looked at, also where nobody is left who waits for it
