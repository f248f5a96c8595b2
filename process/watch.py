"""The watch detects what the mere passing of time brings about. It polls the timer table when something is due next,
and when the log grows.

The timer table says what to handle. A command decides on the stream whether it is due. Several watches do no more than
one. The only clock is the database's.
"""

from __future__ import annotations

import math
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, Self

import structlog

from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from infra.failures import Failures, error_code
from infra.postgres.database import Database
from infra.postgres.listener import Listener
from infra.subscriptions.lease import positions
from projections import timer as timers
from projections.timer import TIMERS, Kind, TimerRow

PAGE = 500
BEHIND_SECONDS = 0.1
"""The pause before the next poll while the timer table lags behind the log."""
MOST_SECONDS = 60.0
"""The longest pause, because the database's clock may be set; also the pause before the same timer is handled again."""
_AFTER = timedelta(milliseconds=1)
"""A timer that is due at an instant is handled after that instant."""


class TimerHandler(ABC):
    """Handles the timers of one kind."""

    kind: ClassVar[Kind]
    name: ClassVar[str]
    """The handler's name, in logs and of the watch's threads."""
    AT_ONCE: ClassVar[int]
    """How many timers to handle at once."""
    failed: ClassVar[str]
    """The log event for a timer that could not be handled; `noun` holds the timer's id."""
    noun: ClassVar[str]
    ignores: ClassVar[frozenset[str]]
    """Codes of refusals that mean only that the timer table lags behind."""
    basis: Hashable = None
    """What a result depends on beside the timer. When it changes, the same timer is handled again without a pause."""

    def __init__(self, executor: CommandExecutor, database: Database) -> None:
        """`database` is a reader's; its caller closes it."""
        self.executor = executor
        self.database = database

    def prepare(self, now: datetime, end: int, handle: Callable[[Iterable[TimerRow]], None]) -> float | None:
        """Do what comes before the timers at a poll as of `now`, with the log's end at `end`; `handle` handles timers
        that need not be due. Answers after how many seconds to continue; None: leave all timers alone."""
        return MOST_SECONDS

    @abstractmethod
    def handle(self, timer: TimerRow, now: datetime) -> None:
        """Handle one timer as of `now`, which is after its due. Raises what the command raises."""


class Watch:
    """Polls and handles the timers of one kind, in a thread of its own within `with`. An error in a poll ends neither
    the thread nor the polls of other kinds."""

    def __init__(self, handler: TimerHandler, *, poll_seconds: float = 1.0) -> None:
        self._handler = handler
        self._log = handler.executor.log
        self._database = handler.database
        self._poll_seconds = poll_seconds
        self._logger = structlog.get_logger(handler.name)
        self._pool = ThreadPoolExecutor(handler.AT_ONCE, thread_name_prefix=handler.name)
        self._handled: dict[Hashable, float] = {}
        """when each timer was handled that the table may still show as due"""
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=handler.name, daemon=True)

    def __enter__(self) -> Self:
        self._listener = Listener(self._database, self._woken.set, self._poll_seconds)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._woken.set()
        self._thread.join(timeout=2 * self._database.deadline_seconds)
        self._pool.shutdown()
        self._listener.close()

    def poll(self) -> float:
        """Handle all that is due by now. Answers the seconds until the next due in the timer table.

        Raises Overloaded, OutcomeUnknown: what was recorded so far stays, and the next poll finds the rest.
        """
        end, now = self._log.position(), self._log.now()
        wait = self._handler.prepare(now, end, partial(self._handle, now=now, anew=True))
        if wait is None:
            return MOST_SECONDS
        kind = self._handler.kind
        with self._database.connection() as connection:
            behind = positions(connection).get((TIMERS.name, TIMERS.version), 0) < end
            page = timers.passed(connection, kind, now, limit=PAGE)
            ahead = timers.next_due(connection, kind, now)
        self._handle(page.rows, now)
        while page.cursor:
            with self._database.connection() as connection:
                page = timers.passed(connection, kind, now, cursor=page.cursor, limit=PAGE)
            self._handle(page.rows, now)
        since = time.monotonic() - MOST_SECONDS
        self._handled = {key: at for key, at in self._handled.items() if at > since}
        if ahead:
            wait = min(wait, (ahead + _AFTER - now).total_seconds())
        return min(wait, BEHIND_SECONDS if behind else MOST_SECONDS)

    def _handle(self, due: Iterable[TimerRow], now: datetime, *, anew: bool = False) -> None:
        # In one append: many timers are due at the same instant, the end of a day.
        for handled in [self._pool.submit(self._one, timer, now, anew) for timer in due]:
            handled.result()

    def _one(self, timer: TimerRow, now: datetime, anew: bool) -> None:
        key = timer.id, timer.version, timer.due_at, self._handler.basis
        # A row that lags behind is met again at every poll.
        if not anew and time.monotonic() < self._handled.get(key, -math.inf) + MOST_SECONDS:
            return
        try:
            self._handler.handle(timer, now)
        except (Overloaded, OutcomeUnknown):
            raise
        except Exception as error:
            # Whatever is wrong with this timer, the others must not wait for it.
            if not isinstance(error, Refusal) or error.code not in self._handler.ignores:
                self._logger.warning(self._handler.failed, **{self._handler.noun: timer.id}, error=error_code(error))
        if not anew:  # else the timer may be due only after that
            self._handled[key] = time.monotonic()

    def _run(self) -> None:
        failures = Failures(self._stopping, partial(self._logger.warning, f"{self._handler.name}-waits"))
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                wait = self.poll()
            except Exception as error:
                # Whatever the error was: the thread must outlive it.
                failures.wait_after(error)
                continue
            failures.over()
            self._woken.wait(wait)
