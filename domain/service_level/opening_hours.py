"""Opening hours as people write them: parsed, checked, and turned into a calendar's week."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from domain.kernel.refusal import Refusal
from domain.kernel.text import Text
from domain.kernel.time import WrittenDay, Zone
from domain.kernel.values import Frozen, RecordedValue
from domain.service_level.open_times import Hours, Week

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_RANGE = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


Range = Annotated[Text, Field(max_length=100, json_schema_extra={"format": "hours", "examples": ["09:00-17:00"]})]
Ranges = Annotated[tuple[Range, ...], Field(max_length=24, fail_fast=True)]
WeekHours = Annotated[Mapping[str, Ranges], Field(max_length=7)]
Closed = Annotated[tuple[WrittenDay, ...], Field(max_length=1_000, fail_fast=True)]
PartDays = Annotated[Mapping[WrittenDay, Ranges], Field(max_length=1_000)]
Country = Annotated[Text, Field(max_length=100, json_schema_extra={"format": "iso-3166"})]


class RecordedHolidays(RecordedValue):
    """Whose public holidays are closed, in events."""

    country: Text
    subdivision: Text | None = None


class Holidays(RecordedHolidays):
    """Whose public holidays are closed: the ISO 3166 code of a country and, optionally, of a part of it."""

    country: Country
    subdivision: Country | None = None


class RecordedHours(Frozen):
    """What the revisions of a calendar say together."""

    zone: Text
    hours: Mapping[str, tuple[str, ...]]
    closed: tuple[date, ...] = ()
    part_days: Mapping[date, tuple[str, ...]] = Field(default_factory=dict)
    holidays: RecordedHolidays | None = None


class OpeningHours(RecordedHours):
    """A calendar as written. `hours`: by day, range of days or list of days. `part_days`: hours of single dates.
    `closed`: dates that are closed whatever the other keys say. Both come before holidays."""

    zone: Zone
    hours: WeekHours
    closed: Closed = ()
    part_days: PartDays = Field(default_factory=dict)
    holidays: Holidays | None = None


def check_days(hours: Iterable[str]) -> None:
    """Check what names the days, more strictly than `week` does, which reads what was recorded before. Raises Refusal
    `opening-hours-invalid`."""
    for days in hours:
        if any(part.strip().endswith("-") for part in days.split(",")):
            raise _names_no_days(days)


def week(written: RecordedHours, holidays: Iterable[date] = ()) -> Week:
    """The week, with the dates that differ. `holidays`: the dates that `written.holidays` stands for.

    Raises Refusal `opening-hours-invalid`, which says where.
    """
    weekdays: list[tuple[Hours, ...]] = [()] * len(DAYS)
    named: set[int] = set()
    for days, ranges in written.hours.items():
        for day in _days(days):
            if day in named:
                raise _invalid(f"{DAYS[day]} is named twice; write its hours in one place")
            named.add(day)
            weekdays[day] = _hours(days, ranges)
    dates: dict[date, tuple[Hours, ...]] = dict.fromkeys(holidays, ())
    dates |= {day: _hours(day.isoformat(), ranges) for day, ranges in written.part_days.items()}
    dates |= dict.fromkeys(written.closed, ())
    return Week(written.zone, tuple(weekdays), dates)


def _days(text: str) -> list[int]:
    found = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        try:
            begin, end = DAYS.index(first), DAYS.index(last or first)
        except ValueError:
            raise _names_no_days(text) from None
        # A range such as Saturday to Monday wraps round the end of the week.
        found += [day % 7 for day in range(begin, end + 1 + 7 * (end < begin))]
    return found


def _hours(where: str, ranges: Iterable[str]) -> tuple[Hours, ...]:
    found = sorted((_range(where, each) for each in ranges), key=lambda each: each.opens)
    for before, after in pairwise(found):
        if after.opens < before.closes:
            raise _invalid(f"two of the hours of {where} overlap")
    return tuple(found)


def _range(where: str, text: str) -> Hours:
    found = _RANGE.fullmatch(text)
    if not found:
        raise _invalid(f"“{text}” of {where} is no range of hours; write 09:00-17:00")
    hour, minute, end_hour, end_minute = map(int, found.groups())
    opens, closes = timedelta(hours=hour, minutes=minute), timedelta(hours=end_hour, minutes=end_minute)
    day = timedelta(days=1)
    if opens >= day or closes > day or opens == closes:
        raise _invalid(f"“{text}” of {where} is no range of hours; a whole day is 00:00-24:00")
    return Hours(opens, closes if closes > opens else closes + day)


def _names_no_days(text: str) -> Refusal:
    return _invalid(f"“{text}” names no days; write mon, mon-fri or mon,wed")


def _invalid(what: str) -> Refusal:
    return Refusal("opening-hours-invalid", what)
