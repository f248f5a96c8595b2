"""Business time over years and centuries: the same as if each date was counted, without counting each date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import available_timezones
from zoneinfo._zoneinfo import ZoneInfo as ReadableZone  # type: ignore[import-not-found]  # shows its changes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.service_level import open_times, whole_weeks
from domain.service_level.business_time import Calendar, CalendarVersion
from domain.service_level.open_times import Hours, Week, open_between
from domain.service_level.whole_weeks import OFFSETS_READ, WholeWeeks
from tests.domain.test_calendar import ranges

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ZONES = (
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca",
    "Africa/Freetown", "Asia/Manila", "Pacific/Kwajalein", "UTC",
)  # fmt: skip
OFFICE = (Hours(9 * HOUR, 17 * HOUR),)
CLOSED: tuple[Hours, ...] = ()
BERLIN = Week(
    "Europe/Berlin", (OFFICE,) * 5 + (CLOSED,) * 2, {date(year, 12, 25): CLOSED for year in range(2016, 2056)}
)

some = settings(max_examples=25)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """Any second from 1890, when zones had odd offsets, to 2060."""
    return datetime(1890, 1, 1, tzinfo=UTC) + draw(st.integers(0, 170 * 365 * 86_400)) * timedelta(seconds=1)


@st.composite
def long_weeks(draw: st.DrawFn, near: datetime) -> Week:
    """Any hours, some dates within eight years that differ, and perhaps years that are closed."""
    weekdays = draw(st.sampled_from([(OFFICE,) * 5 + (CLOSED,) * 2, (CLOSED,) * 7, None]))
    day = st.integers(-30, 3_000).map(lambda number: near.date() + number * DAY)
    differing = draw(st.dictionaries(day, ranges(), max_size=12))
    if length := draw(st.sampled_from([0, 0, 224, 1_499, 1_500, 1_501])):
        first = draw(day)
        differing |= {first + number * DAY: CLOSED for number in range(length)}
    return Week(draw(st.sampled_from(ZONES)), weekdays or tuple(draw(ranges()) for _ in range(7)), differing)


def counted(week: Week, start: datetime, end: datetime) -> timedelta:
    """What is open, a few dates at a time: as tests/domain/test_calendar.py compares with its stepper."""
    edges = [*(start + number * 5 * DAY for number in range(-((start - end) // (5 * DAY)))), end]
    return sum((open_between(week, *each) for each in pairwise(edges)), timedelta())


@some
@given(st.data(), instants(), st.integers(0, 9 * 365 * 86_400))
def test_elapsed_over_years_is_what_counting_each_date_gives(data: st.DataObject, start: datetime, length: int) -> None:
    week, end = data.draw(long_weeks(start)), start + timedelta(seconds=length)
    assert Calendar([CalendarVersion(None, week)]).elapsed(start, end) == counted(week, start, end)


def due_by_dates(week: Week, start: datetime, budget: timedelta) -> datetime | None:
    """When a budget is used up, by all open times one after the other."""
    last = start
    for opens, closes in open_times.open_times(week, start, start + 40_000 * DAY):
        if opens - last >= 1_500 * DAY:
            return None
        if budget <= closes - opens:
            return opens + budget
        budget, last = budget - (closes - opens), closes
    return None


@some
@given(st.data(), instants(), st.integers(0, 3_000 * 3_600))
def test_a_budget_of_years_is_used_up_as_date_by_date(data: st.DataObject, start: datetime, seconds: int) -> None:
    week, budget = data.draw(long_weeks(start)), timedelta(seconds=seconds)
    assert Calendar([CalendarVersion(None, week)]).due(start, budget) == due_by_dates(week, start, budget)


@pytest.mark.parametrize("closed", [1_400, 1_496, 1_500, 1_600])
@pytest.mark.parametrize("years", [1, 9])
def test_a_calendar_never_opens_after_1500_closed_days_however_long_it_did(closed: int, years: int) -> None:
    # Given years of office hours, then closed dates, then office hours
    start, first = datetime(2001, 3, 5, 9, tzinfo=UTC), date(2001 + years, 3, 5)
    closes = {first + number * DAY: CLOSED for number in range(closed)}
    week = Week("Europe/Berlin", BERLIN.weekdays, closes)
    enough, more = (
        open_between(week, start, datetime(2001 + years, 3, 5, tzinfo=UTC)) + each for each in (-HOUR, HOUR)
    )
    calendar = Calendar([CalendarVersion(None, week)])
    # Then
    assert calendar.due(start, enough) == due_by_dates(week, start, enough) is not None
    assert calendar.due(start, more) == due_by_dates(week, start, more)
    assert (calendar.due(start, more) is None) == (closed >= 1_500)


@pytest.mark.parametrize("wrong", ["_offset_is_constant", "_NEARBY"])
def test_counting_finds_out_when_a_week_is_taken_for_usual_wrongly(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given the nights to Sunday, in which clocks change, over two winters and three springs
    week = Week("Europe/Berlin", (CLOSED,) * 6 + ((Hours(0 * HOUR, 6 * HOUR),),), {date(2025, 6, 15): CLOSED})
    start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    assert WholeWeeks(week).open_between(start, end) == counted(week, start, end)
    # When
    monkeypatch.setattr(whole_weeks, wrong, (lambda *_: True) if wrong.startswith("_off") else -3 * DAY)
    # Then
    assert WholeWeeks(week).open_between(start, end) != counted(week, start, end)


def test_a_century_asks_for_no_more_dates_than_two_weeks_do(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    asked: list[date] = []
    of_day = open_times._of_day

    def counting(zone: str, hours: tuple[Hours, ...], day: date) -> tuple[tuple[datetime, datetime], ...]:
        asked.append(day)
        return of_day(zone, hours, day)

    monkeypatch.setattr(open_times, "_of_day", counting)
    calendar = Calendar([CalendarVersion(None, Week("Europe/Berlin", BERLIN.weekdays, dict(BERLIN.dates)))])
    end = datetime(2026, 6, 16, 12, tzinfo=UTC)
    start = end.replace(year=1926)
    # Then the first time, the weeks with a change of the clocks and those with a holiday are counted
    found = calendar.elapsed(start, end)
    assert len(asked) < 0.1 * 36_500
    # And then only those at either end
    for what in (lambda: calendar.elapsed(start, end), lambda: calendar.due(start, found)):
        what()
        asked.clear()
        assert what() in (found, calendar.due(start, found))
        assert len(asked) < 60
    assert calendar.elapsed(start, calendar.due(start, found) or end) == found


@pytest.mark.parametrize("year", [1, 9_999])
def test_the_ends_of_the_calendar_can_be_counted_in_every_zone(year: int) -> None:
    for zone in ZONES:
        calendar = Calendar([CalendarVersion(None, Week(zone, (OFFICE,) * 7))])
        ends = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        edge = ends[0] if year == 1 else ends[1]
        assert calendar.elapsed(min(edge, ends[1] - 9 * DAY), edge) < 9 * 8 * HOUR
        assert calendar.due(edge, 8 * HOUR) is None or year == 1
        assert calendar.due(ends[1] - 2_000 * DAY, 9_000 * DAY) is None


def test_no_zone_changes_its_offset_and_back_between_two_readings() -> None:
    for name in sorted(available_timezones()):
        zone = ReadableZone(name)
        offsets = [zone._tti_before.utcoff, *(each.utcoff for each in zone._ttinfos)]
        changes = [at for at, old, new in zip(zone._trans_utc, offsets, offsets[1:], strict=False) if old != new]
        assert all(after - before > OFFSETS_READ.total_seconds() for before, after in pairwise(changes)), name
