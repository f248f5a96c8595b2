"""Reading views without a thread: JSON as PostgreSQL writes it, passed on as bytes, with the position of its state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from domain.kernel.refusal import Overloaded
from infra.postgres.database import ASK_SECONDS, Idleness, conninfo, deadline, view_gone
from infra.views.page_query import PageQuery, Rows
from infra.views.selection import Subselect, checked

AsyncConnection = psycopg.AsyncConnection[tuple[Any, ...]]


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
            # Not `connection()`: in autocommit mode there is nothing to commit, which it would do in a task's time.
            connection = await self._pool.getconn(seconds)
            try:
                with deadline(connection, max(0.05, until - loop.time())):
                    yield connection
            finally:
                self._idleness.begins(connection)
                await self._pool.putconn(connection)
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
        query = PageQuery(parts, limits, parameters)
        while True:
            with checked(query.cursor):
                (row,) = await self.execute(query.sql, query.parameters)
            if (rows := query.rows(row)) is not None:
                return rows
