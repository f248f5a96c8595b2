"""The statistics of assessments, against published examples and a second way to the same number."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.statistics import (
    Proportion,
    chi_square_tail,
    difference,
    effective_size,
    fit,
    quantile,
    quantile_interval,
    wilson,
)

counts = st.integers(0, 10_000).flatmap(lambda of: st.builds(Proportion, st.integers(0, of), st.just(of)))


def test_the_interval_of_a_share_is_that_of_newcombes_example() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I: 81 of 263.
    interval = wilson(Proportion(81, 263))
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)


def test_the_interval_of_a_difference_is_that_of_newcombes_example() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II: 56 of 70 against 48 of 80.
    interval = difference(Proportion(56, 70), Proportion(48, 80))
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0524, 0.3339)


@given(counts)
def test_a_share_lies_in_its_interval_and_the_interval_between_0_and_1(counted: Proportion) -> None:
    interval = wilson(counted)
    assert 0 <= interval.low <= counted.share + 1e-12
    assert counted.share - 1e-12 <= interval.high <= 1


@given(counts, counts)
def test_a_difference_turned_round_is_its_negative(one: Proportion, other: Proportion) -> None:
    there, back = difference(one, other), difference(other, one)
    assert math.isclose(there.low, -back.high, abs_tol=1e-12)
    assert math.isclose(there.high, -back.low, abs_tol=1e-12)


def test_of_nothing_nothing_is_known() -> None:
    assert (wilson(Proportion(0, 0)).low, wilson(Proportion(0, 0)).high) == (0, 1)


@pytest.mark.parametrize(("count", "of"), [(-1, 3), (4, 3)])
def test_more_than_all_is_no_share(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        Proportion(count, of)


@pytest.mark.parametrize(
    ("statistic", "degrees", "probability"),
    # Abramowitz and Stegun, table 26.8.
    [(3.84146, 1, 0.05), (5.99146, 2, 0.05), (7.81473, 3, 0.05), (18.3070, 10, 0.05), (10.8276, 1, 0.001), (0, 4, 1)],
)
def test_the_tail_of_chi_square_is_that_of_the_tables(statistic: float, degrees: int, probability: float) -> None:
    assert chi_square_tail(statistic, degrees) == pytest.approx(probability, rel=1e-4)


@given(st.integers(1, 8), st.floats(0.01, 60))
def test_the_tail_of_chi_square_is_the_integral_of_its_density(degrees: int, statistic: float) -> None:
    # By Simpson's rule over the logarithm of the variable, where the density has no pole.
    steps, end = 2_000, math.log(max(statistic, 1) + 400)
    begin = math.log(statistic)
    width = (end - begin) / steps

    def density(power: float) -> float:
        value = math.exp(power)
        log_density = (degrees / 2 - 1) * power - value / 2 - degrees / 2 * math.log(2) - math.lgamma(degrees / 2)
        return math.exp(log_density) * value

    inner = sum((4 if step % 2 else 2) * density(begin + step * width) for step in range(1, steps))
    integral = width / 3 * (density(begin) + inner + density(end))
    assert chi_square_tail(statistic, degrees) == pytest.approx(integral, abs=1e-6)


def test_counts_as_expected_fit() -> None:
    found = fit({"a": 50, "b": 30, "c": 20}, {"a": 5, "b": 3, "c": 2})
    assert (found.statistic, found.degrees, found.probability, found.effect) == (0, 2, 1, 0)


def test_counts_that_differ_have_an_effect() -> None:
    # 60 of 100 where half were expected: a statistic of 4, an effect of 0.2.
    found = fit({"a": 60, "b": 40}, {"a": 0.5, "b": 0.5})
    assert (found.statistic, found.degrees) == (4, 1)
    assert found.effect == pytest.approx(0.2)
    assert found.probability == pytest.approx(0.0455, abs=1e-4)


def test_rare_cells_are_pooled_and_what_was_never_expected_counts() -> None:
    found = fit({"a": 80, "unknown": 20}, {"a": 97, "b": 1, "c": 1, "d": 1})
    assert found.degrees == 0, "all that is rare is expected of fewer than five, and goes to the only other cell"
    found = fit({"a": 80, "unknown": 20}, {"a": 90, "b": 5, "c": 5})
    assert found.effect > 0.3


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500)), st.integers(2, 9))
def test_more_of_the_same_changes_no_effect_where_no_cell_is_rare(observed: dict[str, int], times: int) -> None:
    plenty = {name: 100 + count for name, count in observed.items()}
    even = dict.fromkeys(plenty, 1.0)
    more = {name: times * count for name, count in plenty.items()}
    assert fit(more, even).effect == pytest.approx(fit(plenty, even).effect, abs=1e-9)


def test_people_who_weigh_the_same_are_worth_their_number() -> None:
    assert effective_size([0.5] * 40) == 40
    assert effective_size([1, 0, 0, 0]) == 1
    assert effective_size([]) == 0


def test_a_quantile_is_one_of_the_values() -> None:
    assert [quantile([1.0, 2.0, 3.0, 4.0], share) for share in (0.01, 0.25, 0.5, 0.51, 0.9, 1.0)] == [1, 1, 2, 3, 4, 4]


@pytest.mark.parametrize(
    ("n", "share", "low", "high"),
    [
        (5, 0.5, None, None),
        (6, 0.5, 1, 6),
        (10, 0.5, 2, 9),
        (20, 0.5, 6, 15),
        (10, 0.9, 7, None),
        (1_200, 0.5, 566, 635),
    ],
)
def test_the_interval_of_a_quantile_is_of_the_known_ranks(
    n: int, share: float, low: int | None, high: int | None
) -> None:
    assert quantile_interval([float(rank) for rank in range(1, n + 1)], share) == (low, high)


@pytest.mark.parametrize("n", [1, 7, 30, 100, 1_000])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_interval_of_a_quantile_is_the_narrowest_that_holds(n: int, share: float) -> None:
    # Exact, in whole fractions: how many of `n` values lie at or below the quantile
    of = Fraction(share).limit_denominator(10)
    likely = [math.comb(n, k) * of**k * (1 - of) ** (n - k) for k in range(n + 1)]
    low, high = quantile_interval([float(rank) for rank in range(1, n + 1)], share)
    tail = Fraction(25, 1000)
    assert low is None or sum(likely[: int(low)]) <= tail
    assert sum(likely[: int(low or 0) + 1]) > tail
    assert high is None or sum(likely[int(high) :]) <= tail
    assert sum(likely[int(high or n + 1) - 1 :]) > tail
