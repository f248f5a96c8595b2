"""When a calendar is open. Instants are microseconds since 1970 in UTC."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError
from zoneinfo._zoneinfo import ZoneInfo as CheckedZoneInfo  # type: ignore[import-not-found]  # typeshed has it not

Range = tuple[int, int]
"""Half-open (R1): the first instant counts, the last does not."""

SECOND = 1_000_000
DAY = 24 * 3600 * SECOND
FOREVER = 10**18
DAYS_TO_LOOK = 1_500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


_GIVEN: dict[str, ZoneInfo] = {}


@contextmanager
def zones_of(files: Mapping[str, bytes]) -> Iterator[None]:
    """Within `with`, take time zones from these files of the IANA database, by their names, and not from the machine.
    Raises ValueError."""
    for name, file in files.items():
        try:
            # In Python: the same in C ends the process where a file of somebody else is broken on purpose.
            _GIVEN[name] = CheckedZoneInfo.from_file(BytesIO(file), key=name)
        except Exception as error:
            raise ValueError(f"the file of the time zone {name} is broken: {error}") from error
    _ranges_of_date.cache_clear()
    try:
        yield
    finally:
        _GIVEN.clear()
        _ranges_of_date.cache_clear()


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name. Raises ValueError."""
    try:
        return _GIVEN.get(name) or ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"there is no time zone {name}") from error


def instant(said: Any) -> int:
    """An instant with an offset."""
    at = datetime.fromisoformat(str(said))
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset")
    return microseconds(at)


def microseconds(at: datetime) -> int:
    """An instant as it is counted here."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """An instant as a time in UTC."""
    return _EPOCH + timedelta(microseconds=at)


def shown(at: int | None) -> str | None:
    """An instant as answers show it."""
    return None if at is None else moment(at).isoformat().replace("+00:00", "Z")


def midnight(day: date, zone: str) -> int:
    """The first instant of a local date."""
    return _local(day, 0, zone)


def day_around(at: int, zone: str) -> Range:
    """The local date around an instant."""
    day = moment(at).astimezone(zone_of(zone)).date()
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def _local(day: date, minutes: int, zone: str) -> int:
    # S16: `fold=0` is the first of two, and in a gap the offset before it.
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001
    return microseconds(wall.replace(tzinfo=zone_of(zone), fold=0))


def _minutes(said: str) -> int:
    hour, minute = said.split(":")
    return int(hour) * 60 + int(minute)


def _week(hours: dict[str, list[str]]) -> dict[int, list[str]]:
    week: dict[int, list[str]] = {}
    for days, ranges in hours.items():
        for part in days.split(","):
            first, _, last = part.strip().partition("-")
            start, end = _DAYS.index(first), _DAYS.index(last or first)
            for number in range(start, end + 1 if end >= start else end + 8):
                week[number % 7] = ranges
    return week


def _left_out(day: date, zone: str) -> bool:
    """Whether clocks jumped over all of this date (Apia, 2011-12-30)."""
    noon = moment(_local(day, 12 * 60, zone)).astimezone(zone_of(zone))
    return noon.date() != day


@lru_cache(1_000)
def _read(version: str) -> dict[str, Any]:
    calendar: dict[str, Any] = json.loads(version)
    return calendar | {
        "week": _week(calendar.get("hours", {})), "holiday_dates": frozenset(calendar.get("holiday_dates", [])),
    }  # fmt: skip


@lru_cache(200_000)
def _ranges_of_date(version: str, day: date) -> tuple[Range, ...]:
    """The ranges that begin on a local date."""
    calendar = _read(version)
    zone, key = calendar["zone"], day.isoformat()
    said: list[str]
    # S15: closed, then part days, then holidays, then hours.
    if key in calendar.get("closed", []) or _left_out(day, zone):
        said = []
    elif key in calendar.get("part_days", {}):
        said = calendar["part_days"][key]
    elif key in calendar["holiday_dates"]:
        said = []
    else:
        said = calendar["week"].get(day.weekday(), [])
    found = []
    for text in said:
        opens, closes = (_minutes(part) for part in text.split("-"))
        if closes <= opens:
            closes += 24 * 60  # S15: past midnight, and of the date it starts on
        found.append((_local(day, opens, zone), _local(day, closes, zone)))
    return tuple((start, end) for start, end in found if start < end)


def _open_in_version(version: str, start: int, end: int) -> Iterator[Range]:
    """Open ranges of one version between two instants, in order, none of them touching another."""
    zone = zone_of(_read(version)["zone"])
    day = moment(start).astimezone(zone).date() - timedelta(days=2)
    waiting: list[Range] = []
    while True:
        waiting += _ranges_of_date(version, day)
        day += timedelta(days=1)
        # What begins on later dates begins two days on at the earliest, however clocks jump.
        sure = midnight(day, str(zone.key)) - DAY
        union = _union(waiting)
        while union and (union[0][1] < sure or sure > end):
            opens, closes = union.pop(0)
            if max(opens, start) < min(closes, end):
                yield max(opens, start), min(closes, end)
        if sure > end:
            return
        waiting = union


def _union(ranges: Sequence[Range]) -> list[Range]:
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


class Statements:
    """All that was said of one calendar or policy, in the order in which it was recorded: (from when, keys)."""

    def __init__(self, said: Sequence[tuple[int, dict[str, Any]]]) -> None:
        self._said = list(said)
        self.starts = sorted({start for start, _ in self._said})
        self._read: dict[int, str] = {}

    def at(self, when: int) -> dict[str, Any]:
        """S12: for each key, the last recorded statement that starts at or before the instant."""
        keys: dict[str, Any] = {}
        for start, given in self._said:
            if start <= when:
                keys.update(given)
        return keys

    def open_ranges(self, start: int, end: int) -> Iterator[Range]:
        """R8: each second by the version in force then. Ranges may touch where a version begins."""
        cuts = [start, *(cut for cut in self.starts if start < cut < end), end]
        for since, until in pairwise(cuts):
            if since not in self._read:
                self._read[since] = json.dumps(self.at(since), sort_keys=True)
            yield from _open_in_version(self._read[since], since, until)
