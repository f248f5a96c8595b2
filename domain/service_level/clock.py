"""One clock: how much of its time counted, when it is due, and whether the due was missed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Literal

from domain.conversation.events import CLOSED, Priority, Status
from domain.service_level.business_time import Calendar
from domain.service_level.inexact import Precision, Span, Stretch, can_have_run, less_precise
from domain.service_level.policy import Metric, ReopenMode
from domain.signal.state import SignalStatus

State = Literal["running", "paused", "met", "met-late", "cancelled", "unknown"]
"""`unknown`: when the clock started or stopped is not known exactly enough to say whether it was in time."""
Cause = Literal["time", "policy_change"]
Change = Literal["policy", "priority"]

REPLIES: tuple[Metric, ...] = ("first_reply", "next_reply")
UPDATES: tuple[Metric, ...] = ("periodic_update", "pausable_update")
WHOLE_LIFE: tuple[Metric, ...] = ("requester_wait", "agent_work", "total_resolution")
AnyStatus = Status | SignalStatus
_PAUSED_WHILE: Mapping[Metric, tuple[AnyStatus, ...]] = {
    "pausable_update": ("waiting_on_customer",),
    "requester_wait": ("waiting_on_customer",),
    "agent_work": ("waiting_on_customer", "on_hold"),
    "answer": ("asked-back",),
}
_NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Origin:
    """The identity of a clock, wherever it is shown: the conversation or signal in which it started, and its number
    there."""

    started_in: str
    metric: Metric
    number: int


@dataclass(slots=True, eq=False)
class RunningClock:
    """A clock during the fold. `target` None: nothing is promised, and the clock is not shown.

    `changed`: what changed its target last; `missed_by`: the change that missed the target.
    `paused_too`: further statuses in which its policy pauses the clock. `evaluated_under`: the last policy of a clock
    that has none any more. `resumable`: the last resolve stopped the clock. `solved`: since when which calendar would
    have counted since the resolve. `began`, `ended`: when it started and stopped, if that is not known exactly.
    `precision`: how exactly it is known when it started, paused, went on and stopped. `calendars`: by which calendars
    it counted, and since when each.
    """

    metric: Metric
    started_at: datetime
    stretches: list[Stretch]
    policy_id: str | None
    priority: Priority
    calendar_id: str | None
    state: State = "running"
    paused_too: tuple[Status, ...] = ()
    target: timedelta | None = None
    policy_version: int | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    cause: Cause | None = None
    changed: Change = "policy"
    missed_by: Change | None = None
    resumable: bool = False
    solved: list[Stretch] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    origin: Origin | None = None
    evaluated_under: str | None = None
    began: Span | None = None
    ended: Span | None = None
    precision: Precision = "exact"
    calendars: list[tuple[datetime, str]] = field(default_factory=list)
    took: list[timedelta] = field(default_factory=list, repr=False)
    """the business time of the stretches that have ended, summed up to each"""

    @property
    def live(self) -> bool:
        """Whether the clock goes on, running or paused."""
        return self.state in ("running", "paused")

    @property
    def due_by(self) -> str | None:
        """The calendar of the due. After a clock has stopped, its calendar changes no more."""
        return (self.solved[0].calendar_id if self.solved else None) or self.calendar_id

    def go_by(self, policy_id: str | None, priority: Priority) -> None:
        """Go by this policy and priority from now on."""
        self.changed = "priority" if policy_id == self.policy_id else "policy"
        self.evaluated_under = self.policy_id or self.evaluated_under
        self.policy_id, self.priority = policy_id, priority

    def paused_while(self, status: AnyStatus) -> bool:
        """Whether the clock pauses in this status."""
        return status in (*_PAUSED_WHILE.get(self.metric, ()), *self.paused_too)

    def consumed(self, calendars: Mapping[str, Calendar], now: datetime) -> timedelta:
        """The business time that the clock took."""
        sums = self._sums(calendars)
        ended = sums[-1] if sums else _NONE
        return ended + sum((_elapsed(each, calendars, now) for each in self.stretches[len(sums) :]), _NONE)

    def due(self, calendars: Mapping[str, Calendar], now: datetime, *, before: timedelta = _NONE) -> datetime | None:
        """When the target is used up: for a paused clock, if it went on now; for a stopped clock, had it run on; the
        latest it can be, where the start is not known exactly. `before`: the instant at which this much business time
        is left."""
        if self.target is None or self.calendar_id is None:
            return None
        if self.precision == "exact":
            return self._used_up(self.stretches, self._sums(calendars), calendars, now, before)
        return self._possible_due(calendars, now, before, most=False)

    def _possible_due(
        self, calendars: Mapping[str, Calendar], now: datetime, before: timedelta = _NONE, *, most: bool
    ) -> datetime | None:
        """The due if the clock ran as long as it can have, or as short."""
        stretches = can_have_run(self.stretches, self.calendars, most=most)
        ended = stretches if self.state != "running" else stretches[:-1]
        sums = list(accumulate(_elapsed(each, calendars, now) for each in ended))
        return self._used_up(stretches, sums, calendars, now, before)

    def _used_up(
        self,
        stretches: Sequence[Stretch],
        sums: Sequence[timedelta],
        calendars: Mapping[str, Calendar],
        now: datetime,
        before: timedelta,
    ) -> datetime | None:
        assert self.target is not None
        assert self.calendar_id is not None
        left = max(_NONE, self.target - before)
        # A budget used up exactly at the end is due then. A budget of zero waits for an opening.
        used_up_in = bisect_left(sums, left) if left > _NONE else bisect_right(sums, _NONE)
        left -= sums[used_up_in - 1] if used_up_in else _NONE
        if used_up_in < len(stretches):
            within = stretches[used_up_in]
            calendar = calendars[within.calendar_id or self.calendar_id]
            due = calendar.due(within.start, left)
            if due is None and _elapsed(within, calendars, now):
                # What may have begun at any time began before the calendar opened, perhaps by more than a calendar that
                # never opens is looked at for.
                opened, _ = next(calendar.open_times(within.start, now if within.end is None else within.end))
                due = calendar.due(opened, left)
            return due
        return calendars[self.due_by or self.calendar_id].due(self.stopped_at or now, left)

    def settle(self, calendars: Mapping[str, Calendar], now: datetime) -> None:
        """Record a breach if the due has passed. A due at this very instant has not passed."""
        if self.breached_at is None and self.live and (due := self.due(calendars, now)) is not None and due < now:
            self.breached_at, self.cause = due, "time"

    def stop(
        self, calendars: Mapping[str, Calendar], now: datetime, *, cancelled: bool = False, ended: Span | None = None
    ) -> None:
        """Stop the clock. `ended`: when it stopped, if that is not known exactly."""
        self._may_have_been_before(ended)
        self.settle(calendars, now if ended is None else max(ended.earliest, self.started_at))
        in_time = self._surely_in_time(calendars, now if ended is None else ended.latest)
        self._rest(now)
        self.stopped_at, self.ended = now, ended
        if cancelled:
            self.state = "cancelled"
        elif self.breached_at is not None:
            self.state = "met-late"
        else:
            self.state = "met" if in_time else "unknown"

    def solve(
        self, calendars: Mapping[str, Calendar], now: datetime, *, withdrawn: bool = False, ended: Span | None = None
    ) -> None:
        """Stop the clock because the conversation was resolved, or cancel it because the customer withdrew the
        conversation; a reopening may let the clock go on. `ended`: as of `stop`."""
        self.stop(calendars, now, cancelled=withdrawn, ended=ended)
        self.resumable, self.solved = True, [Stretch(now, None, self.calendar_id)]

    def follow(self, status: AnyStatus, now: datetime, span: Span | None = None) -> None:
        """Pause or go on, as the status of the conversation or signal asks. `span`: when that was, if it is not known
        exactly."""
        if not self.live or status in CLOSED:
            return
        if self.paused_while(status):
            if self.state == "running":
                self._rest(now, span)
                self.state = "paused"
                self._may_have_been_before(span)
        elif self.state == "paused":
            self.stretches.append(Stretch(now, None, self.calendar_id, span))
            self.state = "running"
            self._note_precision(span)

    def use_calendar(self, calendar_id: str | None, now: datetime) -> None:
        """Count by another calendar from now on; the time so far stays counted by the former one."""
        if calendar_id is None or calendar_id == self.calendar_id:
            return
        self.calendar_id = calendar_id
        self.calendars.append((now, calendar_id))
        for each in (*self.stretches, *self.solved):
            if each.calendar_id is None:
                each.calendar_id = calendar_id
                self.took.clear()
        for line in (self.stretches, self.solved):
            if line and line[-1].end is None and line[-1].calendar_id != calendar_id:
                line[-1].end = now
                line.append(Stretch(now, None, calendar_id))

    def promise(self, calendars: Mapping[str, Calendar], target: timedelta, now: datetime) -> None:
        """Set another target; start and pauses stay. If the new due has passed already, this change misses the
        target."""
        self.target = target
        if self.breached_at is None and (due := self.due(calendars, now)) is not None and due < now:
            self.breached_at, self.cause, self.missed_by = now, "policy_change", self.changed

    def reopen(self, mode: ReopenMode, status: AnyStatus, now: datetime, span: Span | None = None) -> datetime | None:
        """Go on after a resolve where the mode allows it: the instant since which time counts again, else None. `span`:
        when that was, if it is not known exactly. Call `promise_again` next, with the target that holds now."""
        if not self.resumable:
            return None
        self.resumable = False
        if not mode.startswith("continue"):
            return None
        solved, self.solved = self.solved, []
        since = now
        ran_until_then = bool(self.stretches) and self.stretches[-1].end == solved[0].start
        if mode == "continue_including_solved":
            since = solved[0].start
            # What was no end of what counts, and is no start, needs not be known exactly.
            if not ran_until_then:
                solved[0].began = self.ended
            if self.paused_while(status):
                solved[-1].ended = span
                self._note_precision(span)
            solved[-1].end, span = now, None
            self.stretches += solved
        elif ran_until_then:
            self.stretches[-1].ended = self.ended
        if self.ended is not None:
            self.ended, self.precision = None, self._precision()
        self.stopped_at, self.state = None, "paused"
        self.follow(status, now, span)
        return since

    def promise_again(
        self, calendars: Mapping[str, Calendar], target: timedelta, since: datetime, now: datetime
    ) -> None:
        """Set the target that holds at a reopening, with time counting again since `since`. A due in that time is
        missed at the due; an earlier due is missed by the change that was made meanwhile."""
        same, self.target = target == self.target, target
        if self.breached_at is not None or (due := self.due(calendars, now)) is None or due >= now:
            return
        if same or due >= since:
            self.breached_at, self.cause = due, "time"
        else:
            self.breached_at, self.cause, self.missed_by = now, "policy_change", self.changed

    def _surely_in_time(self, calendars: Mapping[str, Calendar], latest: datetime) -> bool:
        """Whether a clock that was not missed is in time if it stops by `latest`, whenever it started, paused and went
        on."""
        if self.target is None or self.calendar_id is None or self.precision == "exact":
            return True
        due = self._possible_due(calendars, latest, most=True)
        return due is None or due >= latest

    def _may_have_been_before(self, span: Span | None) -> None:
        """What paused or stopped the clock may have happened before what was taken for a breach."""
        self._note_precision(span)
        if span is not None and self.breached_at and self.breached_at >= max(span.earliest, self.started_at):
            self.breached_at = self.cause = self.missed_by = None

    def _note_precision(self, span: Span | None) -> None:
        if span is not None and self.precision != "unknown":
            self.precision = span.precision

    def _precision(self) -> Precision:
        return less_precise(self.began, *(span for each in self.stretches for span in (each.began, each.ended)))

    def _sums(self, calendars: Mapping[str, Calendar]) -> list[timedelta]:
        while len(self.took) < len(self.stretches) and (each := self.stretches[len(self.took)]).end is not None:
            before = self.took[-1] if self.took else _NONE
            self.took.append(before + _elapsed(each, calendars, each.end))
        return self.took

    def _rest(self, now: datetime, span: Span | None = None) -> None:
        if self.stretches and self.stretches[-1].end is None:
            self.stretches[-1].end, self.stretches[-1].ended = now, span


def _elapsed(stretch: Stretch, calendars: Mapping[str, Calendar], now: datetime) -> timedelta:
    if stretch.calendar_id is None:
        return _NONE
    return calendars[stretch.calendar_id].elapsed(stretch.start, now if stretch.end is None else stretch.end)
