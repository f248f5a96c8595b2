"""Answers weighted like the audience: by hand, and whatever was answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.statistics import Interval
from domain.survey_weighting import weighted

SEGMENTS = ("trade", "home", None)


def test_a_segment_counts_as_it_does_in_the_audience() -> None:
    # Given 80 at home, of whom 10 answered, and 20 in trade, of whom 30 did
    said: dict[str | None, dict[str, int]] = {"home": {"yes": 2, "no": 8}, "trade": {"yes": 30}}
    # When
    found = weighted(said, {"home": 80, "trade": 20})
    # Then by hand: 0.8 * 0.2 + 0.2 * 1, where 32 of the 40 who answered said yes
    assert found.shares["yes"][0] == pytest.approx(0.36)
    assert found.shares["no"][0] == pytest.approx(0.64)
    # And one over the sum of squares: 10 * 0.08 ** 2 + 30 * (0.2 / 30) ** 2
    assert found.effective == pytest.approx(1 / (0.064 + 30 * (0.2 / 30) ** 2))
    assert found.unheard == 0


def test_who_is_like_the_audience_is_worth_what_they_are() -> None:
    found = weighted({"home": {"yes": 4, "no": 4}, None: {"no": 2}}, {"home": 800, None: 200})
    assert found.effective == pytest.approx(10)
    assert found.shares["yes"][0] == pytest.approx(0.4)


def test_no_weight_speaks_for_a_segment_of_which_nobody_answered() -> None:
    found = weighted({"home": {"yes": 1}, "trade": {}}, {"home": 30, "trade": 70})
    assert found.shares["yes"][0] == 1
    assert found.unheard == pytest.approx(0.7)
    assert weighted({}, {"home": 30}) == weighted({"home": {"yes": 0}}, {"home": 30})
    assert (weighted({}, {"home": 30}).unheard, weighted({}, {}).unheard) == (1, 0)


@given(
    st.dictionaries(
        st.sampled_from(SEGMENTS), st.dictionaries(st.sampled_from(["yes", "no"]), st.integers(0, 50)), max_size=3
    ),
    st.dictionaries(st.sampled_from(SEGMENTS), st.integers(1, 1000), min_size=1),
)
def test_weighted_shares_add_up_and_never_say_more_than_was_answered(
    said: dict[str | None, dict[str, int]], people: dict[str | None, int]
) -> None:
    found = weighted(said, people)
    answered = sum(sum(answers.values()) for segment, answers in said.items() if segment in people)
    assert found.effective <= answered + 1e-6
    assert 0 <= found.unheard <= 1
    if found.effective:
        assert sum(share for share, _ in found.shares.values()) == pytest.approx(1)
    for share, interval in found.shares.values():
        assert isinstance(interval, Interval)
        assert interval.low - 1e-9 <= share <= interval.high + 1e-9
