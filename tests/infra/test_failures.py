"""Who tries again waits ever longer, not all at once, and never for long."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from psycopg.errors import DeadlockDetected

from domain.kernel.refusal import Refusal
from infra.failures import Failures, backoff, error_code


@pytest.mark.parametrize("most", [0.2, 0.5, 2.0, 30.0])
def test_however_often_it_failed_the_wait_is_bounded(most: float) -> None:
    for attempt in [*range(200), 10_000, 10**9]:
        assert 0 < backoff(attempt, most) <= most


def test_at_first_the_wait_doubles() -> None:
    for attempt in range(6):
        least, most = 0.025 * 2**attempt, 0.05 * 2**attempt
        assert all(least <= backoff(attempt, 60.0) <= most for _ in range(50))


def test_those_who_failed_together_do_not_come_again_together() -> None:
    assert len({backoff(5) for _ in range(50)}) > 40


class Waits(threading.Event):
    """Notes for how long it was waited for, and returns at once."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.seconds.append(timeout)
        return super().wait(0)


def test_a_loop_that_fails_without_end_waits_ever_longer_and_never_long() -> None:
    # When
    failures = Failures(waits := Waits())
    for _ in range(1_000):
        failures.wait_after(ValueError())
    # Then
    assert len(waits.seconds) == 1_000
    assert sum(waits.seconds[:3]) < 0.8
    assert all(1.0 <= seconds <= 2.0 for seconds in waits.seconds[10:])


def test_the_first_failure_is_reported_and_then_ever_fewer() -> None:
    # Given
    reported: list[dict[str, Any]] = []
    failures = Failures(Waits(), lambda **said: reported.append(said))
    # When
    for _ in range(10):
        failures.wait_after(DeadlockDetected("the words of an event"))
    # Then
    assert [each["attempt"] for each in reported] == [1, 2, 4, 8]
    assert {each["error"] for each in reported} == {"DeadlockDetected 40P01"}


def test_after_a_success_the_next_failure_is_the_first_again() -> None:
    # Given
    reported: list[int] = []
    failures = Failures(waits := Waits(), lambda **said: reported.append(said["attempt"]))
    for _ in range(9):
        failures.wait_after(ValueError())
    # When
    failures.over()
    failures.wait_after(ValueError())
    # Then
    assert reported == [1, 2, 4, 8, 1]
    assert waits.seconds[-1] <= 0.1


def test_an_error_is_named_by_its_class_and_code_and_never_by_its_text() -> None:
    assert error_code(Refusal("customer-erased", "Ada was erased")) == "Refusal customer-erased"
    assert error_code(KeyError("Ada")) == "KeyError"
