"""One clock: when it ran, what counted, when it is due, whether it was broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.oracle.facts import Rulebook
from tests.oracle.hours import DAYS_TO_LOOK, FOREVER, Range

WHOLE_LIFE = ("requester_wait", "agent_work", "total_resolution")
UPDATES = ("periodic_update", "pausable_update")
METRICS = ("first_reply", "next_reply", *UPDATES, *WHOLE_LIFE)
PAUSED_IN = {
    "pausable_update": {"waiting_on_customer"},
    "requester_wait": {"waiting_on_customer"},
    "agent_work": {"waiting_on_customer", "on_hold"},
}


class NeverOpens(Exception):
    """R12: a calendar that was needed and does not open."""


@dataclass(eq=False)
class Clock:
    """A clock, with a target or (`target=None`) only ready for one (S10)."""

    metric: str
    started_at: int
    policy: str
    priority: str
    target: int | None
    calendars: list[tuple[int, str]]
    """From when on each calendar judges (S14)."""
    ran: list[tuple[int, int | None]] = field(default_factory=list)
    """When it was neither paused nor stopped."""
    ended: Literal["stopped", "cancelled"] | None = None
    stopped_at: int | None = None
    calendars_when_stopped: list[tuple[int, str]] = field(default_factory=list)
    by_last_resolve: bool = False
    broken_at: int | None = None
    cause: str | None = None
    identity: tuple[str, str, int] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None

    @property
    def is_running(self) -> bool:
        """Whether it is open and not paused."""
        return self.is_open and bool(self.ran) and self.ran[-1][1] is None

    def pause(self, at: int) -> None:
        """R3: from here on nothing counts."""
        if self.is_running:
            self.ran[-1] = (self.ran[-1][0], at)

    def resume(self, at: int) -> None:
        """From here on it counts again."""
        if self.is_open and not self.is_running:
            self.ran.append((at, None))

    def counted(self, rules: Rulebook, until: int, *, as_if_on_from: int | None = None) -> Iterator[Range]:
        """What counts, up to an instant; perhaps as if it ran from another instant on."""
        stretches = [(start, until if end is None else min(end, until)) for start, end in self.ran]
        if as_if_on_from is not None and not self.is_running:
            stretches.append((as_if_on_from, until))
        calendars = self.calendars if self.is_open else self.calendars_when_stopped
        judged = zip(calendars, [*(since for since, _ in calendars[1:]), FOREVER], strict=True)
        pieces = [(since, name, to) for (since, name), to in judged]
        for start, end in stretches:
            for since, name, to in pieces:
                if max(start, since) < min(end, to):
                    yield from rules.calendars[name].open_ranges(max(start, since), min(end, to))

    def consumed(self, rules: Rulebook, until: int) -> int:
        """Elapsed seconds that counted (R1)."""
        return sum(end - start for start, end in self.counted(rules, until))

    def due_by(self, rules: Rulebook, until: int) -> int | None:
        """The due, if what counted up to an instant reaches it."""
        return None if self.target is None else _used_up(self.counted(rules, until), self.target)

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
        calendar = (self.calendars if self.is_open else self.calendars_when_stopped)[-1][1]
        until = on
        # S17: from every second on, look 1,500 days ahead for an open one.
        while True:
            further = until + DAYS_TO_LOOK * 24 * 3600
            if next(rules.calendars[calendar].open_ranges(until, further), None) is None:
                raise NeverOpens(calendar)
            until += 20 * 24 * 3600
            due = _used_up(self.counted(rules, until, as_if_on_from=on), self.target)
            if due is not None:
                return due

    def settle(self, rules: Rulebook, now: int) -> None:
        """S5: broken, if it is still open strictly after the due."""
        if self.is_open and self.broken_at is None:
            due = self.due_by(rules, now)
            if due is not None and due < now:
                self.broken_at, self.cause = due, "time"

    def stop(self, rules: Rulebook, at: int) -> None:
        """It has what it waited for (R2: exactly at the due is in time)."""
        if self.is_open:
            self.settle(rules, at)
            self.end("stopped", at)

    def cancel(self, rules: Rulebook, at: int) -> None:
        """It waits for nothing any more."""
        if self.is_open:
            self.settle(rules, at)
            self.end("cancelled", at)

    def end(self, how: Literal["stopped", "cancelled"], at: int) -> None:
        """Nothing counts any more."""
        self.pause(at)
        self.ended, self.stopped_at, self.calendars_when_stopped = how, at, list(self.calendars)

    def go_on(self, at: int, *, solved_counts: bool) -> None:
        """R9: after a resolve, as if it had only been paused; or not even that."""
        assert self.stopped_at is not None
        if solved_counts:
            self.ran.append((self.stopped_at, at))
        self.ended, self.stopped_at, self.by_last_resolve = None, None, False
        self.calendars_when_stopped = []

    def aim(self, rules: Rulebook, target: int, at: int) -> None:
        """R7: another target; broken here and now, if its due is past."""
        self.target = target
        due = self.due_by(rules, at)
        if self.broken_at is None and due is not None and due < at:
            self.broken_at, self.cause = at, "policy_change"


def _used_up(counted: Iterator[Range], budget: int) -> int | None:
    left = budget
    for start, end in counted:
        if end - start >= left:
            return (
                start + left
            )  # R1: exactly at closing is at closing; S17: nothing at all is due where something opens
        left -= end - start
    return None
