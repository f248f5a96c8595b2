"""What the watch notes of clocks, each thing once; and what it says of one as a timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.kernel.event import Event
from domain.service_level.business_time import Calendar, CalendarVersion
from domain.service_level.clock import Origin
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.inexact import Stretch
from domain.service_level.open_times import Hours, Week
from domain.service_level.timeline import ClockMoment, timeline
from domain.service_level.verdicts import (
    Breached,
    BreachWithdrawn,
    ClocksEvaluated,
    Met,
    NeverDue,
    Verdicts,
    Warned,
    Which,
    detected_events,
    evolve,
    first_due,
    stream_of,
)
from domain.service_level.versioned_policies import VersionedPolicies

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
ID = "conversation-1"
WHICH = Which(conversation_id="conversation-2", metric="first_reply", number=3)
RUNNING = EvaluatedClock(
    origin=Origin("conversation-2", "first_reply", 3),
    metric="first_reply",
    instance=1,
    state="running",
    started_at=NOON,
    due_at=NOON + HOUR,
    stopped_at=None,
    consumed_seconds=60,
    over_seconds=7,
    breached_at=None,
    cause=None,
    unannounced=False,
    policy_id="policy-1",
    policy_version=2,
    priority="normal",
    calendar_id="calendar-1",
    calendar_version=4,
    target=HOUR,
    warn_at=(),
    stretches=(),
    positions=(5, 6),
    never_opens=False,
)
MET = replace(RUNNING, state="met", stopped_at=NOON + HOUR / 2)
MISSED = replace(RUNNING, breached_at=NOON + HOUR, cause="time")


def seen(*clocks: EvaluatedClock, up_to: int = 9) -> Event:
    """What is noted of these where nothing was missed, met or due."""
    return detected_events(None, ID, clocks, up_to, NOON)[0]


def after(*events: Event) -> Verdicts:
    state = None
    for event in events:
        state = evolve(state, event)  # type: ignore[arg-type]
    assert state is not None
    return state


def noted(clock: EvaluatedClock, before: Verdicts | None = None, now: datetime = NOON + 2 * HOUR) -> list[Event]:
    """What is noted of one clock beside how it stands."""
    found = detected_events(before, ID, [clock], 9, now)
    return [event for event in found if not isinstance(event, ClocksEvaluated)]


# -- how the clocks stand


def test_a_clock_is_noted_as_it_was_judged() -> None:
    (event,) = detected_events(None, ID, [RUNNING], 9, NOON)
    assert isinstance(event, ClocksEvaluated)
    assert (event.conversation_id, event.up_to) == (ID, 9)
    (clock,) = event.clocks
    assert clock.which == WHICH
    same: tuple[str, ...] = (
        "instance",
        "state",
        "started_at",
        "due_at",
        "warn_at",
        "stopped_at",
        "target",
        "breached_at",
        "cause",
    )
    same += ("policy_id", "policy_version", "calendar_id", "calendar_version", "positions")
    assert {name: getattr(clock, name) for name in same} == {name: getattr(RUNNING, name) for name in same}
    # What changes by itself as time goes by is not.
    assert (clock.consumed_seconds, clock.over_seconds) == (None, None)


@pytest.mark.parametrize(
    ("clock", "due", "consumed"),
    [
        (MET, NOON + HOUR, 60),
        (replace(RUNNING, state="paused"), None, None),
        (replace(RUNNING, state="paused", breached_at=NOON, cause="time"), NOON + HOUR, None),
    ],
)
def test_a_due_is_noted_where_it_does_not_move(clock: EvaluatedClock, due: datetime | None, consumed: int) -> None:
    event = detected_events(None, ID, [clock], 9, NOON)[0]
    assert isinstance(event, ClocksEvaluated)
    assert (event.clocks[0].due_at, event.clocks[0].consumed_seconds) == (due, consumed)
    assert event.clocks[0].over_seconds == (7 if consumed else None)


def test_clocks_are_noted_where_they_changed_or_more_was_looked_at() -> None:
    before = after(seen(RUNNING))
    assert detected_events(before, ID, [RUNNING], 9, NOON) == []
    assert detected_events(before, ID, [RUNNING], 8, NOON) == []
    assert detected_events(before, ID, [replace(RUNNING, consumed_seconds=99)], 9, NOON) == []
    (again,) = detected_events(before, ID, [RUNNING], 10, NOON)
    assert after(seen(RUNNING), again) == after(seen(RUNNING, up_to=10))
    (gone,) = detected_events(before, ID, [], 9, NOON)
    assert (gone.clocks, gone.gone) == ((), (WHICH,))  # type: ignore[attr-defined]
    assert after(seen(RUNNING), gone) == after(seen())
    # Also where there is no clock
    assert detected_events(None, ID, [], 1, NOON) == [seen(up_to=1)]
    assert detected_events(after(seen(up_to=1)), ID, [], 1, NOON) == []


def test_what_ended_is_noted_once_and_positions_where_they_are_new() -> None:
    # Given a clock that ended, and one that runs, with a third event since
    ended = replace(MET, origin=Origin("conversation-2", "first_reply", 4))
    first = seen(RUNNING, ended)
    further = replace(RUNNING, positions=(5, 6, 8))
    # When
    event, *_ = detected_events(after(first), ID, [further, ended], 10, NOON)
    # Then
    assert isinstance(event, ClocksEvaluated)
    assert [(each.which, each.positions_kept, each.positions) for each in event.clocks] == [(WHICH, 2, (8,))]
    assert after(first, event) == after(seen(further, ended, up_to=10))
    # And where the former ones count no more, all are noted
    event, *_ = detected_events(after(first, event), ID, [replace(RUNNING, positions=(5, 9)), ended], 11, NOON)
    assert isinstance(event, ClocksEvaluated)
    assert [(each.positions_kept, each.positions) for each in event.clocks] == [(0, (5, 9))]


# -- missed, met, due soon, never due


def test_what_is_missed_is_noted_once_and_taken_back_where_it_was_not() -> None:
    breached = Breached(
        conversation_id=ID, which=WHICH, due_at=NOON + HOUR, breached_at=NOON + HOUR, detected_at=NOON + 2 * HOUR,
        cause="time",
    )  # fmt: skip
    assert noted(MISSED) == [breached]
    assert noted(MISSED, after(breached)) == []
    withdrawn = BreachWithdrawn(conversation_id=ID, which=WHICH, breached_at=NOON + HOUR)
    assert noted(RUNNING, after(breached)) == [withdrawn]
    assert noted(RUNNING, after(breached, withdrawn)) == []
    assert noted(MISSED, after(breached, withdrawn)) == [breached]
    # Of another clock, nothing of it is known.
    other = replace(RUNNING, origin=Origin("conversation-2", "first_reply", 4))
    assert noted(other, after(breached)) == []
    assert after(breached, withdrawn.model_copy(update={"which": WHICH.model_copy(update={"number": 4})})).breached == {
        WHICH: NOON + HOUR
    }
    # What a change of policy missed, nobody is told where that policy says so.
    assert noted(replace(MISSED, cause="policy_change", unannounced=True)) == []


def test_what_is_met_is_noted_once() -> None:
    met = Met(conversation_id=ID, which=WHICH, stopped_at=NOON + HOUR / 2)
    assert noted(MET) == [met]
    assert noted(MET, after(met)) == []
    late = noted(replace(MET, state="met-late", breached_at=NOON, cause="time"), after(met))
    assert [each.stored_name for each in late] == ["clocks.met-withdrawn", "clocks.breached"]
    assert noted(replace(RUNNING, state="cancelled", stopped_at=NOON)) == []


def test_a_due_that_comes_near_is_warned_of_once_for_each_warning() -> None:
    early, late = NOON + HOUR / 4, NOON + HOUR / 2
    clock = replace(RUNNING, warn_at=(early, late))

    def warned(at: datetime) -> Warned:
        return Warned(conversation_id=ID, which=WHICH, warn_at=at, due_at=NOON + HOUR)

    assert noted(clock, now=early - timedelta(microseconds=1)) == []
    assert noted(clock, now=early) == [warned(early)]
    assert noted(clock, now=late) == [warned(early), warned(late)]
    assert noted(clock, after(warned(early)), now=late) == [warned(late)]
    assert noted(clock, after(warned(early), warned(late)), now=late) == []
    # A due that moved is warned of anew; what has none is not.
    assert noted(replace(clock, warn_at=(late + HOUR,)), after(warned(early)), now=late + HOUR)[0].stored_name == (
        "clocks.warned"
    )
    assert noted(replace(clock, due_at=None)) == []
    # What is missed is warned of no more.
    assert [event.stored_name for event in noted(replace(clock, breached_at=NOON, cause="time"))] == ["clocks.breached"]


def test_a_calendar_that_never_opens_is_recorded_once_for_each_version() -> None:
    never = replace(RUNNING, due_at=None, never_opens=True)
    summary = NeverDue(conversation_id=ID, which=WHICH, calendar_id="calendar-1", calendar_version=4)
    assert noted(never) == [summary]
    assert noted(never, after(summary)) == []
    assert noted(replace(never, calendar_version=5), after(summary)) == [
        summary.model_copy(update={"calendar_version": 5})
    ]
    assert noted(replace(never, state="cancelled", stopped_at=NOON)) == []


def test_the_first_due_is_of_what_runs() -> None:
    def clocks(*found: EvaluatedClock) -> Any:
        event = seen(*found)
        assert isinstance(event, ClocksEvaluated)
        return event.clocks

    later, paused = replace(RUNNING, due_at=NOON + 2 * HOUR), replace(RUNNING, state="paused", due_at=NOON)
    none = replace(RUNNING, due_at=None)
    found = first_due(clocks(later, RUNNING, paused, none, MET))
    assert found is not None
    assert found.due_at == NOON + HOUR
    assert first_due(clocks(paused, none, MET)) is None


def test_clocks_have_a_stream_of_their_own() -> None:
    assert stream_of("conversation-0190-a") == "clocks-0190-a"


# -- as a timeline

DAYS = Calendar([CalendarVersion(None, Week("UTC", ((Hours(9 * HOUR, 13 * HOUR), Hours(14 * HOUR, 17 * HOUR)),) * 7))])
RULES = VersionedPolicies({}, {"calendar-1": DAYS}, zone="UTC")


def summary(clock: EvaluatedClock, now: datetime) -> list[tuple[str, int, int | None, int]]:
    """Each moment, in hours since noon."""

    def hours(at: datetime) -> int:
        return (at - NOON) // HOUR

    return [
        (each.kind, hours(each.at), hours(each.until) if each.until else None, each.seconds // 3600)
        for each in timeline(clock, RULES, now)
    ]


def test_a_timeline_tells_what_counted_and_what_did_not() -> None:
    stretches = (Stretch(NOON, NOON + 3 * HOUR, "calendar-1"), Stretch(NOON + 4 * HOUR, None, None))
    clock = replace(RUNNING, due_at=NOON + 4 * HOUR, stretches=stretches)
    assert summary(clock, NOON + 6 * HOUR) == [
        ("started", 0, None, 0),
        ("counted", 0, 1, 1),
        ("closed", 1, 2, 0),
        ("counted", 2, 3, 1),
        ("stood-still", 3, 4, 0),
        ("counted", 4, 5, 1),
        ("due", 4, None, 0),
        ("closed", 5, 6, 0),
        ("now", 6, None, 0),
    ]


def test_a_timeline_ends_where_the_clock_stopped() -> None:
    stretches = (Stretch(NOON, NOON + HOUR, "calendar-1"),)
    clock = replace(MET, due_at=NOON + HOUR, stopped_at=NOON + 3 * HOUR, stretches=stretches)
    assert summary(clock, NOON + 9 * HOUR) == [
        ("started", 0, None, 0),
        ("counted", 0, 1, 1),
        ("stood-still", 1, 3, 0),
        ("due", 1, None, 0),
        ("stopped", 3, None, 0),
    ]


def test_what_was_missed_at_its_due_is_published_once() -> None:
    stretches = (Stretch(NOON + HOUR, None, "calendar-1"),)
    at_due = replace(MISSED, stretches=stretches)
    assert [kind for kind, *_ in summary(at_due, NOON + 2 * HOUR)] == ["started", "stood-still", "closed", "due", "now"]
    by_change = replace(at_due, breached_at=NOON + 2 * HOUR, cause="policy_change")
    assert [each for each in summary(by_change, NOON + 3 * HOUR) if each[0] in ("due", "missed")] == [
        ("due", 1, None, 0), ("missed", 2, None, 0),
    ]  # fmt: skip
    nothing = replace(RUNNING, due_at=None, stretches=())
    assert timeline(nothing, RULES, NOON + HOUR) == [
        ClockMoment("started", NOON), ClockMoment("stood-still", NOON, NOON + HOUR), ClockMoment("now", NOON + HOUR),
    ]  # fmt: skip
