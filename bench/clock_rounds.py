"""The watch of clocks, as its users wait for it: after a policy is put in force, and after a message."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from bench.rows import Row, Size
from bench.traffic import process_over
from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from commands.service_level.clocks import all_evaluated_by
from domain.conversation.commands import AddNote
from domain.service_level.verdicts import ClocksEvaluated, stream_of
from infra.postgres.database import Database
from infra.views.schema import prepare_views
from process.service_level import ClockTimers
from process.watch import Watch
from tests.support.clocked import CLOCK_VIEWS, Clocked, clocks_view, follow_clocks
from tests.support.companies import AGENT
from tests.support.databases import Databases
from tests.support.waiting import wait_until

_CALLERS = ClockTimers.AT_ONCE
_LATER = 3_000.0
"""In how many seconds the clocks are due: not while this is measured."""


@dataclass(frozen=True, slots=True)
class _Company:
    executor: CommandExecutor
    projector: Database
    owed: Clocked
    watch: Watch

    def evaluated(self, id: str) -> int:
        """How many times the clocks of a conversation were recorded."""
        stream = stream_of(id)
        found = self.executor.log.streams([stream], opened=False)[stream]
        return sum(isinstance(each.event, ClocksEvaluated) for each in found)


@contextmanager
def _company(databases: Databases) -> Iterator[_Company]:
    with databases.fresh() as urls, process_over(urls) as executor:
        prepare_views(urls.database_url, CLOCK_VIEWS)
        reader, projector = Database(urls.database_url, "reader"), Database(urls.database_url, "projector")
        owed = Clocked(executor, warn_before=())
        yield _Company(executor, projector, owed, Watch(ClockTimers(executor, reader)))
        reader.close()
        projector.close()


def judged_anew(databases: Databases, size: Size) -> Row:
    """How many conversations a second are judged anew after a policy is put in force."""
    count = size.fold // 2
    ratios, ours, theirs = list[float](), list[float](), list[float]()
    with _company(databases) as company:
        ids = company.owed.all_due([_LATER] * count)
        follow_clocks(company.executor.log, company.projector)
        company.watch.poll()
        for turn in range(size.rounds):
            follow_clocks(company.executor.log, company.projector)
            company.owed.correct(timedelta(hours=10 + turn))
            follow_clocks(company.executor.log, company.projector)
            put_in_force = company.executor.log.position()
            before = [company.evaluated(id) for id in (ids[0], ids[-1])]
            began = time.perf_counter()
            while (by := all_evaluated_by(company.executor)) is None or by[0] < put_in_force:
                company.watch.poll()
            ours.append(count / (time.perf_counter() - began))
            assert all(company.evaluated(id) > times for id, times in zip((ids[0], ids[-1]), before, strict=True))
            theirs.append(count / _notes_seconds(company.executor, ids))
            ratios.append(ours[-1] / theirs[-1])
    return Row(
        "judged-anew",
        f"conversations judged anew a second, of {count:,}, after a policy is put in force",
        f"notes added to them a second by {_CALLERS} callers at once, as many as the watch is",
        ">=",
        None,
        ratios,
        {"conversations/s": max(ours), "notes/s": max(theirs)},
    )


def _notes_seconds(executor: CommandExecutor, ids: list[str]) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(_CALLERS) as callers:
        list(callers.map(lambda id: conversations.act(executor, id, AddNote(body="words"), AGENT), ids))
    return time.perf_counter() - began


def noticed(databases: Databases, size: Size) -> Row:
    """How long it takes until the watch has recorded the clocks of a conversation that somebody just opened."""
    seconds = list[float]()
    with _company(databases) as company, clocks_view(company.executor.log, company.projector), company.watch:
        for _ in range(size.rounds * 3):
            began = time.perf_counter()
            id = company.owed.due(_LATER)
            wait_until(lambda id=id: company.evaluated(id) > 0, 60, "the watch recorded it")  # type: ignore[misc]
            seconds.append(time.perf_counter() - began)
    return Row(
        "noticed",
        "seconds from an opening until the watch has recorded its clocks, among views that follow",
        "1 second",
        "<=",
        1,
        seconds,
        {"slowest": max(seconds)},
    )
