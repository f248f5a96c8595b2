"""From a command's commit to its row in a view."""

from __future__ import annotations

import queue
import statistics
import threading
import time

from psycopg import sql

from bench.reference import two_commits
from bench.rows import Row, Size, percentile
from bench.traffic import GATEWAY, SENTENCE, process_over
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.kernel.ids import new_id
from infra.postgres.database import Connection, Database, connect
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from infra.views.schema import prepare_views
from infra.views.tables import Table
from projections.catalogue import VIEWS
from projections.conversation.history import HISTORY
from tests.support.databases import Databases

# The server waits, so that waiting takes nothing of the interpreter that is measured. A follower takes the log in
# order: once a line is there, all before it are.
_WAIT = """
CREATE FUNCTION public.wait_for(place bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WHILE coalesce((SELECT max(position) FROM {}), 0) < place LOOP
        PERFORM pg_sleep(0.0002);
    END LOOP;
END
$$"""


def visible_at_20(databases: Databases, size: Size) -> Row:
    """With 20 commands a second."""
    return _visible(databases, size, rate=20, reach=2)


def visible_at_200(databases: Databases, size: Size) -> Row:
    """With 200 commands a second."""
    return _visible(databases, size, rate=200, reach=3)


def _visible(databases: Databases, size: Size, *, rate: int, reach: float) -> Row:
    ratios, ours, theirs = [], [], list[float]()
    tail = []
    with databases.fresh() as urls:
        prepare_views(urls.database_url, VIEWS)
        projector = Database(urls.database_url, "projector")
        with (
            process_over(urls) as executor,
            Host(executor.log, projector, [Projector(view) for view in VIEWS]),
            connect(urls.database_url, "reader") as reader,
            connect(urls.database_url) as bare,
        ):
            bare.execute(sql.SQL(_WAIT).format(Table(HISTORY).name))
            _latencies(executor, reader, rate, 1)  # to warm up
            for _ in range(size.rounds):
                theirs.append(two_commits(bare, times=rate * size.seconds, pause=1 / rate))
                latencies = _latencies(executor, reader, rate, size.seconds)
                ours.append(statistics.median(latencies))
                tail.append(percentile(latencies, 0.99))
                ratios.append(ours[-1] / theirs[-1])
        projector.close()
    return Row(
        f"visible-{rate}",
        f"p50 from a command's first step to its line in the history, {rate} a second, {len(VIEWS)} views following",
        "p50 of two bare commits in a row",
        "<=",
        reach,
        ratios,
        {
            "p50 ms": statistics.median(ours),
            "p99 ms": statistics.median(tail),
            "two commits ms": statistics.median(theirs),
        },
    )


def _latencies(executor: CommandExecutor, reader: Connection, rate: int, seconds: int) -> list[float]:
    """Send for so long, evenly; milliseconds from before each command to when a reader finds its line."""
    senders = max(1, rate // 20)  # so that none has to wait for an answer when its next turn comes
    sent: queue.SimpleQueue[tuple[int, float]] = queue.SimpleQueue()
    begin = time.perf_counter()

    def send(number: int) -> None:
        for turn in range(rate * seconds // senders):
            due = begin + (turn + number / senders) * senders / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            started = time.perf_counter()
            sent.put((deliver(executor, _message(number), GATEWAY).position, started))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(senders)]
    for thread in threads:
        thread.start()
    latencies: list[float] = []
    for _ in range(rate * seconds // senders * senders):
        position, started = sent.get()
        reader.execute("SELECT public.wait_for(%s)", (position,))
        latencies.append((time.perf_counter() - started) * 1000)
    for thread in threads:
        thread.join()
    return latencies


def _message(number: int) -> Delivery:
    whose = f"{number}@example.org"
    return Delivery("mail", new_id("message"), ContactPoint("mail", whose, "Ada"), SENTENCE, whose)
