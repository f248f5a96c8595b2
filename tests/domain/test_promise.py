"""What may happen to a promise: its first date stays, an end is an end, a missed date is noticed once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.promise import (
    BreakPromise,
    Broken,
    DetectOverdue,
    KeepPromise,
    Kept,
    Made,
    MakePromise,
    Overdue,
    Promise,
    PromiseCommand,
    PromiseWithdrawn,
    Revised,
    RevisePromise,
    WithdrawPromise,
    decide,
    evolve,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FRIDAY, MONDAY = NOW + timedelta(days=4), NOW + timedelta(days=7)
ABOUT: dict[str, Any] = {"promise_id": "promise-1", "customer_id": "customer-1", "conversation_id": "conversation-1"}
MADE = Made(**ABOUT, text="We call you", due_at=FRIDAY)
OVERDUE = Overdue(**ABOUT, due_at=FRIDAY, detected_at=FRIDAY)
KEPT = Kept(**ABOUT)
MISSED = DetectOverdue(due_at=FRIDAY, detected_at=FRIDAY)
REVISE = RevisePromise(due_at=MONDAY, because="A part is late")


def folded(*events: Any) -> Promise | None:
    state = None
    for event in events:
        state = evolve(state, event)
    return state


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        ([MADE], REVISE, [Revised(**ABOUT, due_at=MONDAY, previous_due_at=FRIDAY, because="A part is late")]),
        ([MADE], RevisePromise(due_at=FRIDAY, because="No change"), []),
        ([MADE], KeepPromise(), [KEPT]),
        ([MADE], BreakPromise(because="Sold out"), [Broken(**ABOUT, because="Sold out")]),
        ([MADE], WithdrawPromise(), [PromiseWithdrawn(**ABOUT)]),
        ([MADE], MISSED, [OVERDUE]),
        # Overdue is no end,
        ([MADE, OVERDUE], KeepPromise(), [KEPT]),
        ([MADE, OVERDUE], REVISE, [Revised(**ABOUT, due_at=MONDAY, previous_due_at=FRIDAY, because="A part is late")]),
        # and kept again is kept.
        ([MADE, KEPT], KeepPromise(), []),
    ],
)
def test_what_is_asked_of_a_promise_happens(given: Sequence[Event], when: PromiseCommand, then: list[Event]) -> None:
    assert decide(folded(*given), when, NOW) == then


REVISED = Revised(**ABOUT, due_at=MONDAY, previous_due_at=FRIDAY, because="A part is late")


@pytest.mark.parametrize(
    ("given", "when", "code"),
    [
        ([], KeepPromise(), "not-found"),
        ([MADE], MakePromise(customer_id="customer-1", order_id="order-1", text="x", due_at=FRIDAY), "promise-exists"),
        ([MADE], RevisePromise(due_at=NOW, because="x"), "due-in-past"),
        # A clock that is behind makes no date ahead that was missed.
        ([MADE, OVERDUE], RevisePromise(due_at=FRIDAY - timedelta(hours=1), because="x"), "due-in-past"),
        ([MADE, KEPT], REVISE, "promise-ended"),
        ([MADE, KEPT], BreakPromise(because="x"), "promise-ended"),
        ([MADE, Broken(**ABOUT, because="x")], BreakPromise(because="y"), "promise-ended"),
        ([MADE, Broken(**ABOUT, because="x")], KeepPromise(), "promise-ended"),
        ([MADE, PromiseWithdrawn(**ABOUT)], KeepPromise(), "promise-ended"),
        # Not overdue: noticed before, revised or ended meanwhile, or not yet.
        ([MADE, OVERDUE], MISSED, "promise-not-overdue"),
        ([MADE, REVISED], MISSED, "promise-not-overdue"),
        ([MADE, KEPT], MISSED, "promise-not-overdue"),
        ([MADE], DetectOverdue(due_at=FRIDAY, detected_at=FRIDAY - timedelta(microseconds=1)), "promise-not-overdue"),
        ([MADE], DetectOverdue(due_at=MONDAY, detected_at=MONDAY), "promise-not-overdue"),
    ],
)
def test_what_makes_no_sense_is_refused(given: Sequence[Event], when: PromiseCommand, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        decide(folded(*given), when, NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({}, "promise-about-nothing"),
        ({"conversation_id": "conversation-1", "delivery": True}, "promise-about-nothing"),
        ({"order_id": "order-1", "delivery": True, "due_at": NOW}, "due-in-past"),
    ],
)
def test_a_promise_is_about_something_that_is_still_to_come(named: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        decide(None, MakePromise.model_validate({"customer_id": "c", "text": "x", "due_at": FRIDAY, **named}), NOW)
    assert refused.value.code == code


def test_a_date_is_an_instant_and_has_to_say_so() -> None:
    # Given
    berlin = FRIDAY.astimezone(timezone(timedelta(hours=2)))
    # When
    command = RevisePromise(due_at=berlin, because="x")
    # Then
    assert (command.due_at, command.due_at.utcoffset()) == (FRIDAY, timedelta(0))
    for wrong in (FRIDAY.replace(tzinfo=None), datetime.min.replace(tzinfo=timezone(timedelta(hours=2)))):
        with pytest.raises(ValidationError):
            RevisePromise(due_at=wrong, because="x")


DATES = st.integers(0, 6).map(lambda day: NOW + timedelta(days=day))
COMMANDS = st.one_of(
    st.builds(RevisePromise, due_at=DATES, because=st.just("x")),
    st.builds(DetectOverdue, due_at=DATES, detected_at=DATES),
    st.sampled_from([KeepPromise(), BreakPromise(because="x"), WithdrawPromise()]),
)


@given(st.lists(st.tuples(COMMANDS, DATES), max_size=30))
def test_each_missed_date_is_detected_once_and_nothing_follows_an_end(
    asked: list[tuple[PromiseCommand | DetectOverdue, datetime]],
) -> None:
    # Given
    events: list[Event] = [MADE]
    # When
    for command, now in asked:
        try:
            events += decide(folded(*events), command, now)
        except Refusal:
            continue
    # Then
    overdue = [event.due_at for event in events if isinstance(event, Overdue)]
    assert len(set(overdue)) == len(overdue)
    ends = [n for n, event in enumerate(events) if isinstance(event, Kept | Broken | PromiseWithdrawn)]
    assert ends in ([], [len(events) - 1])
    dates = [FRIDAY, *(event.due_at for event in events if isinstance(event, Revised))]
    assert [FRIDAY, *(event.previous_due_at for event in events if isinstance(event, Revised))][1:] == dates[:-1]


@pytest.mark.parametrize(
    ("ended", "end"),
    [(KEPT, "kept"), (Broken(**ABOUT, because="No part"), "broken"), (PromiseWithdrawn(**ABOUT), "withdrawn")],
)
def test_a_promise_ends_once_and_it_is_known_how(ended: Event, end: Any) -> None:
    promise = folded(MADE, OVERDUE, ended)
    assert promise == Promise("promise-1", "customer-1", "conversation-1", None, FRIDAY, overdue=FRIDAY, end=end)
