"""The queries of live streams. Streams with the same query at the same time, such as all readers of one inbox after a
change, share one query to the database."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from api.edge.single_flight import SingleFlight
from infra.views.page_query import Rows
from infra.views.reader import Reader
from infra.views.selection import Subselect

QUERIES_AT_ONCE = 4
"""How many queries of live streams run at the same time; the other connections are for reads."""


class LiveQueries:
    """The live queries of one process. For one event loop."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._turns = asyncio.Semaphore(QUERIES_AT_ONCE)
        self._shared: SingleFlight[list[Rows]] = SingleFlight()

    async def query(
        self, what: Hashable, parts: Sequence[Subselect], limit: int, given: Mapping[str, Any]
    ) -> list[Rows]:
        """Read these parts as of one instant, which may be just before the call. `what` identifies the query: equal
        ones share an answer. Raises as `Reader.pages`."""
        return await self._shared.run(what, lambda: self._read(parts, limit, given))

    async def _read(self, parts: Sequence[Subselect], limit: int, given: Mapping[str, Any]) -> list[Rows]:
        async with self._turns:
            return await self._reader.pages(parts, [limit] * len(parts), **given)
