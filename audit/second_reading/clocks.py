"""One clock: when it ran, what counted, when it is due, whether it was broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from audit.second_reading.hours import DAY, DAYS_TO_LOOK, FOREVER, Range
from audit.second_reading.rules import Rulebook, Span

WHOLE_LIFE = ("requester_wait", "agent_work", "total_resolution")
UPDATES = ("periodic_update", "pausable_update")
METRICS = ("first_reply", "next_reply", *UPDATES, *WHOLE_LIFE)
PAUSED_IN = {
    "pausable_update": {"waiting_on_customer"},
    "requester_wait": {"waiting_on_customer"},
    "agent_work": {"waiting_on_customer", "on_hold"},
    "answer": {"asked-back"},
}


class NeverOpens(Exception):
    """R12: a calendar that was needed and does not open."""


Reading = Literal["told", "most", "least"]
"""S34: what counts as it was told; the most that can have counted; the least."""


@dataclass
class Ran:
    """A time in which a clock was neither paused nor stopped. The spans: when it began and ended, if that is not known
    exactly."""

    start: int
    end: int | None = None
    began: Span | None = None
    ended: Span | None = None

    def read(self, reading: Reading, until: int) -> Range:
        """From when to when."""
        start, end = self.start, until if self.end is None else self.end
        if self.began is not None and reading != "told":
            start = self.began.first if reading == "most" else self.began.last
        if self.ended is not None and reading != "told":
            end = self.ended.last if reading == "most" else self.ended.first
        return start, min(end, until)


@dataclass(eq=False)
class Clock:
    """A clock, with a target or (`target=None`) only ready for one (S10)."""

    metric: str
    started_at: int
    policy: str | None
    priority: str
    target: int | None
    calendars: list[tuple[int, str | None]]
    """From when on each calendar judges (S14)."""
    began: Span | None = None
    stopped: Span | None = None
    """S34: when it started and stopped, if that is not known exactly."""
    ran: list[Ran] = field(default_factory=list)
    """When it was neither paused nor stopped."""
    ended: Literal["stopped", "cancelled"] | None = None
    stopped_at: int | None = None
    calendars_when_stopped: list[tuple[int, str | None]] = field(default_factory=list)
    surely_in_time: bool = True
    by_last_resolve: bool = False
    broken_at: int | None = None
    cause: str | None = None
    identity: tuple[str, str, int] | None = None
    paused_too: tuple[str, ...] = ()
    """Further statuses in which its policy pauses it."""

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None

    @property
    def is_running(self) -> bool:
        """Whether it is open and not paused."""
        return self.is_open and bool(self.ran) and self.ran[-1].end is None

    @property
    def precision(self) -> str:
        """S34: how exactly it is known when it started, paused, went on and stopped."""
        spans = [self.began, self.stopped, *(span for ran in self.ran for span in (ran.began, ran.ended))]
        found = {span.precision for span in spans if span is not None}
        return next((each for each in ("unknown", "day") if each in found), "exact")

    def pauses_in(self, status: str) -> bool:
        """Whether it pauses in a status."""
        return status in PAUSED_IN.get(self.metric, ()) or status in self.paused_too

    def pause(self, at: int, span: Span | None = None) -> None:
        """R3: from here on nothing counts."""
        if self.is_running:
            self.ran[-1].end, self.ran[-1].ended = at, span
            self._may_have_been_before(span)

    def resume(self, at: int, span: Span | None = None) -> None:
        """From here on it counts again."""
        if self.is_open and not self.is_running:
            self.ran.append(Ran(at, None, span))

    def counted(
        self, rules: Rulebook, until: int, *, as_if_on_from: int | None = None, reading: Reading = "told"
    ) -> Iterator[Range]:
        """What counts, up to an instant; perhaps as if it ran from another instant on."""
        stretches = [each.read(reading, until) for each in _as_one(self.ran)]
        if as_if_on_from is not None and not self.is_running:
            stretches.append((as_if_on_from, until))
        calendars = _known(self.calendars if self.is_open else self.calendars_when_stopped)
        if not calendars:
            return
        first = (-FOREVER, calendars[0][1])
        calendars = [first, *calendars[1:]]
        judged = zip(calendars, [*(since for since, _ in calendars[1:]), FOREVER], strict=True)
        pieces = [(since, name, to) for (since, name), to in judged]
        reached = -FOREVER
        for start, end in stretches:
            start = max(start, reached)  # nothing counts twice
            for since, name, to in pieces:
                if max(start, since) < min(end, to):
                    yield from rules.calendars[name].open_ranges(max(start, since), min(end, to))
            reached = max(reached, end)

    def consumed(self, rules: Rulebook, until: int) -> int:
        """The time that counted (R1)."""
        return sum(end - start for start, end in self.counted(rules, until))

    def due_by(self, rules: Rulebook, until: int) -> int | None:
        """The due, if what counted up to an instant reaches it; the latest that it can be (S34)."""
        return None if self.target is None else _used_up(self.counted(rules, until, reading="least"), self.target)

    def due(self, rules: Rulebook, now: int) -> int | None:
        """The due: of one that runs, of one that is paused if it went on now, of one that ended had it run on (S9).

        Raises NeverOpens.
        """
        if self.target is None:
            return None
        on = now if self.stopped_at is None else self.stopped_at
        past = self.due_by(rules, on)
        if past is not None:
            return past
        calendar = _known(self.calendars if self.is_open else self.calendars_when_stopped)[-1][1]
        until = on
        # S17: from every second on, look 1,500 days ahead for an open one.
        while True:
            further = until + DAYS_TO_LOOK * DAY
            if next(rules.calendars[calendar].open_ranges(until, further), None) is None:
                raise NeverOpens(calendar)
            until += 20 * DAY
            due = _used_up(self.counted(rules, until, as_if_on_from=on, reading="least"), self.target)
            if due is not None:
                return due

    def settle(self, rules: Rulebook, now: int) -> None:
        """S5: broken, if it is still open strictly after the due."""
        if self.is_open and self.broken_at is None:
            due = self.due_by(rules, now)
            if due is not None and due < now:
                self.broken_at, self.cause = due, "time"

    def stop(self, rules: Rulebook, at: int, span: Span | None = None) -> None:
        """It has what it waited for (R2: exactly at the due is in time)."""
        if self.is_open:
            self._settle_ended(rules, at, span)
            self.end("stopped", at)

    def cancel(self, rules: Rulebook, at: int, span: Span | None = None) -> None:
        """It waits for nothing any more."""
        if self.is_open:
            self._settle_ended(rules, at, span)
            self.end("cancelled", at)

    def _settle_ended(self, rules: Rulebook, at: int, span: Span | None) -> None:
        """S34: missed, if it was missed whenever it ended; surely in time, if it was in time whenever it ended."""
        self.stopped = span
        self._may_have_been_before(span)
        self.settle(rules, at if span is None else max(span.first, self.started_at))
        if self.target is not None and self.precision != "exact":
            last = at if span is None else span.last
            runs_on = at if self.is_running else None
            most = _used_up(self.counted(rules, last, as_if_on_from=runs_on, reading="most"), self.target)
            self.surely_in_time = most is None or most >= last

    def _may_have_been_before(self, span: Span | None) -> None:
        """S34: what stopped or paused it may have come before what was taken for a breach."""
        if span is not None and self.broken_at is not None and self.broken_at >= max(span.first, self.started_at):
            self.broken_at = self.cause = None

    def end(self, how: Literal["stopped", "cancelled"], at: int) -> None:
        """Nothing counts any more."""
        self.pause(at)
        self.ended, self.stopped_at, self.calendars_when_stopped = how, at, list(self.calendars)

    def go_on(self, at: int, span: Span | None, *, solved_counts: bool, runs: bool) -> None:
        """R9: after a resolve, as if it had only been paused; or not even that. `runs`: the new status lets it run."""
        assert self.stopped_at is not None
        ran_until_then = bool(self.ran) and self.ran[-1].end == self.stopped_at
        if solved_counts:
            # What was no end and is no start is exact.
            began = None if ran_until_then else self.stopped
            self.ran.append(Ran(self.stopped_at, at, began, None if runs else span))
        elif ran_until_then:
            self.ran[-1].ended = self.stopped
        self.ended, self.stopped_at, self.by_last_resolve = None, None, False
        self.stopped, self.surely_in_time = None, True
        self.calendars_when_stopped = []
        if runs:
            self.resume(at, None if solved_counts else span)

    def aim(self, rules: Rulebook, target: int, at: int) -> None:
        """R7: another target; broken here and now, if its due is past."""
        self.target = target
        due = self.due_by(rules, at)
        if self.broken_at is None and due is not None and due < at:
            self.broken_at, self.cause = at, "policy_change"


def _as_one(ran: Sequence[Ran]) -> list[Ran]:
    """Times that touch as one: what is not known of the end of the last is not known of them all."""
    found: list[Ran] = []
    for each in ran:
        if found and found[-1].end == each.start and found[-1].ended is None and each.began is None:
            found[-1] = Ran(found[-1].start, each.end, found[-1].began, each.ended)
        else:
            found.append(each)
    return found


def _known(calendars: list[tuple[int, str | None]]) -> list[tuple[int, str]]:
    return [(since, name) for since, name in calendars if name is not None]


def _used_up(counted: Iterator[Range], budget: int) -> int | None:
    left = budget
    for start, end in counted:
        if end - start >= left:
            return (
                start + left
            )  # R1: exactly at closing is at closing; S17: nothing at all is due where something opens
        left -= end - start
    return None
