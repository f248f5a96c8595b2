"""Figures beside those of other periods, and what changed between two answers: as worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.conversation.events import ConversationMerged, ConversationSeparated, KindChanged, NoteAdded
from domain.kernel.event import Actor, Envelope, Event, Recorded
from domain.measure.change import ItemChange, change_causes, item_changes
from domain.measure.comparison import compared, other_period
from domain.measure.definition import COUNTED, HIT, MISS, MeasuredItem
from domain.measure.figure import Compare, figures
from domain.measure.period import PeriodLength, periods
from domain.measure.question import asked, others

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begin", "end", "by", "before", "year_before"),
    [
        ("2026-03-01", "2026-04-01", "month", ("2026-02-01", "2026-03-01"), ("2025-03-01", "2025-04-01")),
        ("2026-04-01", "2026-07-01", "quarter", ("2026-01-01", "2026-04-01"), ("2025-04-01", "2025-07-01")),
        ("2026-03-30", "2026-04-06", "week", ("2026-03-23", "2026-03-30"), ("2025-03-31", "2025-04-07")),
        ("2026-03-29", "2026-03-30", "day", ("2026-03-28", "2026-03-29"), ("2025-03-29", "2025-03-30")),
        ("2028-02-29", "2028-03-01", "day", ("2028-02-28", "2028-02-29"), ("2027-02-28", "2027-03-01")),
        ("2028-02-28", "2028-02-29", "day", ("2028-02-27", "2028-02-28"), ("2027-02-28", "2027-03-01")),
        # A span of whole months, and one of ten days
        ("2026-10-01", "2026-12-01", "whole", ("2026-08-01", "2026-10-01"), ("2025-10-01", "2025-12-01")),
        ("2026-10-05", "2026-10-15", "whole", ("2026-09-25", "2026-10-05"), ("2025-10-05", "2025-10-15")),
    ],
)
def test_each_period_has_another_to_compare_with(
    begin: str, end: str, by: PeriodLength, before: tuple[str, str], year_before: tuple[str, str]
) -> None:
    zone = "Europe/Berlin"
    (period,) = periods(date.fromisoformat(begin), date.fromisoformat(end), by, zone)
    ways: dict[Compare, tuple[str, str]] = {"before": before, "year-before": year_before}
    for compare, days in ways.items():
        first, last = map(date.fromisoformat, days)
        (expected,) = periods(first, last, "whole", zone)
        assert other_period(period, compare, by, zone) == expected


def items(month: int, hits: int, misses: int, value: float | None = None) -> list[MeasuredItem]:
    at = datetime(2026, month, 15, tzinfo=UTC)
    outcomes = [HIT if value is None else COUNTED] * hits + [MISS] * misses
    return [
        MeasuredItem(f"{month}-{n}", at, f"customer-{n}", outcome, {"kind": "delivery" if n % 2 else "other"}, value)
        for n, outcome in enumerate(outcomes)
    ]


def test_a_share_is_compared_with_the_interval_of_the_change() -> None:
    # Given 15 of 20 in September, 18 of 20 in October
    question = asked(
        "promise_kept", date(2026, 10, 1), date(2026, 11, 1), zone="UTC", now=NOW, by="month", compare="before"
    )
    (row,) = figures(items(10, 18, 2), question.periods)
    # When
    ((found,),) = [each.compared for each in compared([row], items(9, 15, 5), others(question), ())]
    # Then: Newcombe's interval of 0.9 less 0.75 by Wilson's intervals (0.699, 0.972) and (0.531, 0.888)
    assert (found.compare, found.figure.share, found.begin) == ("before", 0.75, datetime(2026, 9, 1, tzinfo=UTC))
    assert found.change == pytest.approx(0.15)
    assert found.low == pytest.approx(-0.094, abs=0.001)
    assert found.high == pytest.approx(0.380, abs=0.001)


def test_a_slice_is_compared_with_itself_and_only_where_both_are_shown() -> None:
    question = asked(
        "promise_kept", date(2026, 10, 1), date(2026, 11, 1), zone="UTC", now=NOW, slice_by="kind", compare="before"
    )
    rows = figures(items(10, 20, 0), question.periods, ["kind"])
    found = compared(rows, [*items(9, 10, 10)[1::2], *items(9, 3, 0)], others(question), ["kind"])
    assert [(row.slice, *[(each.figure.n, each.change) for each in row.compared]) for row in found] == [
        (None, (13, pytest.approx(1 - 8 / 13))),
        ("delivery", (None, None)),  # hidden in September, beside the other one, which is about two people
        ("other", (None, None)),
    ]
    # And times by their median
    waits = asked("waiting", date(2026, 10, 1), date(2026, 11, 1), zone="UTC", now=NOW, compare="before,year-before")
    rows = figures(items(10, 6, 0, 60.0), waits.periods)
    (row,) = compared(rows, items(9, 6, 0, 90.0), others(waits), ())
    assert [(each.compare, each.change) for each in row.compared] == [("before", -30.0), ("year-before", None)]


# -- what changed

THEN = datetime(2026, 11, 3, tzinfo=UTC)


def recorded(event: Event, at: datetime, position: int = 1) -> Recorded[Event]:
    envelope = Envelope(event_id=f"event-{position}", actor=Actor(id="staff-1", kind="agent"), occurred_at=at)
    return Recorded("conversation-1", 2, event, envelope, position, THEN + timedelta(hours=position))


def test_items_change_with_their_outcome_or_by_coming_and_going() -> None:
    one, two, three = items(10, 3, 0)
    missed = items(10, 0, 1)[0]
    assert item_changes([one, two], [missed, two, three]) == [
        ItemChange(one.id, one, missed),
        ItemChange(three.id, None, three),
    ]


def test_each_change_says_why() -> None:
    ids = {"customer_id": "customer-1"}
    note = NoteAdded(**ids, note_id="note-1", body="words")
    log = {
        "merge": recorded(ConversationMerged(**ids, into="conversation-2"), THEN + timedelta(hours=1)),
        "merge-undone": recorded(ConversationSeparated(**ids, out_of="conversation-2"), THEN + timedelta(hours=1)),
        "correction": recorded(
            KindChanged(**ids, interaction_id="interaction-1", kind="complaint", previous="inquiry"), THEN
        ),
        "late": recorded(note, THEN - timedelta(days=5)),
        "happened-since": recorded(note, THEN + timedelta(minutes=5)),
    }
    change = ItemChange("conversation-1/3", None, None)
    for cause, event in log.items():
        asked_of: list[str] = []

        def became_known(
            id: str, after: datetime, until: datetime, each: Recorded[Event] = event, told: list[str] = asked_of
        ) -> list[Recorded[Event]]:
            told.append(id)
            return [each]

        (found,) = change_causes(became_known, change, THEN, NOW)
        assert (found.cause, found.event, asked_of) == (cause, event.event.stored_name, ["conversation-1"])
    (passed,) = change_causes(lambda *_: [], change, THEN, NOW)
    assert passed.cause == "time-passed"
