"""A promise has a timer while its date is to come or was not noticed yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.kernel.event import Draft, Envelope, Event, Recorded
from domain.promise import Broken, Kept, Made, Overdue, PromiseWithdrawn, Revised
from infra.views.view import fold_in_memory
from projections.timer import TIMERS
from tests.support.companies import AGENT

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FRIDAY, MONDAY = NOW + timedelta(days=4), NOW + timedelta(days=7)
ABOUT: dict[str, Any] = {"promise_id": "promise-1", "customer_id": "customer-1", "conversation_id": "conversation-1"}
MADE = Made(**ABOUT, text="We call you", due_at=FRIDAY)
REVISED = Revised(**ABOUT, due_at=MONDAY, previous_due_at=FRIDAY, because="She is ill")
OVERDUE = Overdue(**ABOUT, due_at=FRIDAY, detected_at=FRIDAY)


def recorded(number: int, event: Event) -> Recorded[Event]:
    envelope = Envelope(event_id=f"event-{number}", actor=AGENT.actor)
    return Draft("promise-1", number, event, envelope).recorded(number, NOW)


@pytest.mark.parametrize(
    ("events", "due_at"),
    [
        ([MADE], FRIDAY),
        ([MADE, REVISED], MONDAY),
        ([MADE, OVERDUE], None),
        ([MADE, OVERDUE, REVISED], MONDAY),
        ([MADE, Kept(**ABOUT)], None),
        ([MADE, Broken(**ABOUT, because="Sold out")], None),
        ([MADE, REVISED, PromiseWithdrawn(**ABOUT)], None),
    ],
)
def test_a_promise_has_a_timer_until_it_ends_or_is_detected(events: list[Event], due_at: datetime | None) -> None:
    # When
    rows = fold_in_memory(TIMERS, [recorded(number, event) for number, event in enumerate(events, start=1)])
    # Then
    row, _ = rows["promise", "promise-1"]
    assert (row and row.due_at) == due_at
