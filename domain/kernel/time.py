"""Instants and days: aware, in UTC, and as people and programs write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
TimePrecision = Literal["exact", "day", "unknown"]
"""How far `occurred_at` may be trusted: `day`, the source had only a date; `unknown`, it had no time at all."""


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such date in UTC") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An aware time, kept in UTC."""


def _written(value: object) -> object:
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.match(value)):
        raise ValueError("write it as ISO 8601 has it, as 2026-05-04, or with a time, as 2026-05-04T09:30:00Z")
    return value


WrittenInstant = Annotated[Instant, BeforeValidator(_written)]
WrittenDay = Annotated[date, BeforeValidator(_written)]
