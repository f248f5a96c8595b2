"""Whether it helped: the same span before and after, with intervals; what is not known is missing, and never zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.signal.after_shipping import Spans, before_and_after, spans
from domain.statistics import Proportion

SHIPPED = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("collected", "until", "days"),
    [(30, 10, 10), (5, 10, 5), (400, 400, 90), (30, 1, 1)],
    ids=["up to now", "within what was collected", "at most 90 days", "a day"],
)
def test_as_long_is_looked_at_before_as_after(collected: int, until: int, days: int) -> None:
    found = spans(SHIPPED - collected * DAY, SHIPPED, SHIPPED + until * DAY)
    assert found == Spans(SHIPPED - days * DAY, SHIPPED, SHIPPED + days * DAY)


@pytest.mark.parametrize(
    ("since", "now"),
    [(None, SHIPPED + 9 * DAY), (SHIPPED - DAY / 2, SHIPPED + 9 * DAY), (SHIPPED - 9 * DAY, SHIPPED + DAY / 2)],
    ids=["nothing collected", "collected too late", "too early to tell"],
)
def test_less_than_a_day_says_nothing(since: datetime | None, now: datetime) -> None:
    assert spans(since, SHIPPED, now) is None


def test_where_nobody_was_active_the_rate_is_missing() -> None:
    assert before_and_after(Proportion(0, 0), Proportion(3, 40)) is None
    assert before_and_after(Proportion(3, 40), Proportion(0, 0)) is None


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((60, 500), (10, 500), "fell"),
        ((10, 500), (60, 500), "rose"),
        ((6, 50), (3, 50), "unclear"),
        ((0, 9), (0, 9), "unclear"),
    ],
)
def test_a_change_counts_where_its_interval_leaves_out_zero(
    before: tuple[int, int], after: tuple[int, int], verdict: str
) -> None:
    found = before_and_after(Proportion(*before), Proportion(*after))
    assert found is not None
    assert found.verdict == verdict
    assert (found.before.people, found.after.of) == (before[0], after[1])
    assert found.before.low - 1e-9 <= found.before.share <= found.before.high
    assert found.change_low <= found.after.share - found.before.share <= found.change_high
