"""Who tries again waits ever longer, not all at once, and never for long."""

from __future__ import annotations

import pytest

from infra.postgres.database import backoff


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
