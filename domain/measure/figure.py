"""Figures: a share, or a median and more, with the interval, and what was left out, for each period and slice.

Cards, tables, exports and lists of items are made of the same items, so that no two of them disagree.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.measure.definition import COUNTED, HIT, MISS, OPEN, UNKNOWN, MeasuredItem
from domain.measure.period import Period
from domain.statistics import Proportion, quantile, quantile_interval, wilson

FEWEST_PEOPLE = 5
"""A group of fewer people shows no figure, which could name one of them."""


@dataclass(frozen=True, slots=True)
class Quantile:
    """A value that a share of the items does not exceed, with its interval of 95 % by order statistics. A bound is None
    where there are too few items to say."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """What values say together, in the unit of their measure: `p50` the median, `p90`, and their mean and sum."""

    p50: Quantile
    p90: Quantile
    mean: float
    total: float


@dataclass(frozen=True, slots=True)
class Figure:
    """What a measure says of a group of items. `n`: the items that hit or missed, or whose value counts. `hits` to
    `high`: of a share, with the interval of a confidence of 95 % (Wilson). `open`: those whose date has not come, or
    that are not over. `unknown`: those of which nobody reported. `excluded`: those left out, by why. `quantity`: of a
    measure that is no share. All of it is None where the group is `too_small` to be shown."""

    too_small: bool
    n: int | None = None
    hits: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    open: int | None = None
    unknown: int | None = None
    excluded: Mapping[str, int] | None = None
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """The figure of a period. `slice`: of the items with this value only, or with these two, with a slash in between;
    None: of all. `slices`: the same by name."""

    period: Period
    slice: str | None
    figure: Figure
    slices: Mapping[str, str] = field(default_factory=dict)


def figure(items: Iterable[MeasuredItem]) -> Figure:
    """The figure of these items. Without items that hit or missed it has no share; without values, no quantity."""
    items = list(items)
    if _few(items) or _few([item for item in items if item.outcome == COUNTED]):
        return Figure(too_small=True)
    outcomes = Counter(item.outcome for item in items)
    hits, misses = outcomes.pop(HIT, 0), outcomes.pop(MISS, 0)
    open, unknown, valued = outcomes.pop(OPEN, 0), outcomes.pop(UNKNOWN, 0), outcomes.pop(COUNTED, 0)
    if valued:
        return Figure(
            too_small=False,
            n=valued,
            open=open,
            unknown=unknown,
            excluded=dict(sorted(outcomes.items())),
            quantity=quantity(sorted(item.value for item in items if item.value is not None)),
        )
    counted = Proportion(hits, hits + misses)
    interval = wilson(counted)
    return Figure(
        too_small=False,
        n=counted.of,
        hits=hits,
        share=counted.share if counted.of else None,
        low=interval.low if counted.of else None,
        high=interval.high if counted.of else None,
        open=open,
        unknown=unknown,
        excluded=dict(sorted(outcomes.items())),
    )


def _few(items: Iterable[MeasuredItem]) -> bool:
    """Whether these are about people, and about so few that one of them could be named."""
    return 0 < len({item.person_id for item in items if item.person_id is not None}) < FEWEST_PEOPLE


def quantity(values: Sequence[float]) -> Quantity:
    """What values say together. `values`: rising, at least one."""
    total = math.fsum(values)
    return Quantity(_quantile(values, 0.5), _quantile(values, 0.9), total / len(values), total)


def _quantile(values: Sequence[float], share: float) -> Quantile:
    return Quantile(quantile(values, share), *quantile_interval(values, share))


def figures(items: Iterable[MeasuredItem], periods: Sequence[Period], slice_by: Sequence[str] = ()) -> list[FigureRow]:
    """The figure of each period, and of each slice within it, in the order of time and of the slices' values.
    `periods`: one after the other, without a gap."""
    begins = [period.begin for period in periods]
    within: list[list[MeasuredItem]] = [[] for _ in periods]
    for item in items:
        number = bisect_right(begins, item.at) - 1
        if number >= 0 and item.at < periods[number].end:
            within[number].append(item)
    rows = []
    for period, found in zip(periods, within, strict=True):
        rows.append(FigureRow(period, None, figure(found)))
        if slice_by:
            groups: dict[tuple[str, ...], list[MeasuredItem]] = {}
            for item in found:
                groups.setdefault(tuple(item.slices[by] for by in slice_by), []).append(item)
            rows += [
                FigureRow(period, " / ".join(values), figure(group), dict(zip(slice_by, values, strict=True)))
                for values, group in sorted(groups.items())
            ]
    return rows
