"""Revisions of policies and calendars, and the periods in which their values are in force.

Each revision gives values for some keys, from an instant on. For an instant and a key, the revision counts that was
recorded last, of those that had begun by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, PlainValidator

from domain.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class DatedRevision:
    """One revision: the values it gives, from `since` on (None: from the beginning)."""

    version: int
    since: datetime | None
    says: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EffectivePeriod:
    """The values in force from an instant up to the next period. `version`: of the last recorded revision in it."""

    since: datetime | None
    version: int
    says: Mapping[str, Any]


def effective_periods(statements: Sequence[DatedRevision]) -> Iterator[EffectivePeriod]:
    """All periods in the order of time; none before the first revision has begun."""
    begins = [None, *sorted({each.since for each in statements if each.since})]
    for since in begins:
        begun = [each for each in statements if each.since is None or (since is not None and each.since <= since)]
        if begun:
            says: dict[str, Any] = {}
            for each in begun:
                says |= each.says
            yield EffectivePeriod(since, max(each.version for each in begun), says)


def _day_or_instant(value: object) -> date | datetime:
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == len("2026-01-31") else datetime.fromisoformat(value)
    if isinstance(value, date) and not 1900 <= value.year <= 2200:
        raise ValueError("write a year from 1900 to 2200")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant has an offset, as 2026-06-17T09:00:00+02:00")
        return value.astimezone(UTC)
    if isinstance(value, date):
        return value
    raise ValueError("write a local date, as 2026-06-17, or an instant with its offset")


Since = Annotated[
    date | datetime,
    PlainValidator(_day_or_instant, json_schema_input_type=date | datetime),
    PlainSerializer(lambda since: since.isoformat(), return_type=str, when_used="json"),
]
"""A local date, which means its midnight, or an instant."""


def instant(since: date | datetime, zone: str) -> datetime:
    """The instant it means in this zone."""
    if isinstance(since, datetime):
        return since
    return datetime.combine(since, time(), ZoneInfo(zone)).astimezone(UTC)


def check_ahead(since: datetime, now: datetime) -> None:
    """Check that an edit starts later than it is made. Raises Refusal `effective-from-past`."""
    if since <= now:
        raise Refusal("effective-from-past", "an edit is about what is still to come; to change the past, correct it")
