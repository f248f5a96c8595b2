"""A process that runs all views, to be killed, stopped and resumed. `python -m tests.support.host_process` is its
inside, `HostProcess` its handle."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Literal, Self

import psutil

import infra.subscriptions.host
from domain.kernel.event import Event, Recorded
from infra.embedded.postgres import Urls
from infra.postgres.database import Connection, Database
from infra.subscriptions.host import Host
from infra.subscriptions.lease import subscription_statuses
from infra.views.projector import Projector
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.catalogue import VIEWS
from tests.support import broken
from tests.support.companies import opened_log
from tests.support.next_inbox import NEXT_INBOX
from tests.support.sharded import SHARDED
from tests.support.waiting import wait_until

Release = Literal["this", "next", "sharded"]
"""Which release's views: all there are, the next version of the inbox, or those that may be split, in three shards."""

_VIEWS: dict[str, tuple[AnyView, ...]] = {"this": VIEWS, "next": (NEXT_INBOX,), "sharded": SHARDED}

Phase = Literal["copying", "taken"]
"""Inside a page's transaction: half-way through sending rows, or with all of them written."""


class HostProcess:
    """A child that follows the log with all views until told otherwise; it goes when its parent goes.

    `broken` names a class of tests/support/broken.py to lead in place of the right one.
    """

    def __init__(
        self,
        urls: Urls,
        *,
        lease_seconds: float = 1.0,
        page_size: int = 50,
        phase: Phase = "taken",
        broken: str = "",
        release: Release = "this",
    ) -> None:
        arguments = [urls.database_url, urls.vault_url, str(lease_seconds), str(page_size), phase, broken, release]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.host_process", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ready(self) -> Self:
        """Wait until it runs."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"following\n"
        return self

    def leads(self, projector: Database) -> set[str]:
        """The followers it leads by now, also where its lease has run out and nobody took over."""
        with projector.connection() as connection:
            return {
                each.name
                for each in subscription_statuses(connection)
                if f":{self.process.pid}:" in (each.holder or "")
            }

    def kill(self) -> None:
        """SIGKILL, at once."""
        self.process.kill()
        self.process.communicate()

    def leave(self) -> None:
        """End in order."""
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def stop(self) -> None:
        """SIGSTOP, wherever it is."""
        self.process.send_signal(signal.SIGSTOP)
        self.wait_until_stopped()

    def stop_in_phase(self) -> None:
        """Have it stop itself when it next comes to its phase."""
        self.process.send_signal(signal.SIGUSR1)
        self.wait_until_stopped()

    def wait_until_stopped(self) -> None:
        """Return once it stands still."""
        process = psutil.Process(self.process.pid)
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED, 60, "the process stands still")

    def resume(self) -> None:
        """SIGCONT: to it, no time has passed."""
        self.process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        return self.ready()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()


_armed = threading.Event()


def _stop_here() -> None:
    if _armed.is_set():
        _armed.clear()
        os.kill(os.getpid(), signal.SIGSTOP)


class _StopsHalfway(list[Any]):
    def __iter__(self) -> Iterator[Any]:
        for number, row in enumerate(super().__iter__()):
            if number == len(self) // 2:
                _stop_here()
            yield row


class _StoppingTable(Table[Any]):
    def copy(self, connection: Connection, rows: Sequence[tuple[Any, int]]) -> None:
        super().copy(connection, _StopsHalfway(rows))


class _Stopping(Projector[Any]):
    def __init__(self, view: AnyView, phase: str, shard: int) -> None:
        super().__init__(view, shard=shard)
        self._phase = phase
        if phase == "copying":
            self.table = _StoppingTable(view)

    def take(self, entries: Sequence[Recorded[Event]], connection: Connection) -> None:
        super().take(entries, connection)
        if self._phase == "taken":
            _stop_here()


def main() -> None:
    """Follow until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database_url")
    parser.add_argument("vault_url")
    parser.add_argument("lease_seconds", type=float)
    parser.add_argument("page_size", type=int)
    parser.add_argument("phase")
    parser.add_argument("broken")
    parser.add_argument("release")
    given = parser.parse_args()
    if given.broken:
        setattr(infra.subscriptions.host, "LeaseHolder", getattr(broken, given.broken))  # noqa: B010
    signal.signal(signal.SIGUSR1, lambda *_: _armed.set())
    urls = Urls(given.database_url, given.vault_url)
    projector = Database(given.database_url, "projector")
    views = _VIEWS[given.release]
    subscriptions = [_Stopping(view, given.phase, shard) for view in views for shard in range(view.shards)]
    lease, page_size = given.lease_seconds, given.page_size
    with (
        opened_log(urls) as log,
        Host(log, projector, subscriptions, lease_seconds=lease, poll_seconds=min(1, lease / 4), page_size=page_size),
    ):
        print("following", flush=True)
        sys.stdin.read()
    projector.close()


if __name__ == "__main__":
    main()
