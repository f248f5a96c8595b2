"""Whether it helped: how many people said so before something was shipped, and after. What is not known is missing,
and never zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.statistics import Interval, Proportion, difference, wilson

LONGEST = timedelta(days=90)
"""How long before and after are looked at, at most."""
SHORTEST = timedelta(days=1)
"""In less than that, nothing is known yet."""

Verdict = Literal["fell", "rose", "unclear"]


@dataclass(frozen=True, slots=True)
class Spans:
    """Two spans of the same length: from `begin` to `shipped`, and from there to `end`."""

    begin: datetime
    shipped: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    """How many of those who were active said so, with the interval of the share (Wilson, 95 %)."""

    people: int
    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BeforeAndAfter:
    """Two rates, and the interval of the second less the first (Newcombe, 95 %). `verdict`: whether the interval leaves
    out zero."""

    before: MeasuredRate
    after: MeasuredRate
    change_low: float
    change_high: float
    verdict: Verdict


def spans(collected_since: datetime | None, shipped: datetime, now: datetime) -> Spans | None:
    """As long before the shipping as after it: up to now, within what was collected, and 90 days at most. None where
    that is less than a day: before anything was collected, nobody could have said so."""
    if collected_since is None:
        return None
    length = min(LONGEST, now - shipped, shipped - collected_since)
    return Spans(shipped - length, shipped, shipped + length) if length >= SHORTEST else None


def before_and_after(before: Proportion, after: Proportion) -> BeforeAndAfter | None:
    """The two rates and their change; None where nobody was active in one of the spans."""
    if not before.of or not after.of:
        return None
    change = difference(after, before)
    return BeforeAndAfter(_rate(before), _rate(after), change.low, change.high, _verdict(change))


def _rate(counted: Proportion) -> MeasuredRate:
    interval = wilson(counted)
    return MeasuredRate(counted.count, counted.of, counted.share, interval.low, interval.high)


def _verdict(change: Interval) -> Verdict:
    if change.high < 0:
        return "fell"
    return "rose" if change.low > 0 else "unclear"
