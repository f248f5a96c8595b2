"""Single flight: equal calls at the same time share one execution."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Equal calls in flight, for one event loop. No cache: nothing is kept after the answer."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[T]] = {}

    async def run(self, what: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer or exception of `work`, or of an equal call that is under way already."""
        task = self._under_way.get(what)
        if task is None:
            task = self._under_way[what] = asyncio.create_task(work())
            task.add_done_callback(lambda done: self._end(what, done))
        # A caller that goes away takes neither the answer nor a connection to the database along.
        return await asyncio.shield(task)

    def _end(self, what: Hashable, done: asyncio.Task[T]) -> None:
        del self._under_way[what]
        if not done.cancelled():
            done.exception()  # retrieved, also where no caller is left
