"""When a calendar is open, date by date: docs/calendars.md C1 to C4. All instants are aware UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from domain.kernel.zones import zone

DAY = timedelta(days=1)
FIRST = datetime(1, 1, 8, tzinfo=UTC)
LAST = datetime(9999, 12, 1, tzinfo=UTC)
"""Nothing is open before FIRST or after LAST: near the ends of the Gregorian calendar, some zones miss dates."""


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


def open_times(week: Week, start: datetime, end: datetime) -> Iterator[Open]:
    """The open times between two instants, in order; no two touch or overlap."""
    return joined(_by_date(week, max(start, FIRST), min(end, LAST)))


def joined(open_times: Iterable[Open]) -> Iterator[Open]:
    """Open times in order, with those joined that touch or overlap."""
    waiting: Open | None = None
    for opens, closes in open_times:
        if waiting and opens <= waiting[1]:
            waiting = waiting[0], max(waiting[1], closes)
            continue
        if waiting:
            yield waiting
        waiting = opens, closes
    if waiting:
        yield waiting


def open_between(week: Week, start: datetime, end: datetime) -> timedelta:
    """How much is open between two instants, counted date by date."""
    return sum((closes - opens for opens, closes in open_times(week, start, end)), timedelta())


def _by_date(week: Week, start: datetime, end: datetime) -> Iterator[Open]:
    if start >= end:
        return
    # The previous date may have a range that runs past midnight. Where a zone skipped that date, take the one before.
    day = start.astimezone(zone(week.zone)).date() - 2 * DAY
    last = end.astimezone(zone(week.zone)).date()
    while day <= last:
        for opens, closes in _of_day(week.zone, _hours(week, day), day):
            if (opens := max(opens, start)) < (closes := min(closes, end)):
                yield opens, closes
        day += DAY


def _hours(week: Week, day: date) -> tuple[Hours, ...]:
    found = week.dates.get(day)
    return week.weekdays[day.weekday()] if found is None else found


@lru_cache(100_000)
def _of_day(zone_name: str, hours: tuple[Hours, ...], day: date) -> tuple[Open, ...]:
    if _instant(zone_name, day, timedelta()) >= _instant(zone_name, day, DAY):
        return ()  # a date that the zone skipped, as Samoa did at the date line
    times = sorted((_instant(zone_name, day, each.opens), _instant(zone_name, day, each.closes)) for each in hours)
    return tuple(each for each in times if each[0] < each[1])


def _instant(zone_name: str, day: date, since_midnight: timedelta) -> datetime:
    # Wall time, not elapsed time: so only nights with a clock change are an hour longer or shorter. A time that occurs
    # twice means the first (fold=0); a time that does not occur is read with the offset before the gap (PEP 495).
    return (datetime.combine(day, time()) + since_midnight).replace(tzinfo=zone(zone_name)).astimezone(UTC)
