"""The watch finds what is due among a hundred times as many clocks that are not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import sql

from bench.rows import Row, Size
from bench.traffic import process_over
from domain.service_level.verdicts import Breached, stream_of
from infra.log.application import Log
from infra.postgres.database import Database, connect
from infra.views.schema import prepare_views
from infra.views.tables import Table
from process.service_level import ClockTimers
from process.watch import Watch
from projections.timer import TIMERS
from tests.support.clocked import CLOCK_VIEWS, Clocked, due_of, follow_clocks
from tests.support.databases import Databases
from tests.support.waiting import wait_until

_FEWER = 100
_DUE = 10
_APART = 0.08
"""Seconds between those that a look is to find and those that the next is to."""
_TIMES = 10

# As one that was seen and runs, and not due while this is measured; one is due each second.
_FILL = """
INSERT INTO {table} (kind, id, version, due_at, ahead, warned, position, deleted)
SELECT kind, 'conversation-' || lpad(n::text, 36, '0'), version,
    now() + interval '1 day' + n * interval '1 s', ahead, warned, position, false
FROM {table} AS seen, generate_series(1, {number}) AS n WHERE kind = 'clocks' AND id = {id}
"""


@dataclass(frozen=True, slots=True)
class _Company:
    log: Log
    projector: Database
    owed: Clocked
    watch: Watch

    def follow(self) -> None:
        """The views are at the log's end."""
        follow_clocks(self.log, self.projector)

    def seen(self) -> None:
        """The watch has seen all there is by now, and the views show it."""
        self.follow()
        self.watch.poll()
        self.follow()

    def looks_ms(self) -> tuple[float, float]:
        """How many milliseconds a look takes that finds some that are due, and one that finds none: the shortest of
        some, since what else goes on here only makes them longer."""
        finding = list[float]()
        while not finding:  # else they were due before they were seen
            begins = [0.7 + batch * _APART for batch in range(_TIMES)]
            batches = [self.owed.all_due([seconds] * _DUE) for seconds in begins]
            self.seen()
            finding = [ms for batch in batches if (ms := self._finding_ms(batch))]
            self.follow()
        return min(finding), min(self._look_ms() for _ in range(_TIMES))

    def _finding_ms(self, due: list[str]) -> float | None:
        """None where the look before was so late that it found these, too."""
        last = max(due_of(self.log, id) for id in due)
        wait_until(lambda: self.log.now() > last, 10, "they are due")
        if self._detected(due):
            return None
        taken = self._look_ms()
        assert self._detected(due) == len(due), "some that are due were not noticed"
        return taken

    def _look_ms(self) -> float:
        began = time.perf_counter()
        self.watch.poll()
        return (time.perf_counter() - began) * 1000

    def _detected(self, ids: list[str]) -> int:
        found = self.log.streams(map(stream_of, ids), opened=False).values()
        return sum(any(isinstance(recorded.event, Breached) for recorded in stream) for stream in found)


def watch(databases: Databases, size: Size) -> Row:
    """How long a look takes that finds some that are due, and one that finds none, against the same among a hundredth
    of the clocks: of the two, that which grew more."""
    ratios = list[float]()
    finding, idle = [0.0, 0.0], [0.0, 0.0]
    with _company(databases, size.clocks // _FEWER) as small, _company(databases, size.clocks) as large:
        for _ in range(size.rounds):
            taken = [[company.looks_ms() for company in (small, large)] for _ in range(size.seconds)]
            finding, idle = ([min(turn[number][kind] for turn in taken) for number in (0, 1)] for kind in (0, 1))
            ratios.append(max(finding[1] / finding[0], idle[1] / idle[0]))
    return Row(
        "watch",
        f"a look of the watch that finds {_DUE} due among {size.clocks:,} clocks that run, or none of them",
        f"the same among {size.clocks // _FEWER:,}",
        "<=",
        1.5,
        ratios,
        {
            "ms": finding[1],
            "ms among few": finding[0],
            "ms finding none": idle[1],
            "ms finding none among few": idle[0],
        },
    )


@contextmanager
def _company(databases: Databases, clocks: int) -> Iterator[_Company]:
    with databases.fresh() as urls, process_over(urls) as executor:
        prepare_views(urls.database_url, CLOCK_VIEWS)
        reader, projector = Database(urls.database_url, "reader"), Database(urls.database_url, "projector")
        company = _Company(
            executor.log, projector, Clocked(executor, warn_before=()), Watch(ClockTimers(executor, reader))
        )
        id = company.owed.due(3600)
        company.seen()
        table = Table(TIMERS).name
        with connect(urls.database_url, "owner") as owner:
            fill = sql.SQL(_FILL).format(table=table, number=sql.Literal(clocks), id=sql.Literal(id))
            owner.execute(fill)
        with connect(urls.database_url) as login:
            login.execute(sql.SQL("VACUUM ANALYZE {}").format(table))
        yield company
        reader.close()
        projector.close()
