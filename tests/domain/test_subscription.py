"""Requests to a subscription: each is kept as it was asked, and none limits the next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain.subscription import (
    Retry,
    RetryRequested,
    Skip,
    SkipRequested,
    SubscriptionRequests,
    decide,
    evolve,
    stream_of,
)
from tests.support.given import Aggregate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHICH: dict[str, Any] = {"follower": "inbox", "version": 2, "stream": "conversation-1"}
RETRY, SKIP = RetryRequested(**WHICH), SkipRequested(**WHICH, position=7)
requests = Aggregate[SubscriptionRequests](evolve, lambda state, command: decide(state, command, NOW))


def test_a_request_is_kept_as_it_was_asked() -> None:
    requests.given().when(Retry(**WHICH)).then(RETRY)
    requests.given().when(Skip(**WHICH, position=7)).then(SKIP)
    assert stream_of("inbox") == "follower-inbox"


def test_what_was_asked_before_limits_nothing() -> None:
    before = requests.given(RETRY, SKIP)
    assert before.state == SubscriptionRequests()
    before.when(Retry(**WHICH)).then(RETRY)
    before.when(Skip(**WHICH, position=7)).then(SKIP)
