"""Business time: when a calendar is open, how much open time lies between two instants, when a budget is used up.

The rules are docs/calendars.md C1 to C6. All instants are aware UTC; only open hours count as business time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from domain.service_level.open_times import DAY, FIRST, LAST, Open, Week, joined, open_times
from domain.service_level.whole_weeks import WEEK, WholeWeeks, next_week, whole_weeks

NEVER_AFTER = 1_500 * DAY
"""A calendar without an open second in this time never opens."""
SEARCHED = 73_000 * DAY
"""How far from its start a due is searched for: some 200 years. What would be due later is never due. By a calendar
that is open for a minute a week, the search would go on to the year 9999."""
SEARCHED_AT_ONCE = WEEK
"""How far past its earliest possible end a budget is searched for, per step."""


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """A week, in force from an instant on; None: from the beginning."""

    since: datetime | None
    week: Week


@dataclass(frozen=True, slots=True)
class _Period:
    """An effective period: the time in which one version counts."""

    since: datetime
    until: datetime
    week: Week
    weeks: WholeWeeks


class Calendar:
    """A calendar with all its versions, in the order of recording.

    For each second, the last recorded version counts of those that begin at or before it (C6).
    """

    def __init__(self, versions: Sequence[CalendarVersion]) -> None:
        self._effective_periods = [
            _Period(since or FIRST, until or LAST, week, whole_weeks(week))
            for since, until, week in _effective_periods(versions)
        ]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The business time from `start` to `end`; zero where `end` is not later."""
        return sum(
            (each.weeks.open_between(max(start, each.since), min(end, each.until)) for each in self._effective_periods),
            timedelta(),
        )

    def due(self, start: datetime, budget: timedelta) -> datetime | None:
        """When a budget of business time from `start` is used up; None where the calendar never opens, or not for so
        long within `SEARCHED` (C5).

        A budget used up exactly at closing is due at closing. A budget of zero is due at once, or at the next opening.
        """
        left, at = budget, max(start, FIRST)
        end = at + min(SEARCHED, max(LAST - at, timedelta()))
        last_open = at, at
        """between which instants the last open time ended"""
        for period in self._effective_periods:
            at, ends = max(at, period.since), min(end, period.until)
            while at < ends:
                block = period.weeks.skipped(at, ends, left)
                if block is not None and block.open_by - last_open[0] <= NEVER_AFTER:
                    left -= block.open
                    at, last_open = block.end, (block.open_since, block.end)
                    continue
                # In steps: hours that never close would be one open time of years.
                until = min(next_week(at) if left > WEEK else at + left + SEARCHED_AT_ONCE, ends)
                if until - last_open[0] > NEVER_AFTER:
                    last_open = self._last_open(*last_open)
                    if at - last_open[0] >= NEVER_AFTER:
                        return None
                    until = min(until, last_open[0] + NEVER_AFTER)
                for opens, closes in open_times(period.week, at, until):
                    if left <= closes - opens:
                        return opens + left
                    left -= closes - opens
                    last_open = closes, closes
                at = until
        return None

    def reaches(self, start: datetime, budget: timedelta) -> bool:
        """Whether a budget from `start` is used up within `SEARCHED`; also where the calendar has closed for ever."""
        late = start + SEARCHED - NEVER_AFTER
        return self.due(start, budget) is not None or self.due(late, timedelta(microseconds=1)) is None

    def open_times(self, start: datetime, end: datetime) -> Iterator[Open]:
        """The open times between two instants, in order; no two touch or overlap."""
        return joined(
            found
            for each in self._effective_periods
            for found in open_times(each.week, max(start, each.since), min(end, each.until))
        )

    def _last_open(self, earliest: datetime, latest: datetime) -> tuple[datetime, datetime]:
        """The exact end of the last open time between two instants."""
        closes = max((closes for _, closes in self.open_times(earliest, latest)), default=earliest)
        return closes, closes


def _effective_periods(versions: Sequence[CalendarVersion]) -> Iterator[tuple[datetime | None, datetime | None, Week]]:
    """The periods in which one week counts: (from, to, week), split at each instant at which a version begins."""
    begins: list[datetime | None] = [None, *sorted({each.since for each in versions if each.since})]
    for since, until in pairwise([*begins, None]):
        for each in reversed(versions):
            if each.since is None or (since is not None and each.since <= since):
                yield since, until, each.week
                break
