"""One clock: what counted, when it is due, what a pause, a calendar and a target that come meanwhile make of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.conversation.events import StatusChanged
from domain.kernel.event import Actor, Draft, Envelope
from domain.service_level.business_time import Calendar, CalendarVersion
from domain.service_level.clock import RunningClock
from domain.service_level.clock_changes import note
from domain.service_level.inexact import Stretch
from domain.service_level.open_times import Hours, Week

HOUR = timedelta(hours=1)
# A Monday
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def open_daily(opens: int, closes: int) -> Calendar:
    hours = (Hours(opens * HOUR, closes * HOUR),)
    return Calendar([CalendarVersion(None, Week("UTC", (hours,) * 7, {}))])


CALENDARS = {"office": open_daily(9, 17), "shop": open_daily(9, 15), "always": open_daily(0, 24)}


def at(hours: float) -> datetime:
    """So many hours after noon."""
    return NOON + hours * HOUR


def clock(**more: Any) -> RunningClock:
    """One that runs since noon by the hours of the office, two hours long."""
    given = {"policy_id": "policy-1", "priority": "normal", "calendar_id": "office", "target": 2 * HOUR, **more}
    stretches = given.pop("stretches", [Stretch(NOON, None, given["calendar_id"])])
    return RunningClock("agent_work", NOON, stretches, **given)


# -- due


def test_a_clock_is_due_when_its_target_is_used_up() -> None:
    assert clock().due(CALENDARS, at(1)) == at(2)
    assert clock(target=6 * HOUR).due(CALENDARS, at(1)) == at(22)
    # so much earlier, so much is left; but not before it began
    assert clock().due(CALENDARS, at(1), before=HOUR / 2) == at(1.5)
    assert clock().due(CALENDARS, at(1), before=3 * HOUR) == at(0)


def test_without_a_target_or_a_calendar_nothing_is_due() -> None:
    assert clock(target=None).due(CALENDARS, at(1)) is None
    assert clock(calendar_id=None).due(CALENDARS, at(1)) is None
    assert clock(calendar_id=None).consumed(CALENDARS, at(1)) == timedelta()


def test_a_clock_that_pauses_is_due_as_if_it_went_on_now() -> None:
    one = clock()
    one.follow("waiting_on_customer", at(0.5))
    assert (one.state, one.live) == ("paused", True)
    assert one.due(CALENDARS, at(2)) == at(3.5)
    one.follow("open", at(3))
    assert (one.state, one.consumed(CALENDARS, at(4))) == ("running", 1.5 * HOUR)
    assert one.due(CALENDARS, at(4)) == at(4.5)


@pytest.mark.parametrize(("hours", "missed"), [(2, False), (2.1, True)])
def test_a_due_of_this_instant_has_not_passed(hours: float, missed: bool) -> None:
    one = clock()
    one.stop(CALENDARS, at(hours))
    assert (one.state, one.breached_at, one.cause) == (
        ("met-late", at(2), "time") if missed else ("met", None, None)
    )  # fmt: skip


# -- another target


@pytest.mark.parametrize(("target", "missed"), [(1.0, False), (0.9, True), (3.0, False)])
def test_a_target_that_is_used_up_already_is_missed_by_who_sets_it(target: float, missed: bool) -> None:
    one = clock()
    one.promise(CALENDARS, target * HOUR, at(1))
    assert (one.breached_at, one.cause) == ((at(1), "policy_change") if missed else (None, None))
    # and once it is missed, it stays so
    one.promise(CALENDARS, 5 * HOUR, at(2))
    assert one.breached_at == (at(1) if missed else None)


# -- another calendar


def test_what_counted_stays_counted_by_the_calendar_of_then() -> None:
    one = clock(target=6 * HOUR)
    one.use_calendar("shop", at(2))
    assert one.stretches == [Stretch(NOON, at(2), "office"), Stretch(at(2), None, "shop")]
    assert one.consumed(CALENDARS, at(5)) == 3 * HOUR
    assert one.due(CALENDARS, at(2)) == at(24)


@pytest.mark.parametrize("calendar_id", [None, "office"])
def test_the_same_calendar_or_none_changes_nothing(calendar_id: str | None) -> None:
    one = clock()
    one.use_calendar(calendar_id, at(1))
    assert (one.calendar_id, one.stretches) == ("office", [Stretch(NOON, None, "office")])


def test_the_first_calendar_counts_from_the_beginning() -> None:
    one = clock(calendar_id=None)
    one.use_calendar("office", at(1))
    assert one.stretches == [Stretch(NOON, None, "office")]


# -- resolved and opened again


def solved(hours: float, **more: Any) -> RunningClock:
    one = clock(**more)
    one.solve(CALENDARS, at(hours))
    return one


def test_after_a_resolve_its_due_is_by_the_calendar_of_then() -> None:
    one = solved(1)
    one.use_calendar("shop", at(2))
    assert (one.due_by, one.calendar_id) == ("office", "shop")
    assert one.due(CALENDARS, at(4)) == at(2)
    assert clock().due_by == "office"


def test_a_reopening_goes_on_as_its_mode_says() -> None:
    one, with_all, anew = solved(1), solved(1), solved(1)
    assert one.reopen("continue_excluding_solved", "open", at(3)) == at(3)
    assert (one.consumed(CALENDARS, at(3.5)), one.stopped_at, one.state) == (1.5 * HOUR, None, "running")
    assert with_all.reopen("continue_including_solved", "open", at(3)) == at(1)
    assert with_all.consumed(CALENDARS, at(3.5)) == 3.5 * HOUR
    assert anew.reopen("new_cycle", "open", at(3)) is None
    assert (anew.state, anew.stopped_at) == ("met", at(1))
    # Only what the last resolve stopped goes on, and once.
    assert clock().reopen("continue_excluding_solved", "open", at(3)) is None
    assert one.reopen("continue_excluding_solved", "open", at(3)) is None


@pytest.mark.parametrize(
    ("now", "target", "missed"),
    [
        # The resolved time counts: with the target of before it was missed at its due,
        (2.0, 2.0, None), (2.1, 2.0, (2.0, "time")),
        # with a shorter one that was used up since the resolve as well,
        (2.1, 1.5, (1.5, "time")), (2.1, 1.0, (1.0, "time")),
        # and with one that was used up before, by who set it.
        (2.1, 0.5, (2.1, "policy_change")), (2.1, 3.0, None),
    ],
)  # fmt: skip
def test_a_target_of_a_reopening_is_missed_at_its_due_or_by_the_change(
    now: float, target: float, missed: tuple[float, str] | None
) -> None:
    one = solved(1)
    since = one.reopen("continue_including_solved", "open", at(now))
    assert since == at(1)
    one.promise_again(CALENDARS, target * HOUR, since, at(now))
    assert (one.breached_at, one.cause) == ((at(missed[0]), missed[1]) if missed else (None, None))


def test_each_event_that_changed_a_clock_is_noted_once_and_in_order() -> None:
    one = clock()
    envelope = Envelope(event_id="e", actor=Actor(id="somebody", kind="agent"))
    event = StatusChanged(customer_id="customer-1", status="on_hold", previous="open")
    for position in (3, 7, 7, 9):
        note(one, Draft("conversation-1", 1, event, envelope).recorded(position, NOON))
    assert one.positions == [3, 7, 9]
