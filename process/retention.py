"""Runs retention once a day, and as soon as other rules are in force."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from commands import retention
from commands.executor.context import Context
from domain.kernel.event import Actor
from domain.kernel.refusal import Overloaded
from infra.subscriptions.host import wait_until_reached
from infra.views.view import AnyView
from process.watch import TimerHandler
from projections.open_work import OpenWorkInViews
from projections.retention import KeptInViews
from projections.timer import TimerRow

_WATCH = Actor(id="system-retention", kind="system")


class RetentionTimers(TimerHandler):
    """Handles the one timer of retention. Of several watches, one runs; a run is recorded with what came of it."""

    kind = "retention"
    name = "retention"
    AT_ONCE = 1
    failed = "retention-not-run"
    noun = "runs"
    ignores = frozenset()

    def handle(self, timer: TimerRow, now: datetime) -> None:
        """Erase who is due by the rules. Raises as `commands.retention.run`."""
        kept, open_work = KeptInViews(self.database, self._reached), OpenWorkInViews(self.database, self._reached)
        retention.run(self.executor, kept, open_work, Context(_WATCH))

    def _reached(self, views: Collection[AnyView], position: int) -> None:
        subscriptions = [(view.name, view.version) for view in views]
        if not wait_until_reached(self.database, subscriptions, position, self.database.deadline_seconds):
            raise Overloaded("what is read is not that far yet; the next poll tries again")
