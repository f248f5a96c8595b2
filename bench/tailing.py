"""A reader that tails the log while many write to it."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from bench.rows import Row, Size
from infra.log.recorder import Recorder
from infra.postgres.database import Database
from tests.support.databases import Databases

WRITERS = 12
_SECONDS = 60.0


def missed(databases: Databases, size: Size) -> Row:
    """How many of the events that 12 connections commit at once the reader does not see, or not in order."""
    wrong, seconds = [], 0.0
    for _ in range(size.rounds):
        with databases.fresh() as urls:
            lost, taken = _round(urls.database_url, size.missed // size.rounds)
            wrong.append(lost)
            seconds += taken
    events = size.missed // size.rounds * size.rounds
    return Row(
        "missed",
        f"events not seen, seen twice or out of order by a tailing reader, {WRITERS} writers",
        f"the {events:,} events they committed",
        "=",
        0,
        wrong,
        {"events": events, "events/s": events / seconds},
    )


def _round(url: str, events: int) -> tuple[int, float]:
    """(events seen wrongly, seconds)"""
    recorders = [Recorder(Database(url, "appender")) for _ in range(WRITERS)]
    committed: list[list[int]] = [[] for _ in recorders]
    begin = threading.Barrier(WRITERS)

    def write(number: int, recorder: Recorder) -> None:
        stream = f"thing-{uuid4()}"
        begin.wait()
        for version in range(1, share(number) + 1):
            committed[number] += recorder.insert_events([StoredEvent(stream, version, "topic", b"{}" * 200)]) or ()

    def share(number: int) -> int:
        return events // WRITERS + (number < events % WRITERS)

    reader = Recorder(Database(url, "appender"))
    seen: list[int] = []
    began = time.perf_counter()
    with reader.subscribe(gt=0) as tail:
        writers = [threading.Thread(target=write, args=each) for each in enumerate(recorders)]
        for writer in writers:
            writer.start()
        # Should an event be lost, there is nothing left to wait for.
        timer = threading.Timer(_SECONDS, tail.stop)
        timer.start()
        for notification in tail:
            seen.append(notification.id)
            if len(seen) == events:
                break
        timer.cancel()
        for writer in writers:
            writer.join()
    taken = time.perf_counter() - began
    for recorder in (*recorders, reader):
        recorder.close()
    expected = sorted(position for each in committed for position in each)
    unseen = set(expected) - set(seen)
    out_of_order = sum(1 for before, after in pairwise(seen) if after <= before)
    return len(unseen) + out_of_order, taken
