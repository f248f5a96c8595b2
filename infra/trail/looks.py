"""The trail of reads: who looked at whose data. A look is recorded before the answer leaves, or the answer does not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import psycopg
import structlog
from pydantic_core import to_json

from domain.kernel.refusal import Overloaded
from infra.postgres import locks
from infra.postgres.database import ASK_SECONDS, Idleness, conninfo, deadline
from infra.views.reader import AsyncConnection

_LOGGER = structlog.get_logger("api")

MOST_WAITING = 10_000
"""The most looks that wait for their commit; beyond, reads are refused."""

# The lock is taken before the first id is drawn: whoever holds it alone (`settled`) knows that no look with a lower id
# is still to come.
INSERT = """
INSERT INTO antiphon.looks (actor_id, actor_kind, roles, team, route, about, subjects, stream, ended, correlation_id,
    purpose)
SELECT actor_id, actor_kind, roles, team, route, about, subjects, stream, ended, correlation_id, purpose
FROM (SELECT pg_advisory_xact_lock_shared(%s) OFFSET 0) AS settled,
    jsonb_to_recordset(%b::jsonb) AS look(actor_id text, actor_kind text, roles text[], team text, route text,
    about text, subjects text[], stream text, ended boolean, correlation_id text, purpose text)
"""


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody was shown data of people. `route`: the path's template; `about`: the id in the path. `subjects`: ids of
    customers and strangers. `stream`: of a live stream, what its looks have in common; the last one is `ended`.
    `purpose`: a word for what the reader looks for, where one is given."""

    actor_id: str
    actor_kind: str
    roles: tuple[str, ...]
    team: str | None
    route: str
    about: str | None
    subjects: tuple[str, ...]
    stream: str | None
    ended: bool
    correlation_id: str | None
    purpose: str | None = None


def inserted(looks: Sequence[Look]) -> Sequence[object]:
    """The parameters of INSERT, for these looks."""
    return [locks.LOOKS, to_json(looks).decode()]


class LookRecorder:
    """Records looks: all that wait share one statement and one commit. On one event loop, within `async with`."""

    def __init__(self, url: str, deadline_seconds: float) -> None:
        """`url`: the log's database, with the appender's login."""
        self._url = url
        self._deadline_seconds = deadline_seconds
        self._waiting: list[tuple[Look, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self._connection: AsyncConnection | None = None
        self._idleness = Idleness()

    async def __aenter__(self) -> LookRecorder:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task
        await self._close()

    async def record(self, look: Look) -> None:
        """Wait until the look is committed. Raises Overloaded."""
        try:
            async with asyncio.timeout(self._deadline_seconds):
                await self.begin(look)
        except TimeoutError as error:
            raise _not_recorded() from error

    def begin(self, look: Look) -> asyncio.Future[None]:
        """Record the look as soon as may be; the future is done at its commit. Raises Overloaded."""
        if len(self._waiting) >= MOST_WAITING:
            raise _not_recorded()
        done = asyncio.get_running_loop().create_future()
        # Nobody may wait for it, and then its failure is nobody's: it is logged already.
        done.add_done_callback(lambda each: each.cancelled() or each.exception())
        self._waiting.append((look, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return done

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            failed: Overloaded | None = None
            try:
                await self._insert([look for look, _ in batch])
            except (psycopg.Error, OSError, ValueError) as error:
                _LOGGER.error("looks-not-recorded", looks=len(batch), error=type(error).__name__)
                await self._close()
                failed = _not_recorded()
            for _, done in batch:
                if not done.done():
                    done.set_exception(failed) if failed else done.set_result(None)

    async def _insert(self, looks: Sequence[Look]) -> None:
        connection = await self._connected()
        with deadline(connection, self._deadline_seconds):
            await connection.execute(INSERT, inserted(looks))
        self._idleness.begins(connection)

    async def _connected(self) -> AsyncConnection:
        if (connection := self._connection) is not None:
            # The server may have started anew meanwhile, which is no reason to refuse the next reads.
            with suppress(psycopg.Error):
                if self._idleness.doubtful(connection):
                    with deadline(connection, min(ASK_SECONDS, self._deadline_seconds)):
                        await connection.execute("")
                return connection
            await self._close()
        info = conninfo(self._url, "appender")
        self._connection = await psycopg.AsyncConnection.connect(info, autocommit=True)
        return self._connection

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                await connection.close()


def _not_recorded() -> Overloaded:
    return Overloaded("who looks at personal data is recorded first, and that cannot be done now; try again shortly")
