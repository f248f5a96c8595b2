"""A watch detects what time alone brings about. It polls when something is due next, and when the log grows."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Self

import structlog

from commands.executor.executor import CommandExecutor
from infra.postgres.database import Connection, Database, backoff
from infra.postgres.listener import Listener
from infra.subscriptions.lease import positions
from infra.subscriptions.quarantine import error_code
from infra.views.view import AnyView


class Watch(ABC):
    """A thread of its own, within `with`. An error in a poll does not end the thread."""

    name: ClassVar[str]
    """In logs, and of its threads."""
    AT_ONCE: ClassVar[int]
    """How many things are asked for at once."""
    PAGE = 500
    BEHIND_SECONDS = 0.1
    """The pause before the next poll while the view is behind the log."""
    MOST_SECONDS = 60.0
    """The longest pause, since the database's clock may be set; also the pause before asking for the same again."""

    def __init__(self, executor: CommandExecutor, database: Database, *, poll_seconds: float = 1.0) -> None:
        """`database` is a reader's; the caller closes it."""
        self._executor = executor
        self._database = database
        self._poll_seconds = poll_seconds
        self._logger = structlog.get_logger(self.name)
        self._askers = ThreadPoolExecutor(self.AT_ONCE, thread_name_prefix=self.name)
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def __enter__(self) -> Self:
        self._listener = Listener(self._database, self._woken.set, self._poll_seconds)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._woken.set()
        self._thread.join(timeout=2 * self._database.deadline_seconds)
        self._askers.shutdown()
        self._listener.close()

    @abstractmethod
    def poll(self) -> float:
        """Detect all that is due by now. Answers after how many seconds more is due, as far as the view knows.

        Raises Overloaded, OutcomeUnknown: what was recorded by then stays, and the next poll finds the rest.
        """

    @staticmethod
    def _reached(connection: Connection, view: AnyView) -> int:
        """How far the view has come."""
        return positions(connection).get((view.name, view.version), 0)

    def _run(self) -> None:
        attempt, waits = 0, f"{self.name}-waits"
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                wait = self.poll()
            except Exception as error:
                # Whatever it was: this thread must outlive it.
                attempt += 1
                if attempt & (attempt - 1) == 0:  # the first, and then ever more seldom
                    self._logger.warning(waits, error=error_code(error), attempt=attempt)
                self._stopping.wait(backoff(attempt))
                continue
            attempt = 0
            self._woken.wait(wait)
