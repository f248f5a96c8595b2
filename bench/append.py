"""The whole command path: load, decide, claims, conflicts, seal, save."""

from __future__ import annotations

import statistics
import time

from bench.reference import commits
from bench.rows import Row, Size, percentile
from bench.traffic import CALLERS, Caller, all_at_once, process_over
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from tests.support.databases import Databases

_SMALL = 1_000
_COMMANDS = 100
"""A turn of the comparison by size: short, so that whatever slows the machine down slows both."""


def append(databases: Databases, size: Size) -> Row:
    """Events a second through all of it, by 64 callers of one process, against rows a second of bare PostgreSQL."""
    ratios, ours, theirs, latencies = [], [], [], list[float]()
    with databases.fresh() as urls:
        callers = [Caller(number) for number in range(CALLERS)]
        with process_over(urls) as executor:
            all_at_once(executor, callers, seconds=size.seconds)  # conversations to go on with, tables and caches warm
            # Many short rounds: on a shared machine, speed comes and goes by the second.
            seconds = max(1, size.seconds // 2)
            for _ in range(3 * size.rounds):
                theirs.append(commits(urls.database_url, connections=16, seconds=seconds).rows_per_second)
                load = all_at_once(executor, callers, seconds=seconds)
                ours.append(load.events / load.seconds)
                latencies += load.latencies_ms
                ratios.append(ours[-1] / theirs[-1])
    return Row(
        "append",
        "whole commands, sealed and committed: 1 new customer and conversation to 4 messages, 64 callers, events/s",
        "pgbench, 16 connections, one 432-byte event row a commit, rows/s",
        ">=",
        0.4,
        ratios,
        {
            "events/s": statistics.median(ours),
            "rows/s": statistics.median(theirs),
            "p50 ms": percentile(latencies, 0.5),
            "p99 ms": percentile(latencies, 0.99),
        },
    )


def append_size(databases: Databases, size: Size) -> Row:
    """How much longer a command takes when the log is big."""
    with databases.fresh() as small, databases.fresh() as big:
        fill(small, _SMALL)
        fill(big, size.log)
        callers = {urls: Caller(0) for urls in (small, big)}
        ratios, medians = [], []
        with process_over(small) as in_small, process_over(big) as in_big:
            for number in range(size.rounds + 1):
                latencies: dict[Urls, list[float]] = {small: [], big: []}
                for _ in range(size.seconds):
                    for urls, executor in ((small, in_small), (big, in_big)):
                        for _ in range(_COMMANDS):
                            began = time.perf_counter()
                            callers[urls].send(executor)
                            latencies[urls].append((time.perf_counter() - began) * 1000)
                if number:  # the first round fills caches
                    medians.append((percentile(latencies[small], 0.5), percentile(latencies[big], 0.5)))
                    ratios.append(medians[-1][1] / medians[-1][0])
    return Row(
        "append-size",
        f"p50 of a command, one caller, with {size.log:,} events in the log",
        f"the same with {_SMALL:,}",
        "<=",
        1.1,
        ratios,
        {"p50 ms": statistics.median(b for _, b in medians), "small p50 ms": statistics.median(s for s, _ in medians)},
    )


def fill(urls: Urls, events: int) -> None:
    """Streams of ten events, a claim each, by SQL: nobody reads them, but every index is as large as it would be."""
    with connect(urls.database_url, "owner") as connection:
        connection.execute(
            "INSERT INTO antiphon.log SELECT n, 'conversation-' || uuidv7(), 1,"
            " 'conversation.message-received', convert_to(repeat(md5(n::text), 11), 'UTF8'), now()"
            " FROM generate_series(1, %s, 10) AS n",
            (events,),
        )
        connection.execute(
            "INSERT INTO antiphon.log SELECT l.position + k, l.originator_id, 1 + k, l.topic, l.state, l.recorded_at"
            " FROM antiphon.log AS l, generate_series(1, 9) AS k"
        )
        connection.execute(
            "INSERT INTO antiphon.claims SELECT sha256(position::text::bytea), originator_id, position, NULL,"
            " 'customer' || substr(originator_id, 13) FROM antiphon.log"
        )
        for table in ("log", "claims"):
            connection.execute(f"VACUUM ANALYZE antiphon.{table}")  # as autovacuum has done in a log that grew slowly
