"""What many ask for at the same time is found out once for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """To be used on one event loop. No cache: nothing is kept once it is answered."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[T]] = {}

    async def run(self, what: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `work` answers, or raises; where the same is under way already, what that does."""
        task = self._under_way.get(what)
        if task is None:
            task = self._under_way[what] = asyncio.create_task(work())
            task.add_done_callback(lambda done: self._end(what, done))
        # Whoever goes away meanwhile takes neither the answer nor a connection to the database along.
        return await asyncio.shield(task)

    def _end(self, what: Hashable, done: asyncio.Task[T]) -> None:
        del self._under_way[what]
        if not done.cancelled():
            done.exception()  # looked at, also where nobody is left who waits for it
