"""Detects promises whose date passes, at that instant, and records an event. The only clock is the database's.

The ledger says where to look. The command decides on the promise's own stream whether it is overdue. Several watches
are as good as one: each asks for the same command.
"""

from __future__ import annotations

import math
import time
from datetime import datetime
from itertools import repeat

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.promise import detect_overdue
from domain.kernel.event import Actor
from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal
from domain.promise import DetectOverdue
from infra.postgres.database import Database
from infra.subscriptions.quarantine import error_code
from process.watch import Watch
from projections import promise as promises
from projections.promise import PROMISES, PromiseRow

_WATCH = Actor(id="system-promise-watch", kind="system")


class PromiseWatch(Watch):
    """Looks when the next date passes and when the log goes on."""

    name = "promise-watch"
    AT_ONCE = 16

    def __init__(self, executor: CommandExecutor, database: Database, *, poll_seconds: float = 1.0) -> None:
        """`database` is a reader's; the caller closes it."""
        super().__init__(executor, database, poll_seconds=poll_seconds)
        self._asked: dict[tuple[str, datetime], float] = {}

    def poll(self) -> float:
        """Detect every promise that is overdue by now. Answers after how many seconds the next one is due, as far as
        the ledger knows. Raises Overloaded, OutcomeUnknown: what was recorded stays, and the next poll finds the rest.
        """
        end = self._executor.log.position()
        polled = set[tuple[str, datetime]]()
        cursor = None
        while True:
            now = self._executor.log.now()
            with self._database.connection() as connection:
                # Mostly nothing is due, and the first row says when the next promise is.
                page = promises.undetected(connection, cursor=cursor, limit=self.PAGE if cursor else 1)
                behind = self._reached(connection, PROMISES) < end
            due = [each for each in page.rows if each.due_at <= now]
            # At once: many dates are the same, the end of a day, and what is asked together is one append.
            list(self._askers.map(self._detect, due, repeat(now)))
            polled.update(map(_key, due))
            if due != page.rows:
                cursor, wait = None, (page.rows[len(due)].due_at - now).total_seconds()
            else:
                cursor, wait = page.cursor, self.MOST_SECONDS
            if cursor is None:
                self._asked = {key: at for key, at in self._asked.items() if key in polled}
                return min(wait, self.BEHIND_SECONDS if behind else self.MOST_SECONDS)

    def _detect(self, promise: PromiseRow, now: datetime) -> None:
        key = _key(promise)
        # A row that the ledger has not brought up to date yet is met again at every look.
        if time.monotonic() < self._asked.get(key, -math.inf) + self.MOST_SECONDS:
            return
        command_id = f"promise-watch {promise.promise_id} {promise.due_at.isoformat()}"
        command = DetectOverdue(due_at=promise.due_at, detected_at=now)
        try:
            detect_overdue(self._executor, promise.promise_id, command, Context(_WATCH, command_id=command_id))
        except (Overloaded, OutcomeUnknown):
            raise
        except Exception as error:
            # Whatever is wrong with this one, the others are not to wait for it.
            if not isinstance(error, Refusal) or error.code not in ("promise-not-overdue", "customer-erased"):
                self._logger.warning("promise-not-watched", promise=promise.promise_id, error=error_code(error))
        self._asked[key] = time.monotonic()


def _key(promise: PromiseRow) -> tuple[str, datetime]:
    return promise.promise_id, promise.due_at
