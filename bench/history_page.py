"""One page of a conversation, as an agent's tool asks for it."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import random
import statistics
import threading
import time
from collections.abc import Callable

import psycopg

from bench.rows import Row, Size, percentile
from bench.serving import Keen, api_processes
from infra.embedded.postgres import Urls
from infra.postgres.database import connect, conninfo
from infra.views.tables import Table
from projections.conversation.history import HISTORY
from tests.support.databases import Databases

_LINES = 50
_CONNECTIONS = 8
"""Of the loop, which more of them do not make faster."""
_CALLERS = 64
"""Of the API. Each page waits until the disk has the record of who was shown it, in a commit for all that wait: few
callers measure the disk."""

_FILL = """
INSERT INTO {table}
    (conversation_id, version, place, customer_id, kind, author_id, author_kind, occurred_at, recorded_at,
     time_precision, late, about, text, channel, language, automatic, attachments, bidi, position, deleted)
SELECT 'conversation-' || c, v, c * 50 + v, 'customer-' || c, CASE WHEN v %% 2 = 1 THEN 'received' ELSE 'sent' END,
       'service-mail', 'service', now(), now(), 'exact', false, 'message-' || md5(c || '/' || v),
       repeat('a word ', 8), 'mail', 'en', false, '[]', false, c * 50 + v, false
FROM generate_series(1, %s) AS c, generate_series(1, 50) AS v
"""


def history_page(databases: Databases, size: Size) -> Row:
    """Pages a second through all of the API, by one process, against the least that Python can do for the same rows."""
    conversations = max(20, size.log // _LINES)
    ratios, ours, theirs, latencies = [], [], [], list[float]()
    with databases.fresh() as urls:
        _fill(urls, conversations)
        with api_processes(urls) as (port,):
            _pages(port, conversations, seconds=1)
            for _ in range(size.rounds):
                theirs.append(_in_a_process(_loop, urls.database_url, conversations, size.seconds))
                pages, taken = _pages(port, conversations, size.seconds)
                ours.append(pages)
                latencies += taken
                ratios.append(ours[-1] / theirs[-1])
    return Row(
        "history-page",
        f"pages of {_LINES} lines out of {size.log:,}, over HTTP, one API process, {_CALLERS} callers, pages/s",
        f"the same rows fetched in an async psycopg loop, {_CONNECTIONS} connections, and dropped",
        ">=",
        0.75,
        ratios,
        {
            "pages/s": statistics.median(ours),
            "loop/s": statistics.median(theirs),
            "p50 ms": percentile(latencies, 0.5),
            "p99 ms": percentile(latencies, 0.99),
        },
    )


def _fill(urls: Urls, conversations: int) -> None:
    table = Table(HISTORY).name.as_string()
    with connect(urls.database_url, "owner") as connection:
        connection.execute(_FILL.format(table=table).encode(), [conversations])
        connection.execute(f"VACUUM ANALYZE {table}".encode())


def _pages(port: int, conversations: int, seconds: float) -> tuple[float, list[float]]:
    """Pages a second, and milliseconds that each took."""
    taken: list[float] = []
    until = time.perf_counter() + seconds

    def call(number: int) -> None:
        chance = random.Random(number)
        with Keen(port) as caller:
            while (began := time.perf_counter()) < until:
                page = caller.get(f"/conversations/conversation-{chance.randint(1, conversations)}/history")
                taken.append((time.perf_counter() - began) * 1000)
                assert len(page) > 10_000

    threads = [threading.Thread(target=call, args=(number,)) for number in range(_CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / seconds, taken


def _loop(url: str, conversations: int, seconds: float) -> float:
    """Pages a second of the bare loop."""
    table = Table(HISTORY)
    query = (
        f"SELECT {', '.join(table.columns)} FROM {table.name.as_string()}"
        f" WHERE conversation_id = %s AND NOT deleted ORDER BY occurred_at, place LIMIT {_LINES}"
    ).encode()
    count = itertools.count()

    async def read(number: int, until: float) -> None:
        chance = random.Random(number)
        async with await psycopg.AsyncConnection.connect(conninfo(url, "reader"), autocommit=True) as connection:
            while time.perf_counter() < until:
                found = await connection.execute(
                    query, [f"conversation-{chance.randint(1, conversations)}"], binary=True
                )
                assert len(await found.fetchall()) == _LINES
                next(count)

    async def all_of_them() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(read(number, until) for number in range(_CONNECTIONS)))

    asyncio.run(all_of_them())
    return next(count) / seconds


def _in_a_process(work: Callable[..., float], *arguments: object) -> float:
    """What `work` answers in a process of its own, which the interpreter's lock of this one does not hold up."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)
