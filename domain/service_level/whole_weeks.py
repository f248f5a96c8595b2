"""Open time over centuries, at the cost of weeks: whole weeks and years are skipped by arithmetic.

While the zone's offset is constant and no date differs, each week is open as long as the one before. Such *usual* weeks
are multiplied. The others, with a clock change or a holiday nearby, are counted date by date, once, and added up in
blocks of 1, 2, 4, 8, … weeks.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache

from domain.kernel.zones import zone
from domain.service_level.open_times import DAY, FIRST, LAST, Week, open_between

WEEK = 7 * DAY
_ORIGIN = datetime(1, 1, 1, tzinfo=UTC)
"""A Monday. Weeks are numbered from here."""
_NEARBY = 4 * DAY
"""How far from a week its dates and offsets matter: a range of 48 hours and the largest offsets lie within."""
_LONG_CLOSED = 32
"""Closed time of so many weeks may be part of a time in which a calendar never opens."""
OFFSETS_READ = 3 * DAY
"""How far apart offsets are read. No zone changes its offset and changes it back in less (tests/domain)."""
_AT_ONCE = 1_024
"""How many offsets are read, and remembered, at once."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of whole weeks, until `end`: how much of it is open. `long_closed`: a run of closed weeks in it may be
    long. Else it opens before `open_by`, and again after `open_since`."""

    end: datetime
    open: timedelta
    long_closed: bool
    open_by: datetime
    open_since: datetime


class WholeWeeks:
    """Counts the open time of one version of a calendar, and remembers blocks of weeks. Thread-safe."""

    def __init__(self, week: Week) -> None:
        self._week = week
        self._differing = sorted(week.dates)
        self._blocks: dict[tuple[int, int], Block] = {}

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How much is open between two instants."""
        start, end = max(start, FIRST), min(end, LAST)
        first, last = -((_ORIGIN - start) // WEEK), (end - _ORIGIN) // WEEK
        if first >= last:
            return open_between(self._week, start, end)
        found = open_between(self._week, start, _start(first)) + open_between(self._week, _start(last), end)
        while first < last:
            weeks = _largest(first, last - first)
            found += self._block(first, weeks).open
            first += weeks
        return found

    def skipped(self, start: datetime, end: datetime, budget: timedelta) -> Block | None:
        """A block from an instant on that ends by `end`, does not use a budget up, and is open again and again."""
        first, rest = divmod(start - _ORIGIN, WEEK)
        if rest:
            return None
        # As many weeks as usually use the budget up; fewer where these weeks are open for longer.
        most = min((end - start) // WEEK, budget // (self._usual or WEEK))
        weeks = _largest(first, most) if most > 0 else 0
        while weeks and (block := self._block(first, weeks)).open >= budget:
            weeks //= 2
        return block if weeks and block.open and not block.long_closed else None

    def _block(self, first: int, weeks: int) -> Block:
        found = self._blocks.get((first, weeks))
        if found is None:
            found = self._blocks[first, weeks] = self._counted(first, weeks)
        return found

    def _counted(self, first: int, weeks: int) -> Block:
        halves: tuple[Block, ...] = ()
        if self._are_usual(_start(first) - _NEARBY, _start(first + weeks) + _NEARBY):
            total = weeks * self._usual
        elif weeks == 1:
            total = open_between(self._week, _start(first), _start(first + 1))
        else:
            half = weeks // 2
            halves = self._block(first, half), self._block(first + half, half)
            total = halves[0].open + halves[1].open
        long_closed = weeks >= _LONG_CLOSED and (not total or any(half.long_closed for half in halves))
        end, near = _start(first + weeks), min(weeks, _LONG_CLOSED)
        return Block(end, total, long_closed, open_by=_start(first + near), open_since=end - near * WEEK)

    @cached_property
    def _usual(self) -> timedelta:
        """How much of a usual week is open."""
        return open_between(replace(self._week, zone="UTC", dates={}), _start(100), _start(101))

    def _are_usual(self, start: datetime, end: datetime) -> bool:
        found = bisect_left(self._differing, start.date())
        if found < len(self._differing) and self._differing[found] <= end.date():
            return False
        return _offset_is_constant(self._week.zone, start, end)


whole_weeks = lru_cache(64)(WholeWeeks)
"""The counter of a version. Shared, since calendars are built anew for each evaluation."""


def next_week(at: datetime) -> datetime:
    """The next start of a whole week after an instant."""
    return _start((at - _ORIGIN) // WEEK + 1)


def _start(number: int) -> datetime:
    return _ORIGIN + number * WEEK


def _largest(first: int, most: int) -> int:
    """The largest power of two, of at most so many weeks, whose blocks begin at this week."""
    return min(first & -first, 1 << (most.bit_length() - 1))


def _offset_is_constant(zone_name: str, start: datetime, end: datetime) -> bool:
    first, last = (start - _ORIGIN) // OFFSETS_READ, -((_ORIGIN - end) // OFFSETS_READ)
    for part in range(first // _AT_ONCE, (last - 1) // _AT_ONCE + 1):
        changes = _offset_changes(zone_name, part)
        found = bisect_left(changes, first)
        if found < len(changes) and changes[found] < last:
            return False
    return True


@lru_cache(4_096)
def _offset_changes(zone_name: str, part: int) -> tuple[int, ...]:
    """After which readings of a part the next one differs."""
    numbers = range(part * _AT_ONCE, (part + 1) * _AT_ONCE)
    # Near the ends of the Gregorian calendar, some zones have no time to read.
    instants = (_ORIGIN + min(max(each, 1), _LAST_READ) * OFFSETS_READ for each in (*numbers, numbers.stop))
    offsets = [each.astimezone(zone(zone_name)).utcoffset() for each in instants]
    return tuple(each for each, before, after in zip(numbers, offsets, offsets[1:], strict=False) if before != after)


_LAST_READ = (LAST + _NEARBY - _ORIGIN) // OFFSETS_READ
