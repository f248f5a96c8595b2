"""Business time: when a calendar is open, how much open time lies between two instants, when a budget is used up.

The rules are docs/calendars.md C1 to C6. All instants are aware UTC; only open hours count as business time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
NEVER_AFTER = 1_500 * DAY
"""A calendar without an open second in this time never opens."""
SEARCHED_AT_ONCE = 7 * DAY
"""How far past its earliest possible end a budget is searched for, per step."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One range of open hours, as wall time since the midnight at which its date begins: half-open, [opens, closes).

    A range past midnight closes after more than 24 hours, and belongs to the date on which it begins.
    """

    opens: timedelta
    closes: timedelta


@dataclass(frozen=True, slots=True)
class Week:
    """One version of a calendar: the hours of each weekday (Monday first) in a zone, and the dates that differ.

    `dates` holds what was resolved when the version was written: closed dates (no hours), part days, holidays.
    """

    zone: str
    weekdays: tuple[tuple[Hours, ...], ...]
    dates: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict, hash=False)


Open = tuple[datetime, datetime]
"""An open time: half-open, in UTC."""


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """A week, in force from an instant on; None: from the beginning."""

    since: datetime | None
    week: Week


class Calendar:
    """A calendar with all its versions, in the order of recording.

    For each second, the last recorded version counts of those that begin at or before it (C6).
    """

    def __init__(self, versions: Sequence[CalendarVersion]) -> None:
        self._effective_periods = list(_effective_periods(versions))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The business time from `start` to `end`; zero where `end` is not later."""
        return sum((closes - opens for opens, closes in self.open_times(start, end)), timedelta())

    def due(self, start: datetime, budget: timedelta) -> datetime | None:
        """When a budget of business time from `start` is used up; None where the calendar never opens (C5).

        A budget used up exactly at closing is due at closing. A budget of zero is due at once, or at the next opening.
        """
        left = budget
        searched = open_last = start
        while searched < (never := open_last + NEVER_AFTER):
            # In steps: hours that never close would be one open time of years.
            until = min(searched + left + SEARCHED_AT_ONCE, never)
            for opens, closes in self.open_times(searched, until):
                if left <= closes - opens:
                    return opens + left
                left -= closes - opens
                open_last = closes
            searched = until
        return None

    def open_times(self, start: datetime, end: datetime) -> Iterator[Open]:
        """The open times between two instants, in order; no two touch or overlap."""
        waiting: Open | None = None
        for since, until, week in self._effective_periods:
            begin = start if since is None else max(start, since)
            stop = end if until is None else min(end, until)
            for opens, closes in _open_times(week, begin, stop):
                if waiting and opens <= waiting[1]:
                    waiting = waiting[0], max(waiting[1], closes)
                    continue
                if waiting:
                    yield waiting
                waiting = opens, closes
        if waiting:
            yield waiting


def _effective_periods(versions: Sequence[CalendarVersion]) -> Iterator[tuple[datetime | None, datetime | None, Week]]:
    """The periods in which one week counts: (from, to, week), split at each instant at which a version begins."""
    begins: list[datetime | None] = [None, *sorted({each.since for each in versions if each.since})]
    for since, until in pairwise([*begins, None]):
        for each in reversed(versions):
            if each.since is None or (since is not None and each.since <= since):
                yield since, until, each.week
                break


def _open_times(week: Week, start: datetime, end: datetime) -> Iterator[Open]:
    if start >= end:
        return
    # The previous date may have a range that runs past midnight. Where a zone skipped that date, take the one before.
    day = start.astimezone(_zone(week.zone)).date() - 2 * DAY
    last = end.astimezone(_zone(week.zone)).date()
    while day <= last:
        for opens, closes in _of_day(week.zone, _hours(week, day), day):
            if (opens := max(opens, start)) < (closes := min(closes, end)):
                yield opens, closes
        day += DAY


def _hours(week: Week, day: date) -> tuple[Hours, ...]:
    found = week.dates.get(day)
    return week.weekdays[day.weekday()] if found is None else found


@lru_cache(100_000)
def _of_day(zone: str, hours: tuple[Hours, ...], day: date) -> tuple[Open, ...]:
    if _instant(zone, day, timedelta()) >= _instant(zone, day, DAY):
        return ()  # a date that the zone skipped, as Samoa did at the date line
    times = sorted((_instant(zone, day, each.opens), _instant(zone, day, each.closes)) for each in hours)
    return tuple(each for each in times if each[0] < each[1])


def _instant(zone: str, day: date, since_midnight: timedelta) -> datetime:
    # Wall time, not elapsed time: so only nights with a clock change are an hour longer or shorter. A time that occurs
    # twice means the first (fold=0); a time that does not occur is read with the offset before the gap (PEP 495).
    return (datetime.combine(day, time()) + since_midnight).replace(tzinfo=_zone(zone)).astimezone(UTC)


_zone = lru_cache(ZoneInfo)
