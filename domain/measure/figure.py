"""Figures: a share, or a median and more, with the interval, and what was left out, for each period and slice.

Cards, tables, exports and lists of items are made of the same items, so that no two of them disagree.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from domain.measure.definition import BASE, COUNTED, HIT, MISS, OPEN, UNKNOWN, MeasuredItem
from domain.measure.period import Period
from domain.statistics import Proportion, quantile, quantile_interval, wilson

FEWEST_PEOPLE = 5
"""A group of fewer people shows no figure, which could name one of them, nor does one in which fewer people count."""
Compare = Literal["before", "year-before"]
"""With what a period is compared: with the one before, or with the same one a year before."""


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
    measure that is no share. `rate`: of a measure that counts items per hundred orders: `hits` of them, and `n` orders.
    All of it is None where the group is `too_small` to be shown, or another one beside it could be worked out."""

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
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """The figure of another period. `change`: how much more it is now: of the share, of the median, or of the rate;
    None where one of the two has none. `low`, `high`: of shares, the interval of the change with a confidence of 95 %
    (Newcombe): where 0 lies within it, the change may be chance."""

    compare: Compare
    begin: datetime
    end: datetime
    figure: Figure
    change: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """The figure of a period. `slice`: of the items with this value only, or with these two, with a slash in between;
    None: of all. `slices`: the same by name. `compared`: the figures of other periods, where they were asked for."""

    period: Period
    slice: str | None
    figure: Figure
    slices: Mapping[str, str] = field(default_factory=dict)
    compared: tuple[ComparedFigure, ...] = ()


def figure(items: Iterable[MeasuredItem]) -> Figure:
    """The figure of these items. Without items that hit or missed it has no share; without values, no quantity; without
    orders, no rate."""
    items = list(items)
    if _is_small(items):
        return Figure(too_small=True)
    outcomes = Counter(item.outcome for item in items)
    hits, misses, base = outcomes.pop(HIT, 0), outcomes.pop(MISS, 0), outcomes.pop(BASE, 0)
    open, unknown, valued = outcomes.pop(OPEN, 0), outcomes.pop(UNKNOWN, 0), outcomes.pop(COUNTED, 0)
    beside = Figure(False, open=open, unknown=unknown, excluded=dict(sorted(outcomes.items())))
    if valued:
        values = sorted(item.value for item in items if item.value is not None)
        return replace(beside, n=valued, quantity=quantity(values))
    if base:
        return replace(beside, n=base, hits=hits, rate=100 * hits / base)
    counted = Proportion(hits, hits + misses)
    beside = replace(beside, n=counted.of, hits=hits)
    if not counted.of:
        return beside
    interval = wilson(counted)
    return replace(beside, share=counted.share, low=interval.low, high=interval.high)


def _is_small(items: Sequence[MeasuredItem]) -> bool:
    """Whether one of these people could be named: by the group, or by those of the group who count."""
    return any(
        _few(item for item in items if item.outcome in counting)
        for counting in ({item.outcome for item in items}, {HIT, MISS}, {COUNTED}, {BASE})
    )


def _few(items: Iterable[MeasuredItem]) -> bool:
    """Whether these are about people, and about so few that one of them could be named."""
    return 0 < len(_people(items)) < FEWEST_PEOPLE


def quantity(values: Sequence[float]) -> Quantity:
    """What values say together. `values`: rising, at least one."""
    total = math.fsum(values)
    return Quantity(_quantile(values, 0.5), _quantile(values, 0.9), total / len(values), total)


def _quantile(values: Sequence[float], share: float) -> Quantile:
    return Quantile(quantile(values, share), *quantile_interval(values, share))


def figures(items: Iterable[MeasuredItem], periods: Sequence[Period], slice_by: Sequence[str] = ()) -> list[FigureRow]:
    """The figure of each period, and of each slice within it, in the order of time and of the slices' values.
    `periods`: one after the other, without a gap. Orders per which others are counted belong to each slice."""
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
            rows += [
                FigureRow(period, " / ".join(values), of_group, dict(zip(slice_by, values, strict=True)))
                for values, of_group in sorted(_of_groups(found, slice_by).items())
            ]
    return rows


def _of_groups(items: Iterable[MeasuredItem], slice_by: Sequence[str]) -> Mapping[tuple[str, ...], Figure]:
    """The figure of each group. What is hidden is hidden together: while all hidden groups together are too small,
    whoever subtracts the others from the whole would learn of them, so that the next one is hidden, too."""
    groups: dict[tuple[str, ...], list[MeasuredItem]] = {}
    base = []
    for item in items:
        if item.outcome == BASE:
            base.append(item)
        else:
            groups.setdefault(tuple(item.slices[by] for by in slice_by), []).append(item)
    found = {values: figure([*group, *base]) for values, group in groups.items()}
    shown = sorted((len(_people(groups[values])), values) for values, each in found.items() if not each.too_small)
    hidden = [item for values, each in found.items() if each.too_small for item in groups[values]]
    while shown and _is_small(hidden):
        _, values = shown.pop(0)
        hidden += groups[values]
        found[values] = Figure(too_small=True)
    return found


def _people(items: Iterable[MeasuredItem]) -> set[str]:
    return {item.person_id for item in items if item.person_id is not None}
