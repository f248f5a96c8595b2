"""Figures beside those of another period: the one before, and the same one a year before."""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from domain.kernel.zones import zone as find_zone
from domain.measure.definition import MeasuredItem
from domain.measure.figure import Compare, ComparedFigure, Figure, FigureRow, figures
from domain.measure.period import Period, PeriodLength
from domain.statistics import Proportion, difference

_MONTHS = {"month": 1, "quarter": 3}
_YEAR = 12
_WEEKS = timedelta(weeks=52)


def other_period(period: Period, compare: Compare, length: PeriodLength, zone: str) -> Period:
    """The period with which one is compared, in its zone. A week is compared with that 52 weeks before; a span that is
    no such period, with one of as many days, or of as many months where it is whole months. A day that a month does not
    have is its last one."""
    within = find_zone(zone)
    begin, end = (each.astimezone(within).date() for each in (period.begin, period.end))
    if compare == "year-before":
        earlier = (begin - _WEEKS, end - _WEEKS) if length == "week" else _months_before(begin, end, _YEAR)
    elif length in _MONTHS:
        earlier = _months_before(begin, end, _MONTHS[length])
    elif length == "week":
        earlier = begin - timedelta(weeks=1), end - timedelta(weeks=1)
    elif length == "whole" and begin.day == end.day == 1:
        earlier = _months_before(begin, end, 12 * (end.year - begin.year) + end.month - begin.month)
    else:
        earlier = begin - (end - begin), begin
    first, last = earlier
    # Of the 29th of February, the day a year before is the 28th, as of the day before it.
    last = max(last, first + timedelta(days=1))
    return Period("", *(datetime.combine(day, time(), within).astimezone(UTC) for day in (first, last)))


def _months_before(begin: date, end: date, months: int) -> tuple[date, date]:
    return _month_before(begin, months), _month_before(end, months)


def _month_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def compared(
    rows: Sequence[FigureRow],
    items: Iterable[MeasuredItem],
    others: Sequence[tuple[Compare, Sequence[Period]]],
    slice_by: Sequence[str],
) -> list[FigureRow]:
    """These rows with the figures of the other periods. `items`: of all those periods. `others`: for each way to
    compare, a period for each one of the rows, in their order."""
    ordered = sorted(items, key=lambda item: item.at)
    times = [item.at for item in ordered]
    periods = list(dict.fromkeys(row.period for row in rows))
    found: dict[tuple[Compare, Period, str | None], tuple[Period, Figure]] = {}
    for compare, those in others:
        for period, other in zip(periods, those, strict=True):
            within = ordered[bisect_left(times, other.begin) : bisect_left(times, other.end)]
            for row in figures(within, [other], slice_by):
                found[compare, period, row.slice] = other, row.figure
    return [
        replace(
            row,
            compared=tuple(
                _comparison(compare, row.figure, *found[key])
                for compare, _ in others
                if (key := (compare, row.period, row.slice)) in found
            ),
        )
        for row in rows
    ]


def _comparison(compare: Compare, now: Figure, other: Period, then: Figure) -> ComparedFigure:
    made = ComparedFigure(compare, other.begin, other.end, then)
    if now.share is not None and then.share is not None:
        interval = difference(Proportion(now.hits or 0, now.n or 0), Proportion(then.hits or 0, then.n or 0))
        return replace(made, change=now.share - then.share, low=interval.low, high=interval.high)
    if now.quantity is not None and then.quantity is not None:
        return replace(made, change=now.quantity.p50.value - then.quantity.p50.value)
    if now.rate is not None and then.rate is not None:
        return replace(made, change=now.rate - then.rate)
    return made
