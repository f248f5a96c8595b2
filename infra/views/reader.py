"""Reading views without a thread: JSON as PostgreSQL writes it, passed on as bytes, with the position of its state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from domain.kernel.refusal import Overloaded
from infra.postgres.database import ASK_SECONDS, Idleness, conninfo, deadline, view_gone
from infra.views.cursor import encoded
from infra.views.selection import Subselect, checked
from infra.views.statements import TOGETHER

AsyncConnection = psycopg.AsyncConnection[tuple[Any, ...]]

_WIDTH = 7
"""How many values one selection has in the row of a statement."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a selection, or of changes in it.

    `position`: the rows are as of this position of the log. `rows`: a JSON array. `number`: how many rows. `last`: the
    place of the last row in the selection's order; of changes, its position. `cursor`: where the next page begins; None
    at the end. `more`: whether further rows may follow: the page is full, by rows or by bytes. `generation`: changes
    when the whole table was replaced, so that positions tell nothing. `gone`: a JSON array of the keys of rows that
    belong to the selection no longer.
    """

    position: int
    rows: bytes
    number: int
    last: list[str]
    generation: int
    gone: bytes
    cursor: str | None
    more: bool


class Reader:
    """The reader's pool of one process. For one event loop, within `async with`."""

    def __init__(self, url: str, *, pool_size: int = 8, deadline_seconds: float = 5.0) -> None:
        self.deadline_seconds = deadline_seconds
        self._idleness = Idleness()
        self._pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            conninfo(url, "reader"),
            kwargs={"autocommit": True},
            min_size=0,
            max_size=pool_size,
            open=False,
            check=self._check,
            timeout=deadline_seconds,
            reconnect_timeout=deadline_seconds,
            max_waiting=1000,
            max_idle=60,
        )

    async def __aenter__(self) -> Reader:
        await self._pool.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    async def _check(self, connection: AsyncConnection) -> None:
        if self._idleness.doubtful(connection):
            try:
                with deadline(connection, min(ASK_SECONDS, self.deadline_seconds)):
                    await connection.execute("")
            except psycopg.Error:
                # The other connections died of the same cause. To detect them one by one, with the pool's pauses in
                # between, would use up the deadline of a read that the database could answer again.
                await self._pool.drain()
                raise

    @asynccontextmanager
    async def connection(self, seconds: float | None = None) -> AsyncIterator[AsyncConnection]:
        """A connection in autocommit mode, cut when the wait and the use together outlast the deadline (or `seconds`).

        Raises Overloaded when none is free in time, when the database goes away meanwhile, and as `view_gone`.
        """
        loop = asyncio.get_running_loop()
        seconds = self.deadline_seconds if seconds is None else seconds
        until = loop.time() + seconds
        try:
            async with self._pool.connection(seconds) as connection:
                try:
                    with deadline(connection, max(0.05, until - loop.time())):
                        yield connection
                finally:
                    self._idleness.begins(connection)
        except (PoolTimeout, TooManyRequests, psycopg.OperationalError) as error:
            raise Overloaded("the database does not answer; try again shortly") from error
        except psycopg.errors.UndefinedTable as error:
            raise view_gone() from error

    def stats(self) -> dict[str, int]:
        """The use of the pool, as psycopg counts it."""
        return self._pool.get_stats()

    async def execute(
        self, query: str, parameters: Any = None, *, seconds: float | None = None
    ) -> list[tuple[Any, ...]]:
        """All rows of one statement. Raises Overloaded."""
        async with self.connection(seconds) as connection:
            found = await connection.execute(query.encode(), parameters, binary=True)
            return await found.fetchall()

    async def pages(self, parts: Sequence[Subselect], limits: Sequence[int], **parameters: Any) -> list[Rows]:
        """Pages (or changes) of several selections as of one instant; `limits` are theirs.

        Raises Overloaded, Refusal `cursor-invalid`.
        """
        asked = list(parts)
        while True:
            values = await self._read(asked, parameters)
            found = [values[n : n + _WIDTH] for n in range(0, len(values), _WIDTH)]
            # Where a row is larger than its share, nothing was read of the row yet.
            if all(sizes is None for *_, sizes in found):
                break
            asked = [part if sizes is None else part.cut(sizes) for part, (*_, sizes) in zip(asked, found, strict=True)]
        return [_rows(each, limit, part.limit) for each, limit, part in zip(found, limits, asked, strict=True)]

    async def _read(self, parts: Sequence[Subselect], parameters: dict[str, Any]) -> tuple[Any, ...]:
        query = " ".join((*{part.given for part in parts}, "SELECT * FROM", ", ".join(part.sql for part in parts)))
        for part in parts:
            parameters.update(part.parameters)
        with checked(next((part.cursor for part in parts if part.cursor), None)):
            (row,) = await self.execute(query, parameters)
        if None in row[:: len(row) // len(parts)]:
            raise Overloaded("what this shows is still being built; `antiphon doctor` says how far it is")
        return row


def _rows(values: tuple[Any, ...], limit: int, fitting: int) -> Rows:
    """A page of at most `limit` rows, of which so many fit."""
    position, rows, number, last, generation, gone, _ = values
    more = number >= min(limit, fitting)
    if fitting < limit and number > TOGETHER * fitting:
        number = max(number, TOGETHER * limit + 1)  # changes of one event that are too large to come together
    return Rows(position, rows, number, last, generation, gone, encoded(last) if more else None, more)
