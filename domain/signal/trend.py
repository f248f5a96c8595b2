"""How a signal goes over its evidence windows, and when it changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from domain.statistics import Proportion, chi_square_tail

CHANCE = 0.01
"""A change that is more likely than this by chance alone is none."""


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """From the window with this index on (counted from 0), the share is another one."""

    window: int
    before: Proportion
    after: Proportion
    probability: float
    """How likely a change as large, in any of the windows, comes about by chance alone; at most."""


def change_point(windows: Sequence[Proportion]) -> ChangePoint | None:
    """The one window from which on the share changed most, or None where chance explains all windows.

    Each window counts the people who said so among the area's active customers. The likelihood ratio of two shares
    against one is taken at each border; the probability is corrected for their number (Bonferroni).
    """
    whole = _sum(windows)
    found: tuple[float, int] | None = None
    for window in range(1, len(windows)):
        before, after = _sum(windows[:window]), _sum(windows[window:])
        ratio = 2 * (_log_likelihood(before) + _log_likelihood(after) - _log_likelihood(whole))
        if found is None or ratio > found[0]:
            found = ratio, window
    if found is None:
        return None
    ratio, window = found
    probability = min(1.0, chi_square_tail(max(0.0, ratio), 1) * (len(windows) - 1))
    if probability >= CHANCE:
        return None
    return ChangePoint(window, _sum(windows[:window]), _sum(windows[window:]), probability)


def _sum(windows: Sequence[Proportion]) -> Proportion:
    return Proportion(sum(window.count for window in windows), sum(window.of for window in windows))


def _log_likelihood(counted: Proportion) -> float:
    """Of the share that fits best."""
    parts = (counted.count, counted.of - counted.count)
    return sum(part * math.log(part / counted.of) for part in parts if part)
