"""Ends legal holds whose time is over, and does the erasures that waited for a hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from commands.executor.context import Context
from commands.hold import end_expired
from domain.hold import ExpireHolds, HoldExpired, HoldReleased, ResumeErasures
from domain.kernel.event import Actor, Recorded
from process.reaction import Reaction, Request
from process.watch import TimerHandler
from projections.timer import TimerRow

_WATCH = Actor(id="system-hold-watch", kind="system")


class HoldTimers(TimerHandler):
    """Handles timers of holds. All watches run the same command, so that several watches do no more than one."""

    kind = "holds"
    name = "hold-watch"
    AT_ONCE = 1
    failed = "holds-not-ended"
    noun = "holds"
    ignores = frozenset({"customer-erased"})

    def handle(self, timer: TimerRow, now: datetime) -> None:
        """Record which holds have ended. Raises as `end_expired`."""
        command = ExpireHolds(customer_id=f"customer-{timer.id.partition('-')[2]}")
        end_expired(self.executor, command, Context(_WATCH), not_before=now)


class DeferredErasures(Reaction[HoldReleased | HoldExpired]):
    """Does what waited, once a hold has ended. The stream of the holds decides whether another one stands."""

    name = "deferred-erasures"
    begins = "at-zero"

    def react(self, recorded: Recorded[HoldReleased | HoldExpired]) -> Iterable[Request]:
        """All that waits for holds of the customer."""
        yield Request(recorded.originator_id, ResumeErasures(customer_id=recorded.event.customer_id))
