"""Definitions of measures: what is counted, by which time, and when an item hits.

A definition is code with a version. A changed definition is another version under the same name; the former version
stays, so that a figure which was published can be computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

HIT, MISS = "hit", "miss"
COUNTED = "counted"
"""The outcome of an item whose value counts, where a measure is no share."""
BASE = "base"
"""The outcome of an item of those per which others are counted, such as an order per which conversations are."""
OPEN = "open"
"""The outcome of an item whose date has not come yet."""
UNKNOWN = "unknown"
"""The outcome of an item of which nobody reported what the measure asks. Missing data is missing, never a miss."""

Unit = Literal["share", "seconds", "number", "per-100-orders"]
"""What a figure is in: a share of items; the median and more of values, which are seconds, or numbers of things; or how
many items there are for each hundred orders."""

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Measure(Generic[F]):
    """A measure: a share of items, or a quantity of each, out of facts `F`.

    `question`: one sentence for people. `population`: which items there are. `hit`: when an item hits; of a quantity,
    what is measured. `exclusions`: the outcomes that leave an item out, each with its meaning. `time_basis`: the time
    that puts an item into a period. `better`: whether more of it is better. `owner`: who answers for the definition.
    `reads`: the views behind it.
    """

    name: str
    version: int
    question: str
    population: str
    hit: str
    exclusions: Mapping[str, str]
    time_basis: str
    better: Literal["more", "less"]
    owner: str
    reads: tuple[str, ...]
    at: Callable[[F], datetime | None]
    """The time that puts an item into a period; None: the item is not of the population."""
    outcome: Callable[[F, datetime], str]
    """The outcome of an item, as of an instant: HIT, MISS, OPEN, UNKNOWN, or the name of an exclusion; of a quantity,
    COUNTED in place of HIT and MISS; of a rate, HIT, and BASE of an order."""
    unit: Unit = "share"
    value: Callable[[F], float] | None = None
    """The value of an item that counts, in the unit; None of a share."""
    changed: str = ""
    """Of a version after the first: what it counts otherwise than the version before."""


@dataclass(frozen=True, slots=True)
class MeasuredItem:
    """One item as a measure counts it. `at`: the time that puts it into a period. `person_id`: whom the item is about;
    None: nobody, such as a launch. `slices`: the values by which items are grouped. `value`: of an item that counts,
    where the measure is no share."""

    id: str
    at: datetime
    person_id: str | None
    outcome: str
    slices: Mapping[str, str]
    value: float | None = None
