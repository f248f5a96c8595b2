"""Periods: days, ISO 8601 weeks, months and quarters of a time zone, as half-open spans of instants (UTC)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from domain.kernel.refusal import Refusal
from domain.kernel.time import EARLIEST, LATEST
from domain.kernel.zones import zone as find_zone

PeriodLength = Literal["day", "week", "month", "quarter", "whole"]
MOST_PERIODS = 500
"""How many periods an answer has, at most."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time from `begin` up to, and without, `end`. `label`: 2026-05-04, 2026-W19, 2026-05, 2026-Q2; empty
    for the whole span that was asked for."""

    label: str
    begin: datetime
    end: datetime


def periods(begin: date, end: date, length: PeriodLength, zone: str) -> list[Period]:
    """The periods from a day up to, and without, another day of a zone. The first and the last one are as long as the
    span lets them be. Raises Refusal `input-invalid` where there are none, or too many, or where nothing can have
    happened."""
    if not begin < end:
        raise Refusal("input-invalid", "`from` has to be before `to`; `to` is not part of the span")
    if begin < EARLIEST.date() or end > LATEST.date():
        raise Refusal("input-invalid", f"ask for days from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}")
    found: list[Period] = []
    for number, (label, first, next_) in enumerate(_days(begin, end, length)):
        if number == MOST_PERIODS:
            raise Refusal("input-invalid", f"ask for at most {MOST_PERIODS} periods at once: longer ones, or fewer")
        found.append(Period(label, _start(first, zone), _start(next_, zone)))
    return found


def _days(begin: date, end: date, length: PeriodLength) -> Iterator[tuple[str, date, date]]:
    if length == "whole":
        yield "", begin, end
        return
    first = begin
    while first < end:
        label, after = _period_of(first, length)
        yield label, first, min(after, end)
        first = after


def _period_of(day: date, length: PeriodLength) -> tuple[str, date]:
    """The label of the period that a day belongs to, and the day after the period."""
    if length == "day":
        return day.isoformat(), day + timedelta(days=1)
    if length == "week":
        year, week, weekday = day.isocalendar()
        return f"{year}-W{week:02}", day + timedelta(days=8 - weekday)
    if length == "month":
        return f"{day:%Y-%m}", _month_after(day, 0)
    quarter = (day.month - 1) // 3
    return f"{day:%Y}-Q{quarter + 1}", _month_after(day, 2 - (day.month - 1) % 3)


def _month_after(day: date, further: int) -> date:
    """The first day of the month after the month of `day`, and so many months `further`."""
    months = day.year * 12 + day.month + further
    return date(months // 12, months % 12 + 1, 1)


def _start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), find_zone(zone)).astimezone(UTC)
