"""How often one caller may call, and how many callers are remembered."""

from __future__ import annotations

import sys

import pytest

from api.edge.limits import BURST_SECONDS, Rate, TooManyRequests

MINUTE = 60


def let_through(rate: Rate, caller: str, now: float) -> bool:
    try:
        rate.count(caller, now)
    except TooManyRequests:
        return False
    return True


def test_a_caller_has_a_burst_and_then_an_even_share() -> None:
    rate = Rate(MINUTE)
    assert [let_through(rate, "ada", 0.0) for _ in range(11)] == [True] * int(BURST_SECONDS) + [False]
    # One call more for each second that passes,
    assert [let_through(rate, "ada", 1.0) for _ in range(2)] == [True, False]
    # of each caller by itself.
    assert let_through(rate, "bo", 1.0)
    # Who has been quiet has the burst again, and no more.
    assert [let_through(rate, "ada", 1000.0) for _ in range(11)] == [True] * 10 + [False]


def test_who_calls_too_often_hears_when_to_call_again() -> None:
    rate = Rate(2)
    rate.count("ada", 0.0)
    with pytest.raises(TooManyRequests) as refused:
        rate.count("ada", 10.0)
    assert refused.value.retry_after_seconds == 20
    assert not let_through(rate, "ada", 29.0)
    assert let_through(rate, "ada", 30.0)


def test_with_more_callers_those_not_heard_of_for_longest_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given three callers, of whom no more can be remembered and none may call again for now
    monkeypatch.setattr(sys.modules[Rate.__module__], "CALLERS", 3)
    rate = Rate(1)
    rate.count("ada", 0.0)
    rate.count("bo", 50.0)
    rate.count("cy", 50.0)
    assert not any(let_through(rate, caller, 51.0) for caller in ("ada", "bo", "cy"))
    # When one of them calls again as they may, and two others come
    for caller in ("ada", "di", "ed"):
        rate.count(caller, 60.0)
    # Then those are remembered, and those not heard of for longest are not
    assert not any(let_through(rate, caller, 61.0) for caller in ("ada", "di", "ed"))
    assert let_through(rate, "bo", 61.0)
    assert len(rate._spent_until) == 3


def test_strangers_without_end_take_no_room_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[Rate.__module__], "CALLERS", 3)
    rate = Rate(1)
    for number in range(100):
        rate.count(f"stranger-{number}", float(number))
        assert len(rate._spent_until) <= 3
