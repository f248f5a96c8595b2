"""The few statistics that assessments of signals, surveys and measures rest on. All shares lie between 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""The standard normal quantile of a two-sided interval of 95 %."""

FEWEST_EXPECTED = 5
"""A cell of a chi-square test with a smaller expectation is pooled (Cochran 1954)."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """So many of so many. Raises ValueError where `count` is not within 0 and `of`."""

    count: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.of:
            raise ValueError(f"{self.count} of {self.of} is no share")

    @property
    def share(self) -> float:
        """0 of 0 is 0."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """The values between which something lies, with a confidence of 95 %."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How well counts fit the shares that were expected of them."""

    statistic: float
    degrees: int
    probability: float
    """How likely counts fit as badly as these, or worse, by chance alone."""
    effect: float
    """Cohen's w: 0.1 is a small difference, 0.3 a medium one, 0.5 a large one, whatever the number of counts."""


NO_DIFFERENCE = Fit(0.0, 0, 1.0, 0.0)


def wilson(counted: Proportion, z: float = Z_95) -> Interval:
    """The interval of a share (Wilson 1927). Of nothing it is the whole interval from 0 to 1."""
    return wilson_of(counted.share, counted.of, z)


def wilson_of(share: float, n: float, z: float = Z_95) -> Interval:
    """The same of a share of `n`, which need not be whole: so many people as weighted ones are worth."""
    if n <= 0:
        return Interval(0.0, 1.0)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def difference(one: Proportion, other: Proportion) -> Interval:
    """The interval of `one`'s share less `other`'s, of independent counts (Newcombe 1998, method 10)."""
    first, second = wilson(one), wilson(other)
    between = one.share - other.share
    below = math.hypot(one.share - first.low, second.high - other.share)
    above = math.hypot(first.high - one.share, other.share - second.low)
    return Interval(between - below, between + above)


def fit(observed: Mapping[str, int], expected: Mapping[str, float]) -> Fit:
    """Pearson's chi-square test of counts against shares.

    `expected` holds a weight for each name, in any unit. A name that was observed and never expected has the weight 0
    and is pooled with the rarest. Raises ValueError where a weight is negative.
    """
    if any(weight < 0 for weight in expected.values()):
        raise ValueError("a share is never negative")
    total, weight = sum(observed.values()), sum(expected.values())
    if not total or not weight:
        return NO_DIFFERENCE
    cells = _pooled(
        [(observed.get(name, 0), total * expected.get(name, 0) / weight) for name in observed.keys() | expected.keys()]
    )
    degrees = len(cells) - 1
    if not degrees:
        return NO_DIFFERENCE
    statistic = sum((seen - hoped) ** 2 / hoped for seen, hoped in cells)
    return Fit(statistic, degrees, chi_square_tail(statistic, degrees), math.sqrt(statistic / total))


def _pooled(cells: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """Cells of at least the fewest expected; the rarest are taken together."""
    kept: list[tuple[int, float]] = []
    seen, hoped = 0, 0.0
    for cell in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        seen, hoped = seen + cell[0], hoped + cell[1]
        if hoped >= FEWEST_EXPECTED:
            kept.append((seen, hoped))
            seen, hoped = 0, 0.0
    if not hoped and not seen:
        return kept
    if not kept:
        return [(seen, hoped)]
    return [*kept[:-1], (kept[-1][0] + seen, kept[-1][1] + hoped)]


def chi_square_tail(statistic: float, degrees: int) -> float:
    """How likely a chi-square variable of so many degrees of freedom (1 or more) is at least `statistic` (0 or more).

    Exact, by the finite sums that hold for whole degrees (Abramowitz and Stegun, 26.4.4 and 26.4.5).
    """
    half = statistic / 2
    if half == 0:
        return 1.0
    offset = 0.5 * (degrees % 2)
    terms = (i + offset for i in range(degrees // 2))
    total = sum(math.exp(-half + power * math.log(half) - math.lgamma(power + 1)) for power in terms)
    return min(1.0, total + (math.erfc(math.sqrt(half)) if degrees % 2 else 0.0))


def effective_size(weights: Iterable[float]) -> float:
    """How many equally weighted people say as much as these (Kish 1965)."""
    given = list(weights)
    squares = sum(weight * weight for weight in given)
    return sum(given) ** 2 / squares if squares else 0.0


EXACT_RANKS = 1_000
"""Up to so many values, the ranks of a quantile's interval are exact; beyond, by the normal approximation."""


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least a `share` of the values do not exceed. `ordered`: rising, at least one."""
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def quantile_interval(ordered: Sequence[float], share: float) -> tuple[float | None, float | None]:
    """The interval of a quantile of 95 %, by order statistics, whatever the distribution (David and Nagaraja, Order
    Statistics, 7.1). A bound is None where so few values say nothing about it. `ordered`: rising."""
    n = len(ordered)
    if n > EXACT_RANKS:
        half = Z_95 * math.sqrt(n * share * (1 - share))
        low, high = math.floor(n * share - half), math.ceil(n * share + half) + 1
    else:
        low, high = _ranks(n, share)
    return ordered[low - 1] if low >= 1 else None, ordered[high - 1] if high <= n else None


def _ranks(n: int, share: float) -> tuple[int, int]:
    """The greatest rank below which, and the smallest one at or above which, the quantile lies with at most 2.5 % each:
    of `n` values, the number that lies at or below it is binomial."""
    low, high = 0, n + 1
    below = 0.0
    for rank in range(1, n + 1):
        below += math.comb(n, rank - 1) * share ** (rank - 1) * (1 - share) ** (n - rank + 1)
        if below <= 0.025:
            low = rank
        if 1 - below <= 0.025:
            high = rank
            break
    return low, high
