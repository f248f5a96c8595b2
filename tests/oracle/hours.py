"""When a calendar is open. Instants are whole seconds since 1970 in UTC."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import holidays

Range = tuple[int, int]
"""Half-open (R1): the first second counts, the last does not."""

FOREVER = 10**12
DAYS_TO_LOOK = 1_500
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def instant(said: Any) -> int:
    """An instant with an offset."""
    at = datetime.fromisoformat(str(said))
    assert at.tzinfo is not None
    assert at.microsecond == 0
    return int(at.timestamp())


def shown(at: int | None) -> str | None:
    """An instant as answers show it."""
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_when(said: Any, zone: str) -> int:
    """S18: a local date means its midnight."""
    return midnight(date.fromisoformat(str(said)), zone) if len(str(said)) == 10 else instant(said)


def midnight(day: date, zone: str) -> int:
    """The first instant of a local date."""
    return _local(day, 0, zone)


def day_around(at: int, zone: str) -> Range:
    """The local date around an instant."""
    day = datetime.fromtimestamp(at, ZoneInfo(zone)).date()
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def _local(day: date, minutes: int, zone: str) -> int:
    # S16: `fold=0` is the first of two, and in a gap the offset before it.
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001
    return int(wall.replace(tzinfo=ZoneInfo(zone), fold=0).timestamp())


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


def _public_holiday(day: date, where: dict[str, str] | None) -> bool:
    if not where:
        return False
    return day in holidays.country_holidays(where["country"], subdiv=where.get("subdivision"), years=day.year)


def _left_out(day: date, zone: str) -> bool:
    """Whether clocks jumped over all of this date (Apia, 2011-12-30)."""
    noon = datetime.fromtimestamp(_local(day, 12 * 60, zone), ZoneInfo(zone))
    return noon.date() != day


@cache
def _ranges_of_date(version: str, day: date) -> tuple[Range, ...]:
    """The ranges that begin on a local date."""
    calendar = json.loads(version)
    zone, key = calendar["zone"], day.isoformat()
    said: list[str]
    # S15: closed, then part days, then holidays, then hours.
    if key in calendar.get("closed", []) or _left_out(day, zone):
        said = []
    elif key in calendar.get("part_days", {}):
        said = calendar["part_days"][key]
    elif _public_holiday(day, calendar.get("holidays")):
        said = []
    else:
        said = _week(calendar.get("hours", {})).get(day.weekday(), [])
    found = []
    for text in said:
        opens, closes = (_minutes(part) for part in text.split("-"))
        if closes <= opens:
            closes += 24 * 60  # S15: past midnight, and of the date it starts on
        found.append((_local(day, opens, zone), _local(day, closes, zone)))
    return tuple((start, end) for start, end in found if start < end)


def _open_in_version(version: str, start: int, end: int) -> Iterator[Range]:
    """Open ranges of one version between two instants, in order, none of them touching another."""
    zone = ZoneInfo(json.loads(version)["zone"])
    day = datetime.fromtimestamp(start, zone).date() - timedelta(days=2)
    waiting: list[Range] = []
    while True:
        waiting += _ranges_of_date(version, day)
        day += timedelta(days=1)
        # What begins on later dates begins two days on at the earliest, however clocks jump.
        sure = midnight(day, zone.key) - 24 * 3600
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
