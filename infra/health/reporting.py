"""What a process reports of itself in the log's database, every few seconds: for `antiphon doctor` and metrics."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Self
from uuid import uuid4

import psycopg
from pydantic_core import to_json

from domain.kernel.refusal import Overloaded
from infra.health.processes import ProcessState
from infra.postgres.database import Database

REPORT_SECONDS = 5.0
WRITE_SECONDS = 1.0

_WRITE = """
INSERT INTO antiphon.processes AS p (id, what, version, host, pid, state) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(), state = excluded.state"""
_CLEAN = "DELETE FROM antiphon.processes WHERE seen_at < clock_timestamp() - interval '1 hour'"


class Reporter:
    """Reports this process within `with`. While the database is away, nothing is reported, and nothing fails."""

    def __init__(self, database: Database, what: str, state: Callable[[], ProcessState] = ProcessState) -> None:
        """`database` is the appender's. `what`: the argument of `antiphon run`."""
        self._database = database
        self._what = what
        self._state = state
        self._id = str(uuid4())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reporting", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=2 * WRITE_SECONDS)
        with suppress(Overloaded, psycopg.Error), self._database.connection(WRITE_SECONDS) as connection:
            connection.execute("DELETE FROM antiphon.processes WHERE id = %s", (self._id,))

    def report(self) -> None:
        """Report the present state. Raises Overloaded, psycopg.Error."""
        state = to_json(asdict(self._state())).decode()
        row = (self._id, self._what, version("antiphon"), socket.gethostname(), os.getpid(), state)
        with self._database.connection(WRITE_SECONDS) as connection:
            connection.execute(_WRITE, row)
            connection.execute(_CLEAN)

    def _run(self) -> None:
        while True:
            with suppress(Overloaded, psycopg.Error):
                self.report()
            if self._stopping.wait(REPORT_SECONDS):
                return


def resident_bytes() -> int:
    """The memory of this process; 0 where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
