"""Opening hours as people write them: which are read, how, and which are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.kernel.refusal import Refusal
from domain.service_level.business_time import Calendar, CalendarVersion
from domain.service_level.open_times import Hours
from domain.service_level.opening_hours import OpeningHours, week

HOUR = timedelta(hours=1)


def written(hours: dict[str, tuple[str, ...]], **more: Any) -> OpeningHours:
    return OpeningHours.model_validate({"zone": "UTC", "hours": hours, **more})


def open_days(days: str) -> list[int]:
    weekdays = week(written({days: ("09:00-10:00",)})).weekdays
    return [number for number, each in enumerate(weekdays) if each]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ("mon", [0]),
        ("sun", [6]),
        ("mon-fri", [0, 1, 2, 3, 4]),
        ("mon,wed", [0, 2]),
        ("mon, wed-thu", [0, 2, 3]),
        ("sat-mon", [0, 5, 6]),
        ("tue-tue", [1]),
        ("mon-sun", [0, 1, 2, 3, 4, 5, 6]),
        ("tue-mon", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_days_are_named_alone_in_ranges_or_in_lists(days: str, found: list[int]) -> None:
    assert open_days(days) == found


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("09:00-17:00", 9 * HOUR, 17 * HOUR),
        ("08:15-09:45", 8.25 * HOUR, 9.75 * HOUR),
        ("00:00-24:00", 0 * HOUR, 24 * HOUR),
        ("22:00-06:00", 22 * HOUR, 30 * HOUR),
        ("12:00-00:00", 12 * HOUR, 24 * HOUR),
        ("23:59-24:00", timedelta(hours=23, minutes=59), 24 * HOUR),
    ],
)
def test_a_range_is_read_as_time_since_midnight(text: str, opens: timedelta, closes: timedelta) -> None:
    assert week(written({"mon": (text,)})).weekdays[0] == (Hours(opens, closes),)


@pytest.mark.parametrize(
    "hours",
    [
        {"noday": ("09:00-10:00",)},
        {"mon-": ("09:00",)},
        {"": ()},
        {"mon-fri-sun": ()},
        {"mon": ("9:00-10:00",)},
        {"mon": ("09:00-25:00",)},
        {"mon": ("09:60-10:00",)},
        {"mon": ("09:00-10:00 ",)},
        {"mon": ("24:00-24:00",)},
        {"mon": ("24:00-06:00",)},
        {"mon": ("09:00-24:01",)},
        {"mon": ("10:00-10:00",)},
        {"mon": ("00:00-00:00",)},
        {"mon": ("09:00-12:00", "11:59-13:00")},
        {"mon": ("11:00-12:00", "09:00-13:00")},
        {"mon-fri": ("09:00-10:00",), "wed": ("11:00-12:00",)},
        {"mon,mon": ("09:00-10:00",)},
    ],
)
def test_hours_that_cannot_be_read_or_overlap_are_refused(hours: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(Refusal) as refused:
        week(written(hours))
    assert refused.value.code == "opening-hours-invalid"


def test_hours_that_adjoin_are_hours_without_a_gap() -> None:
    # Given hours that follow upon one another, written in any order
    for ranges in (("09:00-12:00", "12:00-17:00"), ("12:00-17:00", "09:00-12:00")):
        adjoining = week(written({"mon-fri": ranges}))
        assert adjoining.weekdays[0] == (Hours(9 * HOUR, 12 * HOUR), Hours(12 * HOUR, 17 * HOUR))
        # Then noon belongs to them, once
        calendar = Calendar([CalendarVersion(None, adjoining)])
        monday = datetime(2026, 6, 1, tzinfo=UTC)
        assert list(calendar.open_times(monday, monday + timedelta(days=1))) == [
            (monday + 9 * HOUR, monday + 17 * HOUR)
        ]
        assert calendar.elapsed(monday, monday + timedelta(days=1)) == 8 * HOUR
        assert calendar.due(monday + 9 * HOUR, 3 * HOUR) == monday + 12 * HOUR


def test_nights_that_adjoin_are_open_without_a_gap() -> None:
    always = Calendar([CalendarVersion(None, week(written({"mon-sun": ("06:00-22:00", "22:00-06:00")})))])
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    assert list(always.open_times(monday, monday + timedelta(days=3))) == [(monday, monday + timedelta(days=3))]


def test_what_is_closed_counts_before_a_part_day_and_that_before_a_holiday() -> None:
    one, two, three, four = (date(2026, 6, day) for day in (1, 2, 3, 4))
    part = {day.isoformat(): ("09:00-10:00",) for day in (one, two)}
    found = week(written({"mon-fri": ("09:00-17:00",)}, part_days=part, closed=(one.isoformat(),)), [two, three])
    assert found.dates == {one: (), two: (Hours(9 * HOUR, 10 * HOUR),), three: ()}
    assert four not in found.dates
    assert found.zone == "UTC"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "localtime", "Factory", "posixrules", "", "../UTC", "Europe", "\x00"])
def test_a_zone_that_is_none_or_another_elsewhere_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError):
        OpeningHours.model_validate({"zone": zone, "hours": {}})
