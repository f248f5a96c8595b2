"""Revisions of policies and calendars, and the periods in which their values are in force.

Each revision gives values for some keys, from an instant on. For an instant and a key, the value comes from the
revision that was recorded last among those that had begun by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, PlainSerializer, PlainValidator

from domain.kernel.refusal import Refusal
from domain.kernel.time import day_or_instant, from_start
from domain.kernel.values import Fields


@dataclass(frozen=True, slots=True)
class DatedRevision:
    """One revision: the values it gives, from `since` on (None: from the beginning)."""

    version: int
    since: datetime | None
    says: Fields


@dataclass(frozen=True, slots=True)
class EffectivePeriod:
    """The values in force from an instant up to the next period. `version`: of the last recorded revision in it."""

    since: datetime | None
    version: int
    says: Fields


def effective_periods(revisions: Sequence[DatedRevision]) -> Iterator[EffectivePeriod]:
    """All effective periods in the order of time; none before the first revision begins."""
    begins = [None, *sorted({each.since for each in revisions if each.since})]
    for since in begins:
        begun = [each for each in revisions if each.since is None or (since is not None and each.since <= since)]
        if begun:
            says: Fields = {}
            for each in begun:
                says |= each.says
            yield EffectivePeriod(since, max(each.version for each in begun), says)


def given(revision: BaseModel, of: type[BaseModel]) -> Fields:
    """The fields of the class `of` that a command or an event gives, by name."""
    return {name: value for name in of.model_fields if (value := getattr(revision, name)) is not None}


def _since(value: object) -> date | datetime:
    found = day_or_instant(value)
    if not 1900 <= found.year <= 2200:
        raise ValueError("write a year from 1900 to 2200")
    return found


Since = Annotated[
    date | datetime,
    PlainValidator(_since, json_schema_input_type=date | datetime),
    PlainSerializer(lambda since: since.isoformat(), return_type=str, when_used="json"),
]
"""A local date (its start in the calendar's zone), or an instant (`domain.kernel.time.from_start`)."""


def edited_from(since: Since, zone: str, now: datetime) -> datetime:
    """The instant from which an edit holds: later than the edit itself. Raises Refusal `effective-from-past`."""
    at = from_start(since, zone)
    if at <= now:
        raise Refusal("effective-from-past", "an edit is about what is still to come; to change the past, correct it")
    return at


def corrected_from(since: Since, zone: str, now: datetime) -> datetime:
    """The instant since which a correction holds: no later than the correction itself. Raises Refusal
    `correct-from-future`."""
    at = from_start(since, zone)
    if at > now:
        raise Refusal("correct-from-future", "a correction is about what was; to change what is to come, edit it")
    return at
