"""Handles the timers of promises and launches: records that a date passed. The stream of the promise, or of the signal
that has the launch, decides whether that is so."""

from __future__ import annotations

from datetime import datetime

from commands.executor.context import Context
from commands.promise import detect_overdue
from commands.signal.handlers import detect_overdue as detect_launch_overdue
from domain.kernel.event import Actor
from domain.kernel.ids import kind_of
from domain.promise import DetectOverdue
from domain.signal.commands import DetectLaunchOverdue
from domain.signal.state import SIGNAL
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
    ignores = frozenset({"promise-not-overdue", "launch-not-overdue", "customer-erased"})

    def handle(self, timer: TimerRow, now: datetime) -> None:
        """Record that the promise or the launch is overdue. Raises Refusal `promise-not-overdue`,
        `launch-not-overdue`, or as `detect_overdue`."""
        assert timer.due_at is not None, "only what is due is handled"
        command_id = f"promise-watch {timer.id} {timer.due_at.isoformat()}"
        context = Context(_WATCH, command_id=command_id)
        if kind_of(timer.id) == SIGNAL.kind:
            launch = DetectLaunchOverdue(due_at=timer.due_at, detected_at=now)
            detect_launch_overdue(self.executor, timer.id, launch, context)
        else:
            command = DetectOverdue(due_at=timer.due_at, detected_at=now)
            detect_overdue(self.executor, timer.id, command, context)
