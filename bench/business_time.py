"""Business time over a century and over a week, by the same calendar."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

from bench.rows import Row, Size
from domain.service_level.business_time import Calendar, CalendarVersion
from domain.service_level.opening_hours import OpeningHours, week
from tests.support.databases import Databases

_TIMES = 500
_END = datetime(2026, 6, 16, 12, tzinfo=UTC)
_CENTURY, _WEEK = timedelta(days=36_525), timedelta(days=7)


def business_time(databases: Databases, size: Size) -> Row:
    """What elapsed, of office hours with holidays where clocks change. The weeks that differ are remembered, as they
    are from one evaluation to the next; what the first one takes is a note. No database."""
    hours = OpeningHours(zone="Europe/Berlin", hours={"mon-fri": ("09:00-17:00",), "sat": ("10:00-14:00",)})
    days = (1, 1), (5, 1), (10, 3), (12, 25)
    holidays = [date(year, *day) for year in range(2016, 2057) for day in days]
    calendar = Calendar([CalendarVersion(None, week(hours, holidays))])
    first, centuries, weeks = _microseconds(calendar, _CENTURY, 1), list[float](), list[float]()
    for _ in range(size.rounds):
        weeks.append(_microseconds(calendar, _WEEK, _TIMES))
        centuries.append(_microseconds(calendar, _CENTURY, _TIMES))
    return Row(
        "business-time",
        "how much of 100 years is open",
        "how much of one week is open",
        "<=",
        3,
        [century / one for century, one in zip(centuries, weeks, strict=True)],
        {"us a century": min(centuries), "us a week": min(weeks), "us the first century": first},
    )


def _microseconds(calendar: Calendar, length: timedelta, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        calendar.elapsed(_END - length, _END)
    return (time.perf_counter() - began) * 1_000_000 / times
