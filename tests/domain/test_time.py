"""The one reading of instants, days and durations: what is written is read back, and what is ambiguous is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.kernel.refusal import Refusal
from domain.kernel.time import (
    WrittenDay,
    WrittenDayOrInstant,
    WrittenDuration,
    WrittenInstant,
    day_of,
    duration_text,
    end_of_day,
    read_day_or_instant,
    read_duration,
    read_instant,
    start_of_day,
    until_end,
)

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "Asia/Beirut", "America/Havana")
MICROSECOND = timedelta(microseconds=1)
DAYS = st.dates(date(1990, 1, 1), date(2037, 12, 31))
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# hypothesis takes bounds without a zone, and gives them one.
INSTANTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=OFFSETS)  # noqa: DTZ001
SPANS = st.integers(0, 10_000 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


# -- instants


@given(INSTANTS)
def test_an_instant_is_read_back_as_it_was_written(at: datetime) -> None:
    text = at.isoformat()
    assert read_instant(text) == at
    assert read_instant(text).utcoffset() == timedelta(0)
    assert read_instant(text.replace("T", " ")) == read_day_or_instant(text) == at


@given(INSTANTS)
def test_an_instant_is_read_as_the_library_reads_it(at: datetime) -> None:
    text = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    assert read_instant(text) == TypeAdapter(datetime).validate_python(text)


@given(INSTANTS, st.sampled_from(["T", " "]), st.sampled_from(["auto", "minutes", "milliseconds"]))
def test_a_time_without_a_zone_is_refused(at: datetime, between: str, how: str) -> None:
    naive = at.replace(tzinfo=None)
    with pytest.raises(ValueError, match="a time without a zone"):
        read_instant(naive.isoformat(between, how))
    with pytest.raises(ValidationError, match="a time without a zone"):
        TypeAdapter(WrittenInstant).validate_python(naive)


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "1900000000", "2026-05-04", "20260504T0930Z", "2026-W19-1T09:30Z",
        "2026-05-04T09Z", "2026-02-30T09:30Z",
        "2026-05-04T24:00Z", "2026-05-04T09:30:60Z", "2026-05-04T09:30+24:00", "2026-05-04T09:30+02:60",
        "2026-05-04T09:30:00 02:00", "2026-05-04T09:30 Europe/Berlin", "2026-05-04T09:30.5Z", "2026-05-04T09:30:00ZZ",
        "2026-05-04T09:30:00Z\n", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "٢٠٢٦-05-04T09:30Z",
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write|no such date"):
        read_instant(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-05-04T09:30Z", "09:30:00"), ("2026-05-04t09:30z", "09:30:00"), ("2026-05-04_09:30:07Z", "09:30:07"),
        ("2026-05-04T09:30+02", "07:30:00"), ("2026-05-04T09:30+0200", "07:30:00"),
        ("2026-05-04T09:30-01:15", "10:45:00"),
        ("2026-05-04T09:30\u221201:15", "10:45:00"), ("2026-05-05T09:29+23:59", "09:30:00"),
        ("2026-05-04T09:30:07.5Z", "09:30:07.500000"), ("2026-05-04T09:30:07,25Z", "09:30:07.250000"),
        ("2026-05-04T09:30:07.123456789Z", "09:30:07.123456"), ("2026-05-04T09:30:07.0000019Z", "09:30:07.000001"),
    ],
)  # fmt: skip
def test_an_instant_is_read_however_the_standard_lets_it_be_written(text: str, at: str) -> None:
    assert read_instant(text).isoformat() == f"2026-05-04T{at}+00:00"


def test_a_date_alone_is_a_day_and_no_instant() -> None:
    with pytest.raises(ValueError, match="a date alone is no instant"):
        read_instant("2026-05-04")
    assert read_day_or_instant("2026-05-04") == date(2026, 5, 4)
    with pytest.raises(ValueError, match="there is no such date"):
        read_day_or_instant("2026-02-30")


@pytest.mark.parametrize("value", [20260504, 1.5, None, True, ["2026-05-04"]])
def test_what_is_neither_written_nor_a_date_is_refused(value: object) -> None:
    kinds: list[Any] = [WrittenDay, WrittenInstant, WrittenDayOrInstant]
    for kind in kinds:
        with pytest.raises(ValidationError, match="write"):
            TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize("written", ["2026-05-04", "2026-05-04T00:00:00", date(2026, 5, 4)])
def test_a_day_is_written_as_a_date(written: object) -> None:
    assert TypeAdapter(WrittenDay).validate_python(written) == date(2026, 5, 4)


@pytest.mark.parametrize("text", ["20260504", "1777852800", "4.5.2026", ""])
def test_what_is_no_written_day_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="write it as ISO 8601 has it"):
        TypeAdapter(WrittenDay).validate_python(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_instant, read_day_or_instant, read_duration):
        with suppress(ValueError):
            assert read(text) is not None


# -- days


@given(DAYS, st.sampled_from(ZONES))
def test_a_day_ends_a_microsecond_before_the_next(day: date, zone: str) -> None:
    start, end = start_of_day(day, zone), end_of_day(day, zone)
    assert end + MICROSECOND == start_of_day(day + timedelta(days=1), zone)
    assert start.utcoffset() == end.utcoffset() == timedelta(0)
    assert day_of(start, zone) == day_of(end, zone) == day
    assert day_of(start - MICROSECOND, zone) < day < day_of(end + MICROSECOND, zone)
    assert timedelta(hours=23) <= end + MICROSECOND - start <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours"),
    [
        (date(2026, 3, 29), "Europe/Berlin", "2026-03-28T23:00Z", 23),
        (date(2026, 10, 25), "Europe/Berlin", "2026-10-24T22:00Z", 25),
        (date(2026, 5, 4), "UTC", "2026-05-04T00:00Z", 24),
        (date(2026, 3, 29), "Asia/Beirut", "2026-03-28T22:00Z", 23),  # there, midnight is left out
        (date(2026, 10, 25), "Atlantic/Azores", "2026-10-25T00:00Z", 25),  # there, midnight comes twice
    ],
)
def test_a_day_is_as_long_as_its_clocks_go(day: date, zone: str, start: str, hours: int) -> None:
    assert start_of_day(day, zone) == read_instant(start)
    assert end_of_day(day, zone) - start_of_day(day, zone) + MICROSECOND == timedelta(hours=hours)


def test_a_due_that_is_a_day_ends_with_it_and_an_instant_stays() -> None:
    at = datetime(2026, 5, 4, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert until_end(at, "UTC") == at
    assert until_end(date(2026, 5, 4), "Europe/Berlin") == datetime(2026, 5, 4, 21, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(("day", "zone"), [(date.max, "UTC"), (date.min, "Asia/Tokyo")])
def test_a_day_that_utc_cannot_hold_is_refused(day: date, zone: str) -> None:
    with pytest.raises(Refusal, match="input-invalid"):
        end_of_day(day, zone) if day == date.max else start_of_day(day, zone)


# -- durations


@given(SPANS)
def test_a_duration_is_read_back_as_it_was_written(span: timedelta) -> None:
    assert read_duration(duration_text(span)) == span


@given(SPANS.filter(lambda span: span < timedelta(days=365)))  # 365 days stand in events and answers as P1Y
def test_a_duration_is_read_as_the_log_and_the_api_write_it(span: timedelta) -> None:
    assert read_duration(TypeAdapter(timedelta).dump_python(span, mode="json")) == span


@given(*[st.integers(0, 100)] * 5)
def test_a_plain_duration_says_the_same(weeks: int, days: int, hours: int, minutes: int, seconds: int) -> None:
    plain = f"{weeks}w {days}d {hours}h {minutes}m {seconds}s"
    span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert read_duration(plain) == read_duration(plain.replace(" ", "")) == span
    assert read_duration(f"P{weeks}W{days}DT{hours}H{minutes}M{seconds}S") == span


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("PT40H", "PT40H"), ("2h 30m", "PT2H30M"), ("90m", "PT1H30M"), ("1d 4h", "PT28H"), ("P1W", "PT168H"),
        ("0s", "PT0S"),
    ],
)  # fmt: skip
def test_a_duration_is_written_in_hours(text: str, written: str) -> None:
    assert duration_text(read_duration(text)) == written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("P15M", "months and years"), ("P1Y", "months and years"), ("P1M", "months and years"),
        ("P1Y2DT3H", "months and years"), ("PT0.4S", "no fractions"), ("PT1,5H", "no fractions"),
        ("1.5h", "no fractions"), ("P0.5D", "no fractions"), ("", "write"), (" ", "write"), ("P", "write"),
        ("PT", "write"), ("P1DT", "write"), ("-PT1H", "write"), ("PT-1H", "write"), ("01:00", "write"), ("60", "write"),
        ("30m 2h", "write"), ("1h 1h", "write"), ("1 month", "write"), ("999999999w", "shorter"), ("pt1h", "write"),
        ("1M", "write"),
    ],
)  # fmt: skip
def test_what_is_no_duration_of_whole_seconds_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_duration(text)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(hours=-1), "-PT1H"), (timedelta(minutes=-90), "-PT1H30M"), (timedelta(seconds=-1), "-PT1S"),
        (timedelta(microseconds=500_000), "PT0.5S"), (timedelta(hours=1, microseconds=1), "PT1H0.000001S"),
        (timedelta(0), "PT0S"), (timedelta(days=2, seconds=3), "PT48H3S"),
    ],
)  # fmt: skip
def test_what_was_measured_is_written_with_its_sign_and_fraction(span: timedelta, text: str) -> None:
    assert duration_text(span) == text


@pytest.mark.parametrize("value", [3600, 1.5, True, None, timedelta(milliseconds=400)])
def test_what_stands_for_a_duration_elsewhere_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(WrittenDuration).validate_python(value)
