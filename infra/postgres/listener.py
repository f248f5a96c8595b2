"""Listening for appends: LISTEN on a connection of its own, which is opened again for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg

from infra.failures import Failures
from infra.postgres.database import Connection, Database, cut, deadline

CHANNEL = "antiphon_log"
"""The channel that PostgreSQL notifies once per append call; the payload is the last position."""


class Listener:
    """Calls `wake` after each append, each (re)connection, and `poll_seconds` of silence, lest a notification be lost.

    It may call once too often, from a thread of its own. `lost`: called when the connection is lost.
    """

    ANSWER_SECONDS = 5.0

    def __init__(
        self,
        database: Database,
        wake: Callable[[], None],
        poll_seconds: float = 1.0,
        lost: Callable[[], None] | None = None,
    ) -> None:
        self._database = database
        self._wake = wake
        self._lost = lost
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="log-listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; `wake` is not called any more."""
        self._stopping.set()
        if self._connection is not None:  # otherwise it would listen until the next poll
            cut(self._connection)
        self._thread.join(timeout=self._poll_seconds + self.ANSWER_SECONDS)

    def _run(self) -> None:
        # Not logged: the code that is woken uses the database as well, and logs the error.
        failures = Failures(self._stopping)
        while not self._stopping.is_set():
            try:
                with self._database.dedicated() as connection:
                    with deadline(connection, self.ANSWER_SECONDS):
                        connection.execute(f"LISTEN {CHANNEL}")
                    failures.over()
                    self._connection = connection
                    while not self._stopping.is_set():
                        self._wake()
                        self._hear(connection)
            except psycopg.Error as error:
                if self._lost is not None:
                    self._lost()
                failures.wait_after(error)

    def _hear(self, connection: Connection) -> None:
        if any(True for _ in connection.notifies(timeout=self._poll_seconds, stop_after=1)):
            return
        # Silence is usual, so that only a query finds a dead connection.
        with deadline(connection, self.ANSWER_SECONDS):
            connection.execute("")
