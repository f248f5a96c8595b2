"""What a calendar decides: written once, edited for the time to come, corrected for the time gone by."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.service_level.calendar import (
    CalendarCorrected,
    CalendarEdited,
    CalendarState,
    CalendarWritten,
    CorrectCalendar,
    EditCalendar,
    HolidayDates,
    WriteCalendar,
    calendar,
    decide,
    evolve,
    zone_at,
)
from domain.service_level.opening_hours import Holidays, OpeningHours, RecordedHours, week
from domain.service_level.versioned_policies import VersionedPolicies
from tests.support.given import Aggregate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(days=1)
HOUR = timedelta(hours=1)
DATES = HolidayDates(dates=(date(2026, 6, 4),), data="0.1")
rule = Aggregate[CalendarState](evolve, lambda state, command: decide(state, command, NOW, zone_data="tz 1"))
closing = Aggregate[CalendarState](evolve, lambda state, command: decide(state, command, NOW, DATES, "tz 1"))
HOURS: dict[str, Any] = {"mon-fri": ("09:00-17:00",)}
SAID: dict[str, Any] = {"zone": "Europe/Berlin", "hours": HOURS, "closed": (), "part_days": {}, "zone_data": "tz 1"}
WRITTEN = CalendarWritten(calendar_name="Berlin", **SAID)
WRITE = WriteCalendar(name="Berlin", opening_hours=OpeningHours(zone="Europe/Berlin", hours=HOURS))


def test_a_calendar_is_written_once_with_its_hours() -> None:
    rule.given().when(WRITE).then(WRITTEN)
    rule.given(WRITTEN).when(WRITE).then("calendar-exists")


def test_holidays_are_kept_as_the_dates_they_stood_for() -> None:
    command = EditCalendar(effective_from=SOON, holidays=Holidays(country="DE"))
    closing.given(WRITTEN).when(command).then(
        CalendarEdited(
            effective_from=SOON,
            holidays=Holidays(country="DE"),
            holiday_dates=DATES.dates,
            holidays_data="0.1",
            zone_data="tz 1",
        )
    )
    state = closing.given(WRITTEN, *map(_event, closing.given(WRITTEN).when(command).happened)).state
    assert state is not None
    week = calendar(state.revisions)
    assert week.elapsed(datetime(2026, 6, 4, tzinfo=UTC), datetime(2026, 6, 5, tzinfo=UTC)) == timedelta()
    assert week.elapsed(datetime(2026, 6, 5, tzinfo=UTC), datetime(2026, 6, 6, tzinfo=UTC)) == 8 * HOUR


def _event(happened: object) -> CalendarEdited:
    assert isinstance(happened, CalendarEdited)
    return happened


@pytest.mark.parametrize("command", [EditCalendar(effective_from=SOON, closed=()),
                                     CorrectCalendar(correct_from=NOW, closed=())])  # fmt: skip
def test_nothing_is_changed_of_what_was_never_written(command: EditCalendar | CorrectCalendar) -> None:
    # A zone is given, since there is none yet.
    rule.given().when(command).then("not-found")
    rule.given(CalendarEdited(effective_from=SOON, closed=())).when(command).then("not-found")


def test_a_correction_is_about_what_was() -> None:
    rule.given(WRITTEN).when(CorrectCalendar(correct_from=SOON, closed=())).then("correct-from-future")


def test_an_edit_is_about_what_is_to_come_and_says_something() -> None:
    given = rule.given(WRITTEN)
    given.when(EditCalendar(effective_from=NOW, closed=())).then("effective-from-past")
    given.when(EditCalendar(effective_from=SOON)).then("nothing-said")
    given.when(CorrectCalendar(correct_from=NOW)).then("nothing-said")
    given.when(EditCalendar(effective_from=SOON, closed=())).then(
        CalendarEdited(effective_from=SOON, closed=(), zone_data="tz 1")
    )
    before = NOW - timedelta(days=9)
    given.when(CorrectCalendar(correct_from=before, closed=())).then(
        CalendarCorrected(correct_from=before, closed=(), zone_data="tz 1")
    )


def test_what_makes_no_hours_is_refused() -> None:
    wrong: dict[str, Any] = {"mon": ("09:00-12:00", "11:00-13:00")}
    rule.given(WRITTEN).when(EditCalendar(effective_from=SOON, hours=wrong)).then("opening-hours-invalid")
    rule.given(WRITTEN).when(CorrectCalendar(correct_from=NOW, hours={"noday": ()})).then("opening-hours-invalid")


@pytest.mark.parametrize("days", ["mon-", "mon-fri,sat-", " tue- "])
def test_an_open_range_of_days_is_refused_and_still_read_where_recorded(days: str) -> None:
    hours = {days: ("09:00-12:00",)}
    rule.given(WRITTEN).when(EditCalendar(effective_from=SOON, hours=hours)).then("opening-hours-invalid")
    assert any(week(RecordedHours(zone="UTC", hours=hours)).weekdays)


@pytest.mark.parametrize("zone", [None, "Asia/Kolkata"])
def test_a_date_begins_at_midnight_of_the_zone_in_force_not_the_new_one(zone: str | None) -> None:
    midnight, past = datetime(2026, 6, 9, 22, tzinfo=UTC), timedelta(days=30)
    more: dict[str, Any] = {"zone": zone} if zone else {}
    keys: dict[str, Any] = {"closed": (), "zone_data": "tz 1", **more}
    day = date(2026, 6, 10)
    rule.given(WRITTEN).when(EditCalendar(effective_from=day, closed=(), **more)).then(
        CalendarEdited(effective_from=midnight, **keys)
    )
    rule.given(WRITTEN).when(CorrectCalendar(correct_from=day - past, closed=(), **more)).then(
        CalendarCorrected(correct_from=midnight - past, **keys)
    )


def test_the_zone_is_the_one_in_force_at_an_instant() -> None:
    state = rule.given(WRITTEN, CalendarEdited(effective_from=SOON, zone="Asia/Kolkata")).state
    assert state is not None
    assert state.name == "Berlin"
    assert [(each.version, each.since) for each in state.revisions] == [(1, None), (2, SOON)]
    just_before = SOON - timedelta(microseconds=1)
    assert [zone_at(state.revisions, at) for at in (NOW, just_before, SOON)] == [
        "Europe/Berlin", "Europe/Berlin", "Asia/Kolkata",
    ]  # fmt: skip


def test_a_calendar_counts_by_the_hours_of_each_time() -> None:
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    half: dict[str, Any] = {"mon-fri": ("09:00-13:00",)}
    state = rule.given(WRITTEN, CalendarEdited(effective_from=monday + timedelta(days=1), hours=half)).state
    assert state is not None
    week = calendar(state.revisions)
    days = [monday + timedelta(days=number) for number in range(4)]
    assert [week.elapsed(day, day + timedelta(days=1)) // HOUR for day in days] == [8, 4, 4, 4]


def test_the_version_of_a_calendar_is_the_last_that_counts_by_then() -> None:
    versions = {"calendar-1": [(None, 1), (NOW, 3), (NOW + timedelta(days=1), 2)]}
    known = VersionedPolicies({}, {}, versions, zone="UTC")
    moments = [NOW - timedelta(microseconds=1), NOW, NOW + timedelta(days=1)]
    assert [known.calendar_version("calendar-1", at) for at in moments] == [1, 3, 2]
    assert known.calendar_version("calendar-2", NOW) is None
    assert (
        VersionedPolicies({}, {}, {"calendar-1": [(NOW, 1)]}, zone="UTC").calendar_version("calendar-1", moments[0])
        is None
    )
