"""Instants, days, durations and time zones: the one parser for what people and programs write (`docs/times.md`)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from domain.kernel.refusal import Refusal
from domain.kernel.text import Text
from domain.kernel.zones import zone as find_zone

TimePrecision = Literal["exact", "day", "unknown"]
"""How precise `occurred_at` is: `day`, the source had only a date; `unknown`, the source had no time at all."""
RecordedPrecision = Literal["exact", "day", "unknown", "ahead", "impossible"]
"""`TimePrecision`, or a mark on an `occurred_at` that is kept as it was said and does not count: `ahead`, it was later
than the log's clock; `impossible`, it lies outside `EARLIEST` to `LATEST`."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2201, 1, 1, tzinfo=UTC)
"""From EARLIEST to before LATEST, something can have happened. Constants: as settings, they would break a replay."""
MOST_AHEAD = timedelta(minutes=5)
"""By how much another clock may be ahead of the log's clock."""


def is_possible(at: datetime) -> bool:
    """Whether something can have happened at an instant, by what people and machines keep records of."""
    return EARLIEST <= at < LATEST


# -- time zones

_NO_PLACE = ("localtime", "Factory", "posixrules")
"""Names that mean another zone on another machine, or none."""


def _known_zone(name: str) -> str:
    try:
        if name in _NO_PLACE:
            raise ValueError
        find_zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone; name one such as Europe/Berlin") from None
    return name


Zone = Annotated[Text, Field(max_length=100, json_schema_extra={"format": "time-zone"}), AfterValidator(_known_zone)]
"""A time zone by its name in the IANA database."""

# -- instants

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DAY = re.compile(_DATE)
_CLOCK = re.compile(rf"({_DATE})[Tt _]([0-9]{{2}}:[0-9]{{2}})(:[0-9]{{2}})?(?:[.,]([0-9]{{1,18}}))?(.*)", re.DOTALL)
_OFFSET = re.compile("([+\u2212-])([0-9]{2})(?::?([0-9]{2}))?")
_WRITE = "write a date and a time with its offset, as 2026-05-04T09:30:00+02:00 or 2026-05-04T07:30:00Z"
_NO_ZONE = f"a time without a zone could mean several instants; {_WRITE}"


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such date in UTC") from None


def read_instant(text: str) -> datetime:
    """Parse an instant in RFC 3339, to UTC. Raises ValueError, which says what to write."""
    if _DAY.fullmatch(text):
        raise ValueError(f"a date alone is no instant; {_WRITE}")
    if not (found := _CLOCK.fullmatch(text)):
        raise ValueError(_WRITE)
    day, minutes, seconds, fraction, zone = found.groups()
    if not zone:
        raise ValueError(_NO_ZONE)
    offset = "+00:00" if zone in ("Z", "z") else _offset(zone)
    if fraction and not seconds:
        raise ValueError(_WRITE)
    # The library cuts digits off that are finer than a microsecond: the log keeps no more.
    text = f"{day}T{minutes}{seconds or ':00'}.{fraction or '0'}{offset}"
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no such date or time; {_WRITE}") from None
    return _in_utc(at)


def _offset(text: str) -> str:
    found = _OFFSET.fullmatch(text)
    if not found or int(found[2]) > 23 or int(found[3] or 0) > 59:
        raise ValueError(_WRITE)
    return f"{'+' if found[1] == '+' else '-'}{found[2]}:{found[3] or '00'}"


def read_day_or_instant(text: str) -> date | datetime:
    """Parse a date, such as 2026-05-04, or an instant, to UTC. Raises ValueError."""
    if not _DAY.fullmatch(text):
        return read_instant(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such date; write it as 2026-05-04") from None


def _instant(value: object) -> datetime:
    if isinstance(value, str):
        return read_instant(value)
    if isinstance(value, datetime):
        return _aware(value)
    raise ValueError(_WRITE)


def day_or_instant(value: object) -> date | datetime:
    """Read a date or an instant from a text or from a YAML parser's value; instants in UTC. Raises ValueError."""
    if isinstance(value, str):
        return read_day_or_instant(value)
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, date):
        return value
    raise ValueError(f"write a date, as 2026-05-04; or {_WRITE}")


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(_NO_ZONE)
    return _in_utc(at)


def _written(value: object) -> object:
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.match(value)):
        raise ValueError("write it as ISO 8601 has it, as 2026-05-04")
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An aware time in UTC, for values that we wrote ourselves; for values of others, see `WrittenInstant`."""
WrittenInstant = Annotated[datetime, BeforeValidator(_instant)]
"""An instant as somebody writes it, with a zone; kept in UTC."""
WrittenDay = Annotated[date, BeforeValidator(_written)]
WrittenDayOrInstant = Annotated[date | datetime, BeforeValidator(day_or_instant)]
"""A date, or an instant with a zone. The field says what a date means: `start_of_day` or `end_of_day`."""

# -- days


def start_of_day(day: date, zone: str) -> datetime:
    """The start of a day in a zone, in UTC: midnight, or the first time after it where clocks go forward at midnight.

    Raises Refusal `input-invalid`.
    """
    try:
        return datetime.combine(day, time(), find_zone(zone)).astimezone(UTC)
    except OverflowError:
        raise _no_such_day() from None


def end_of_day(day: date, zone: str) -> datetime:
    """The day's last microsecond in a zone, in UTC; not the next midnight, which people would read as the next day.

    Raises Refusal `input-invalid`.
    """
    if day == date.max:
        raise _no_such_day()
    return start_of_day(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def day_of(at: datetime, zone: str) -> date:
    """The date in a zone at an instant. Raises Refusal `input-invalid`."""
    try:
        return at.astimezone(find_zone(zone)).date()
    except OverflowError:
        raise _no_such_day() from None


def from_start(written: date | datetime, zone: str) -> datetime:
    """An instant as it is; for a date, the start of the day. Raises Refusal `input-invalid`."""
    return written if isinstance(written, datetime) else start_of_day(written, zone)


def until_end(written: date | datetime, zone: str) -> datetime:
    """An instant as it is; for a date, the end of the day. Raises Refusal `input-invalid`."""
    return written if isinstance(written, datetime) else end_of_day(written, zone)


def _no_such_day() -> Refusal:
    return Refusal("input-invalid", "no calendar has such a day; name another")


# -- durations

_NUMBER = "([0-9]{1,9})"
_ISO = re.compile(
    rf"P(?=.)(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?", re.DOTALL
)
_PLAIN = re.compile(" ?".join(rf"(?:{_NUMBER} ?{unit})?" for unit in "wdhms"))
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")
_WRITE_DURATION = "write a duration as PT1H30M, or plainly as 1h 30m; a day is 24 hours"


def read_duration(text: str) -> timedelta:
    """Parse a duration of whole seconds: ISO 8601 (PT40H) or plain (1d 16h). A day is 24 hours, a week 7 days.

    Months and years are refused, because they have no fixed length. Raises ValueError, which says what to write.
    """
    found = _ISO.fullmatch(text) or (_PLAIN.fullmatch(text.strip()) if text.strip() else None)
    if found:
        numbers = {unit: int(number) for unit, number in zip(_UNITS, found.groups(), strict=True) if number}
        try:
            return timedelta(**numbers)
        except OverflowError:
            raise ValueError("such a duration is longer than any clock can run; write a shorter one") from None
    if re.match("P[^T]*[YM]", text):
        raise ValueError(f"months and years have no fixed length (minutes are PT15M or 15m); {_WRITE_DURATION}")
    if re.search("[0-9][.,][0-9]", text):
        raise ValueError(f"a duration has whole seconds, and no fractions; {_WRITE_DURATION}")
    raise ValueError(_WRITE_DURATION)


def duration_text(span: timedelta) -> str:
    """Write a duration in ISO 8601 in hours, minutes and seconds: `PT40H`, not `P1DT16H`, which a reader of business
    time could take for a working day and 16 hours."""
    seconds, rest = divmod(abs(span), timedelta(seconds=1))
    hours, minutes = divmod(seconds, 3600)
    minutes, seconds = divmod(minutes, 60)
    fraction = f".{rest.microseconds:06}".rstrip("0") if rest else ""
    parts = (f"{hours}H" * bool(hours), f"{minutes}M" * bool(minutes), f"{seconds}{fraction}S" * bool(seconds or rest))
    return f"{'-' * (span < timedelta())}PT{''.join(parts) or '0S'}"


def _duration(value: object) -> timedelta:
    # pydantic would also take other values for a timedelta, such as a number of seconds.
    if isinstance(value, str):
        return read_duration(value)
    if not isinstance(value, timedelta):
        raise ValueError(_WRITE_DURATION)
    if value.microseconds:
        raise ValueError(f"a duration has whole seconds, and no fractions; {_WRITE_DURATION}")
    return value


WrittenDuration = Annotated[timedelta, BeforeValidator(_duration)]
"""A duration of whole seconds, as somebody writes it."""
