"""When a signal changed."""

from __future__ import annotations

import random

from domain.signal.trend import change_point
from domain.statistics import Proportion


def test_the_window_of_the_change_is_found() -> None:
    # Given
    shares = [20, 24, 19, 22, 61, 58, 66]
    # When
    found = change_point([Proportion(share, 1_000) for share in shares])
    # Then
    assert found is not None
    assert found.window == 4
    assert (found.before, found.after) == (Proportion(85, 4_000), Proportion(185, 3_000))
    assert found.probability < 0.001


def test_windows_without_anybody_or_without_windows_have_no_change() -> None:
    assert change_point([]) is None
    assert change_point([Proportion(3, 100)]) is None
    assert change_point([Proportion(0, 0), Proportion(0, 0), Proportion(0, 100)]) is None


def test_chance_alone_is_taken_for_a_change_in_one_of_a_hundred_at_most() -> None:
    chance = random.Random(1962)
    found = 0
    for _ in range(600):
        windows = [Proportion(sum(chance.random() < 0.05 for _ in range(400)), 400) for _ in range(8)]
        found += change_point(windows) is not None
    assert found <= 6
