"""A process that runs a watch, to be killed, stopped and resumed. `python -m tests.support.watch_process` is its
inside, `WatchProcess` its handle. Also: watches broken on purpose."""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from commands.executor.executor import CommandExecutor
from commands.service_level import clocks
from domain.kernel.event import Draft, Envelope
from domain.kernel.ids import new_id
from domain.promise import Overdue
from domain.service_level.verdicts import detected_events
from infra.embedded.postgres import Urls
from infra.postgres.database import Database
from process import promise as promise_watch
from process.promise import PromiseWatch
from process.service_level import SlaWatch
from projections.promise import PromiseRow
from projections.service_level.clocks import ClocksRow
from tests.support.companies import opened_log
from tests.support.host_process import HostProcess


class WatchProcess(HostProcess):
    """A child that watches until told otherwise; it goes when its parent goes.

    `runs` names the watch, a class of this file or one it imports. Its own clock is wrong by `hours`.
    """

    def __init__(self, urls: Urls, runs: str, *, hours: float = 0, poll_seconds: float = 1.0) -> None:
        arguments = [urls.database_url, urls.vault_url, runs, str(hours), str(poll_seconds)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.watch_process", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )


class FromNowOn(PromiseWatch):
    """Notices only what falls due while it runs: what a killed one left, nobody finds."""

    def __init__(self, executor: CommandExecutor, database: Database, *, poll_seconds: float = 1.0) -> None:
        super().__init__(executor, database, poll_seconds=poll_seconds)
        self._began = datetime.now(UTC)

    def _detect(self, promise: PromiseRow, now: datetime) -> None:
        if promise.due_at >= self._began:
            super()._detect(promise, now)


class OwnClock(PromiseWatch):
    """Goes by the clock of its process."""

    def __init__(self, executor: CommandExecutor, database: Database, *, poll_seconds: float = 1.0) -> None:
        super().__init__(executor, database, poll_seconds=poll_seconds)
        setattr(executor.log, "now", executor.clock)  # noqa: B010


class WithoutCommand(PromiseWatch):
    """Writes what it notices, and trusts the ledger and itself that it was not noticed before."""

    def _detect(self, promise: PromiseRow, now: datetime) -> None:
        about = {name: getattr(promise, name) for name in ("promise_id", "customer_id", "conversation_id", "order_id")}
        event = Overdue.model_validate({**about, "due_at": promise.due_at, "detected_at": now})
        version = self._executor.read(promise.promise_id).version + 1
        envelope = Envelope(event_id=new_id("event"), actor=promise_watch._WATCH)
        self._executor.log.save(Draft(promise.promise_id, version, event, envelope))


class WithEyesShut(SlaWatch):
    """Looks at nothing that was there when it began: what a killed one left, nobody finds."""

    def __init__(self, executor: CommandExecutor, database: Database, *, poll_seconds: float = 1.0) -> None:
        super().__init__(executor, database, poll_seconds=poll_seconds)
        self._began = executor.log.position()

    def _one(self, row: ClocksRow, again: bool) -> None:
        _, first = self._executor.log.histories([row.conversation_id])[row.conversation_id][0]
        if first > self._began:
            super()._one(row, again)


class ByItsOwnClock(SlaWatch):
    """Goes by the clock of its process."""

    def __init__(self, executor: CommandExecutor, database: Database, *, poll_seconds: float = 1.0) -> None:
        super().__init__(executor, database, poll_seconds=poll_seconds)
        setattr(executor.log, "now", executor.clock)  # noqa: B010


class WithoutAsking(SlaWatch):
    """Writes what it notices, and does not ask what was noticed before."""

    def __init__(self, executor: CommandExecutor, database: Database, *, poll_seconds: float = 1.0) -> None:
        super().__init__(executor, database, poll_seconds=poll_seconds)
        setattr(clocks, "detected_events", lambda _, *known: detected_events(None, *known))  # noqa: B010


class Sweeping(SlaWatch):
    """Looks when the log goes on and else from time to time, and not when something is due."""

    def poll(self) -> float:
        wait = super().poll()
        return wait if wait == self.BEHIND_SECONDS else self.MOST_SECONDS


def main() -> None:
    """Watch until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database_url")
    parser.add_argument("vault_url")
    parser.add_argument("runs")
    parser.add_argument("hours", type=float)
    parser.add_argument("poll_seconds", type=float)
    given = parser.parse_args()
    watch_class = globals()[given.runs]
    reader = Database(given.database_url, "reader")
    with opened_log(Urls(given.database_url, given.vault_url)) as log:
        executor = CommandExecutor(log, lambda: datetime.now(UTC) + timedelta(hours=given.hours))
        with watch_class(executor, reader, poll_seconds=given.poll_seconds):
            print("following", flush=True)
            sys.stdin.read()
        executor.close()
    reader.close()


if __name__ == "__main__":
    main()
