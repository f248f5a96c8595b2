"""Handles the timers of promises: records that a date passed. The promise's stream decides whether that is so."""

from __future__ import annotations

from datetime import datetime

from commands.executor.context import Context
from commands.promise import detect_overdue
from domain.kernel.event import Actor
from domain.promise import DetectOverdue
from process.watch import TimerHandler
from projections.timer import TimerRow

_WATCH = Actor(id="system-promise-watch", kind="system")


class PromiseTimers(TimerHandler):
    """Handles promise timers. All watches run the same command, so that several watches do no more than one."""

    kind = "promise"
    name = "promise-watch"
    AT_ONCE = 16
    failed = "promise-not-watched"
    noun = "promise"
    ignores = frozenset({"promise-not-overdue", "customer-erased"})

    def handle(self, timer: TimerRow, now: datetime) -> None:
        """Record that the promise is overdue. Raises Refusal `promise-not-overdue`, or as `detect_overdue`."""
        assert timer.due_at is not None, "only what is due is handled"
        command_id = f"promise-watch {timer.id} {timer.due_at.isoformat()}"
        command = DetectOverdue(due_at=timer.due_at, detected_at=now)
        detect_overdue(self.executor, timer.id, command, Context(_WATCH, command_id=command_id))
