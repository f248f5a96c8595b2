"""Business time, in zones and on days where it is hard."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import domain.service_level.open_times
from domain.service_level.business_time import Calendar, CalendarVersion
from domain.service_level.open_times import Hours, Week

MINUTE = timedelta(minutes=1)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
CHANGES = (
    # When the clocks went forward or back somewhere, or a date was left out; and a common day.
    date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4),
    date(2011, 12, 30), date(2026, 6, 16),
)  # fmt: skip


def hours(opens: str, closes: str) -> Hours:
    """A range said as people say it."""
    begin, end = (timedelta(hours=int(each[:2]), minutes=int(each[3:])) for each in (opens, closes))
    return Hours(begin, end if end > begin else end + timedelta(days=1))


def calendar(zone: str, *ranges: Hours, **dates: tuple[Hours, ...]) -> Calendar:
    """Monday to Friday; dates as `_2026_04_03=()`."""
    differing = {date.fromisoformat(name[1:].replace("_", "-")): found for name, found in dates.items()}
    return Calendar([CalendarVersion(None, Week(zone, (ranges,) * 5 + ((),) * 2, differing))])


def at(text: str) -> datetime:
    """An instant, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


BERLIN = calendar("Europe/Berlin", hours("09:00", "17:00"), _2026_04_03=(), _2026_12_24=(hours("09:00", "13:00"),))
NIGHTS = calendar("Europe/Berlin", hours("22:00", "06:00"))


@pytest.mark.parametrize(
    ("which", "start", "budget", "due"),
    [
        (BERLIN, "2026-06-16T09:30+02:00", "1:00", "2026-06-16T10:30+02:00"),
        (BERLIN, "2026-06-12T16:30+02:00", "1:00", "2026-06-15T09:30+02:00"),  # over a weekend
        (BERLIN, "2026-06-12T16:00+02:00", "1:00", "2026-06-12T17:00+02:00"),  # used up at closing
        (BERLIN, "2026-06-12T16:00+02:00", "1:01", "2026-06-15T09:01+02:00"),
        (BERLIN, "2026-04-02T16:30+02:00", "1:00", "2026-04-06T09:30+02:00"),  # over a closed date
        (BERLIN, "2026-12-24T12:00+01:00", "2:00", "2026-12-25T10:00+01:00"),  # a part day
        (BERLIN, "2026-06-13T12:00+02:00", "0:00", "2026-06-15T09:00+02:00"),  # nothing, while closed
        (BERLIN, "2026-06-16T12:00+02:00", "0:00", "2026-06-16T12:00+02:00"),  # nothing, while open
        (NIGHTS, "2026-06-16T23:00+02:00", "8:00", "2026-06-17T23:00+02:00"),
    ],
)
def test_a_budget_is_used_up_in_open_hours(which: Calendar, start: str, budget: str, due: str) -> None:
    number, minutes = budget.split(":")
    assert which.due(at(start), timedelta(hours=int(number), minutes=int(minutes))) == at(due)


@pytest.mark.parametrize(
    ("night", "length"), [("2026-03-27", 8), ("2026-03-28", 7), ("2026-10-24", 9), ("2026-10-25", 8)]
)
def test_a_night_in_which_the_clocks_change_is_an_hour_shorter_or_longer(night: str, length: int) -> None:
    every_night = Calendar([CalendarVersion(None, Week("Europe/Berlin", ((hours("22:00", "06:00"),),) * 7))])
    noon = datetime.fromisoformat(f"{night}T12:00").replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    assert every_night.elapsed(noon, noon + timedelta(days=1)) == timedelta(hours=length)


def test_a_date_that_was_left_out_was_open_to_nobody() -> None:
    # Given Samoa, where a Thursday was followed by a Saturday
    samoa = calendar("Pacific/Apia", hours("09:00", "17:00"))
    start, end = at("2011-12-28T00:00-10:00"), at("2012-01-03T00:00+14:00")
    # Then there were Wednesday, Thursday, and Monday
    assert samoa.elapsed(start, end) == timedelta(hours=24)


def test_a_night_before_an_excepted_date_ends_in_the_morning_after_it() -> None:
    every_night = Calendar([CalendarVersion(None, Week("Pacific/Apia", ((hours("22:00", "06:00"),),) * 7))])
    # Given the night of Thursday the 29th, after which Saturday the 31st came
    opens, midnight, closes = at("2011-12-29T22:00-10:00"), at("2011-12-31T00:00+14:00"), at("2011-12-31T06:00+14:00")
    # Then it is one night, also for who begins to count in its middle
    assert every_night.elapsed(opens, closes) == timedelta(hours=8)
    assert every_night.elapsed(midnight, closes) == timedelta(hours=6)
    assert every_night.due(midnight, timedelta(hours=6)) == closes


def test_what_never_opens_is_never_due_and_what_opens_late_is() -> None:
    start = at("2026-01-01T00:00Z")
    never = Calendar([CalendarVersion(None, Week("Asia/Kolkata", ((),) * 7))])
    assert never.due(start, timedelta()) is None
    assert never.due(start, timedelta(hours=1)) is None
    once = (hours("00:00", "00:00"),)
    late = Calendar([CalendarVersion(None, Week("UTC", ((),) * 7, {date(2029, 12, 1): once, date(2033, 12, 1): once}))])
    assert late.due(start, timedelta(hours=1)) == at("2029-12-01T01:00Z")
    # Each wait is counted from what was open last.
    assert late.due(start, timedelta(hours=25)) == at("2033-12-01T01:00Z")
    assert late.due(start, timedelta(hours=49)) is None


def test_each_second_is_judged_by_the_last_recorded_version_that_began() -> None:
    # Given hours that grow at noon, and a correction of all June
    noon = at("2026-06-16T12:00+02:00")
    short, long = (Week("Europe/Berlin", ((hours("09:00", end),),) * 7) for end in ("17:00", "20:00"))
    closed = Week("Europe/Berlin", ((),) * 7)
    day = at("2026-06-16T00:00+02:00"), at("2026-06-17T00:00+02:00")
    # Then
    assert Calendar([CalendarVersion(None, short), CalendarVersion(noon, long)]).elapsed(*day) == timedelta(hours=11)
    corrected = [
        CalendarVersion(None, short),
        CalendarVersion(noon, long),
        CalendarVersion(at("2026-06-01T00:00+02:00"), closed),
    ]
    assert Calendar(corrected).elapsed(*day) == timedelta()
    assert Calendar(corrected).elapsed(at("2026-05-31T00:00+02:00"), day[1]) == timedelta(hours=8)
    # And hours that go on over a change of version are one open time
    assert list(Calendar([CalendarVersion(None, long), CalendarVersion(noon, long)]).open_times(*day)) == [
        (at("2026-06-16T09:00+02:00"), at("2026-06-16T20:00+02:00"))
    ]


few = settings(max_examples=40)

# -- against a stepper that asks each minute whether it is open


minutes = st.integers(0, 24 * 60).map(lambda number: number * MINUTE)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Hours, ...]:
    """Those of a day: none, one, two with a break, all day, or a night."""
    found = []
    for _ in range(draw(st.integers(0, 2))):
        opens, length = draw(minutes), draw(minutes)
        found.append(Hours(opens, opens + max(length, MINUTE)))
    return tuple(found)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Any hours on any weekday, and some dates near a change of the clocks that differ."""
    weekdays = tuple(draw(ranges()) for _ in range(7))
    differing = draw(st.dictionaries(st.sampled_from(CHANGES), ranges(), max_size=2))
    return Week(draw(st.sampled_from(ZONES)), weekdays, differing)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """A whole minute within two days of a change of the clocks."""
    day = draw(st.sampled_from(CHANGES))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + draw(st.integers(-2 * 1440, 2 * 1440)) * MINUTE


def is_open(week: Week, instant: datetime) -> bool:
    """Whether the minute that begins here is open, by what a clock on the wall shows."""
    zone = ZoneInfo(week.zone)
    shown = instant.astimezone(zone)
    if shown.fold:
        # Openings and closings in a repeated hour were those of its first time: nothing happens in the second.
        while shown.fold:
            instant -= MINUTE
            shown = instant.astimezone(zone)
    wall = shown.replace(tzinfo=None, fold=0)
    for back in range(3):
        day = wall.date() - timedelta(days=back)
        if not _was(zone, day):
            continue
        for each in week.dates.get(day, week.weekdays[day.weekday()]):
            midnight = datetime.combine(day, time())
            if _reached(zone, midnight + each.opens, instant) and not _reached(zone, midnight + each.closes, instant):
                return True
    return False


def _reached(zone: ZoneInfo, wall: datetime, instant: datetime) -> bool:
    """Whether the clock on the wall has shown this, or would have but for a gap: steps from a time long before."""
    shown = instant.astimezone(zone)
    naive = shown.replace(tzinfo=None)
    if naive >= wall:
        # A gap was jumped over: what it holds is reached when as much time has passed as the clock was short of it.
        jumped = instant - timedelta(hours=30)
        before = jumped.astimezone(zone)
        ahead = (shown.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
        if ahead > timedelta() and not _exists(zone, wall):
            return naive - ahead >= wall
        return True
    return False


def _exists(zone: ZoneInfo, wall: datetime) -> bool:
    there = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) == wall


def _was(zone: ZoneInfo, day: date) -> bool:
    return any(_exists(zone, datetime.combine(day, time(hour, 30))) for hour in range(24))


def stepped(week: Week, start: datetime, end: datetime) -> timedelta:
    """How much is open, minute by minute."""
    minutes = (end - start) // MINUTE
    return sum(is_open(week, start + number * MINUTE) for number in range(minutes)) * MINUTE


@few
@given(weeks(), instants(), st.integers(0, 1500))
def test_elapsed_is_what_a_stepper_counts(week: Week, start: datetime, length: int) -> None:
    end = start + length * MINUTE
    assert Calendar([CalendarVersion(None, week)]).elapsed(start, end) == stepped(week, start, end)


@pytest.mark.parametrize("night", ["2026-10-25", "2026-03-29"])
def test_the_stepper_finds_out_when_wall_times_are_read_otherwise(night: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given an opening in the hour that comes twice, or is left out
    week = Week("Europe/Berlin", ((hours("02:30", "06:00"),),) * 7)
    start = at(f"{night}T00:00Z") - timedelta(hours=6)
    end = start + timedelta(days=1)
    assert Calendar([CalendarVersion(None, week)]).elapsed(start, end) == stepped(week, start, end)

    # When such a time means its second time, or is read with the offset after the gap
    def wrong(zone: str, day: date, since_midnight: timedelta) -> datetime:
        local = datetime.combine(day, time(), ZoneInfo(zone)) + since_midnight
        return local.replace(fold=1).astimezone(UTC)

    monkeypatch.setattr(domain.service_level.open_times, "_instant", wrong)
    domain.service_level.open_times._of_day.cache_clear()
    read_wrong = Calendar([CalendarVersion(None, week)]).elapsed(start, end)
    domain.service_level.open_times._of_day.cache_clear()
    # Then
    assert read_wrong != stepped(week, start, end)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Of up to three versions, in any order."""
    later = [CalendarVersion(draw(instants()), draw(weeks())) for _ in range(draw(st.integers(0, 2)))]
    return Calendar([CalendarVersion(None, draw(weeks())), *later])


@few
@given(calendars(), instants(), st.integers(0, 5000).map(lambda number: number * timedelta(seconds=17)))
def test_due_and_elapsed_are_each_others_inverse(which: Calendar, start: datetime, budget: timedelta) -> None:
    due = which.due(start, budget)
    if due is None:
        assert which.elapsed(start, start + timedelta(days=1500)) < max(budget, timedelta(microseconds=1))
    else:
        assert which.elapsed(start, due) == budget
        # And not a moment earlier
        assert due == start or not budget or which.elapsed(start, due - timedelta(microseconds=1)) < budget


@few
@given(calendars(), st.lists(instants(), min_size=3, max_size=3).map(sorted))
def test_elapsed_adds_up_and_never_falls(which: Calendar, three: list[datetime]) -> None:
    first, middle, last = three
    assert which.elapsed(first, middle) + which.elapsed(middle, last) == which.elapsed(first, last)
    assert timedelta() <= which.elapsed(first, middle) <= which.elapsed(first, last) <= last - first


@few
@given(calendars(), instants(), st.lists(st.integers(0, 90_000), min_size=2, max_size=2).map(sorted))
def test_more_budget_is_never_due_earlier(which: Calendar, start: datetime, budgets: list[int]) -> None:
    less, more = (which.due(start, timedelta(seconds=each)) for each in budgets)
    assert more is None or (less is not None and less <= more)


def test_hours_that_never_close_are_searched_no_further_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    asked: list[date] = []
    of_day = domain.service_level.open_times._of_day

    def counting(zone: str, hours: tuple[Hours, ...], day: date) -> tuple[tuple[datetime, datetime], ...]:
        asked.append(day)
        return of_day(zone, hours, day)

    monkeypatch.setattr(domain.service_level.open_times, "_of_day", counting)
    always = Calendar([CalendarVersion(None, Week("Europe/Berlin", ((hours("00:00", "00:00"),),) * 7))])
    start = at("2026-03-28T12:00Z")
    # Then
    assert always.due(start, timedelta(hours=30)) == start + timedelta(hours=30)
    assert len(asked) < 15
    # And a budget longer than what passes for never
    assert always.due(start, timedelta(days=4000)) == start + timedelta(days=4000)
