"""Clients who read a view without a pause while it is rebuilt or its version changes, and forgive nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from psycopg import sql

from infra.embedded.postgres import Urls
from infra.postgres.database import Connection, Database
from infra.views.tables import Table
from infra.views.versions import position_in_sql
from infra.views.view import View
from projections.conversation import inbox
from projections.conversation.inbox import INBOX, Item

PATIENCE_SECONDS = 3.0
"""How long a read with At-Least waits for the view to come as far as what this client has seen."""

PAUSE_SECONDS = 0.02
"""Between two reads: two cores have to do for everybody."""


class Readers:
    """Several clients of the inbox, from `with` to its end. Each reads the first of these versions that may be read, as
    if a gateway asked the newest release first, and never accepts an older state than it has seen.

    `seen` are the versions that were read. A failed read fails the test when the readers end.
    """

    def __init__(self, urls: Urls, versions: Sequence[View[Item, Any]] = (INBOX,), *, readers: int = 3) -> None:
        self.reads = 0
        self.slowest_seconds = 0.0
        self.seen: set[int] = set()
        self._versions = versions
        self._database = Database(urls.database_url, "reader")
        self._stopping = threading.Event()
        self._failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(readers)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=30)
        self._database.close()
        assert not any(thread.is_alive() for thread in self._threads), "a reader hangs"
        if self._failures:
            raise self._failures[0]
        assert self.reads, "nobody read anything"

    def ended(self) -> bool:
        """Whether all of them have stopped reading, since something was wrong."""
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        position = said = 0
        try:
            while not self._stopping.is_set():
                began = time.monotonic()
                at, now = self._read(position)
                self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
                assert at >= position, f"an older state: {at} after {position}"
                assert now >= said, f"messages are gone: {now} after {said}, at {at} after {position}"
                position, said = at, now
                self.reads += 1
                self._stopping.wait(PAUSE_SECONDS)
        except BaseException as failure:
            self._failures.append(failure)

    def _read(self, at_least: int) -> tuple[int, int]:
        """Position, and how much was said in all conversations, as of one instant."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            with self._database.connection() as connection:
                at, said = self._newest(connection)
                inbox.read(connection, limit=5)
            if at >= at_least:
                return at, said
            assert time.monotonic() < until, f"an older state: {at}, and nothing newer, after {at_least}"
            self._stopping.wait(0.005)

    def _newest(self, connection: Connection) -> tuple[int, int]:
        for view in self._versions:
            query = sql.SQL("SELECT {}, coalesce(sum(messages_in + messages_out), 0)::int FROM {}").format(
                position_in_sql(view), Table(view).name
            )
            at, said = connection.execute(query).fetchone() or (None, 0)
            if at is not None:
                self.seen.add(view.version)
                return at, said
        raise AssertionError("no version may be read")
