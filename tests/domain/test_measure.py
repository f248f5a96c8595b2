"""Measures: hand-worked outcomes, periods, and figures that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.refusal import NotFound, Refusal
from domain.measure.as_csv import COLUMNS, as_csv
from domain.measure.catalogue import MEASURES
from domain.measure.clock import CLOCK_ATTAINMENT, MeasuredClock
from domain.measure.definition import HIT, MISS, OPEN, UNKNOWN, Measure, MeasuredItem
from domain.measure.figure import FEWEST_PEOPLE, figure, figures
from domain.measure.order import (
    ORDER_IN_FULL,
    ORDER_ON_FIRST_PROMISE,
    ORDER_ON_LAST_PROMISE,
    PERFECT_ORDER,
    OrderFacts,
)
from domain.measure.period import MOST_PERIODS, PeriodLength, periods
from domain.measure.promise import PROMISE_KEPT, PROMISE_KEPT_LAST, PromiseFacts
from domain.measure.question import asked

FRIDAY = datetime(2026, 6, 5, 17, tzinfo=UTC)
MONDAY = FRIDAY + timedelta(days=3)
SOON, LATER = FRIDAY - timedelta(hours=1), FRIDAY + timedelta(hours=1)
PROMISE = PromiseFacts("promise-1", "customer-1", "other", FRIDAY, FRIDAY)
MOVED = replace(PROMISE, last_due_at=MONDAY)
ORDER = OrderFacts("order-1", "customer-1", FRIDAY, FRIDAY)
CAME = replace(ORDER, delivered_at=SOON, in_full=True, undamaged=True, documents_right=True)


@pytest.mark.parametrize(
    ("promise", "now", "first", "last"),
    [
        (PROMISE, FRIDAY, OPEN, OPEN),
        (PROMISE, LATER, MISS, MISS),
        (replace(PROMISE, ended="kept", ended_at=FRIDAY), MONDAY, HIT, HIT),
        (replace(PROMISE, ended="kept", ended_at=LATER), MONDAY, MISS, MISS),
        (replace(PROMISE, ended="broken", ended_at=SOON), SOON, MISS, MISS),
        (replace(PROMISE, ended="withdrawn", ended_at=SOON), SOON, "withdrawn", "withdrawn"),
        (replace(PROMISE, ended="withdrawn", ended_at=LATER), MONDAY, MISS, MISS),
        # The date was moved by three days:
        (MOVED, LATER, MISS, OPEN),
        (replace(MOVED, ended="kept", ended_at=LATER), MONDAY, MISS, HIT),
        (replace(MOVED, ended="withdrawn", ended_at=LATER), MONDAY, MISS, "withdrawn"),
    ],
)
def test_a_promise_is_kept_by_its_first_date_and_by_its_last(
    promise: PromiseFacts, now: datetime, first: str, last: str
) -> None:
    assert (PROMISE_KEPT.outcome(promise, now), PROMISE_KEPT_LAST.outcome(promise, now)) == (first, last)


@pytest.mark.parametrize(
    ("order", "on_date", "perfect"),
    [
        (ORDER, MISS, MISS),
        (CAME, HIT, HIT),
        (replace(CAME, undamaged=False), HIT, MISS),
        (replace(CAME, documents_right=None), HIT, UNKNOWN),
        (replace(CAME, documents_right=None, in_full=False), HIT, MISS),
        (replace(CAME, delivered_at=LATER), MISS, MISS),
        (replace(ORDER, cancelled_at=SOON), "cancelled", "cancelled"),
        (replace(ORDER, cancelled_at=LATER), MISS, MISS),
    ],
)
def test_a_perfect_order_is_all_of_its_parts(order: OrderFacts, on_date: str, perfect: str) -> None:
    assert (ORDER_ON_FIRST_PROMISE.outcome(order, MONDAY), PERFECT_ORDER.outcome(order, MONDAY)) == (on_date, perfect)


CLOCK = MeasuredClock(
    "conversation-1/first_reply/1", "customer-1", "first_reply", "policy-1", FRIDAY, "running", MONDAY
)


@pytest.mark.parametrize(
    ("clock", "now", "outcome"),
    [
        (CLOCK, MONDAY, OPEN),
        (CLOCK, MONDAY + timedelta(seconds=1), MISS),
        (replace(CLOCK, state="paused", due_at=None), MONDAY, OPEN),
        (replace(CLOCK, state="met"), MONDAY, HIT),
        (replace(CLOCK, state="met-late", breached_at=MONDAY), MONDAY, MISS),
        # What was missed stays missed, also where nothing is owed any more.
        (replace(CLOCK, state="cancelled"), MONDAY, "cancelled"),
        (replace(CLOCK, state="cancelled", breached_at=MONDAY), MONDAY, MISS),
        (replace(CLOCK, state="unknown"), MONDAY, UNKNOWN),
    ],
)
def test_a_clock_is_attained_in_time(clock: MeasuredClock, now: datetime, outcome: str) -> None:
    assert CLOCK_ATTAINMENT.outcome(clock, now) == outcome


def test_a_part_of_an_order_is_judged_once_the_order_came() -> None:
    moved = replace(CAME, last_due_at=MONDAY, delivered_at=LATER, in_full=False)
    assert ORDER_ON_LAST_PROMISE.outcome(moved, MONDAY) == HIT
    assert ORDER_IN_FULL.outcome(moved, MONDAY) == MISS
    assert ORDER_IN_FULL.outcome(ORDER, MONDAY) == OPEN


@given(st.timedeltas(timedelta(), timedelta(days=400)), st.integers(-100, 400), st.sampled_from(["kept", None]))
def test_moving_the_date_improves_nothing_by_first_date(moved: timedelta, hours: int, ended: Any) -> None:
    at = FRIDAY + timedelta(hours=hours)
    promise = replace(PROMISE, ended=ended, ended_at=at if ended else None)
    order = replace(CAME, delivered_at=at if ended else None)
    pairs: list[tuple[Measure[Any], Any]] = [
        (PROMISE_KEPT, promise), (PERFECT_ORDER, order), (ORDER_ON_FIRST_PROMISE, order),
    ]  # fmt: skip
    for measure, facts in pairs:
        later = replace(facts, last_due_at=FRIDAY + moved)
        assert measure.outcome(later, MONDAY) == measure.outcome(facts, MONDAY)
        assert measure.at(later) == measure.at(facts)


@pytest.mark.parametrize(
    ("begin", "end", "by", "labels"),
    [
        ("2026-12-28", "2027-01-05", "week", ["2026-W53", "2027-W01"]),
        ("2026-11-15", "2027-02-02", "month", ["2026-11", "2026-12", "2027-01", "2027-02"]),
        ("2026-02-01", "2027-01-02", "quarter", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1"]),
        ("2026-03-28", "2026-03-31", "day", ["2026-03-28", "2026-03-29", "2026-03-30"]),
        ("2026-03-28", "2026-03-31", "whole", [""]),
    ],
)
def test_periods_follow_one_another_in_their_zone(begin: str, end: str, by: PeriodLength, labels: list[str]) -> None:
    found = periods(date.fromisoformat(begin), date.fromisoformat(end), by, "Europe/Berlin")
    assert [each.label for each in found] == labels
    assert all(one.end == other.begin for one, other in pairwise(found))
    # Summer time begins on 29 March: this day has 23 hours.
    if by == "day":
        assert [each.end - each.begin for each in found] == [timedelta(hours=hours) for hours in (24, 23, 24)]


def test_a_span_has_a_first_day_and_not_too_many_periods() -> None:
    for days in (0, -1, MOST_PERIODS + 1):
        with pytest.raises(Refusal) as refused:
            periods(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days), "day", "UTC")
        assert refused.value.code == "input-invalid"
    with pytest.raises(NotFound):
        asked("mood", date(2026, 1, 1), date(2026, 1, 2), zone="UTC", now=FRIDAY)
    with pytest.raises(Refusal) as refused:
        asked("perfect_order", date(2026, 1, 1), date(2026, 1, 2), zone="UTC", now=FRIDAY, slice_by="kind")
    assert refused.value.code == "input-invalid"


def test_items_are_grouped_by_two_things_that_differ() -> None:
    by = {"by": "month", "zone": "UTC", "now": FRIDAY}
    question = asked("waiting", date(2026, 1, 1), date(2026, 3, 1), slice_by="waits_for,team", **by)  # type: ignore[arg-type]
    assert question.slice_by == ("waits_for", "team")
    for wrong in ("team,team", "team,kind,channel", "team,mood", "", "team,"):
        with pytest.raises(Refusal) as refused:
            asked("waiting", date(2026, 1, 1), date(2026, 3, 1), slice_by=wrong, **by)  # type: ignore[arg-type]
        assert refused.value.code == "input-invalid"
    items = [
        MeasuredItem(
            f"{who}{team}{kind}", question.begin, who, HIT if kind == "order" else MISS, {"team": team, "kind": kind}
        )
        for who in "abcde"
        for team in ("one", "two")
        for kind in ("inquiry", "order")
    ]
    rows = figures(items, question.periods, ("team", "kind"))
    assert [(row.period.label, row.slice, row.figure.n, row.figure.share) for row in rows] == [
        ("2026-01", None, 20, 0.5),
        ("2026-01", "one / inquiry", 5, 0.0),
        ("2026-01", "one / order", 5, 1.0),
        ("2026-01", "two / inquiry", 5, 0.0),
        ("2026-01", "two / order", 5, 1.0),
        ("2026-02", None, 0, None),
    ]
    assert rows[1].slices == {"team": "one", "kind": "inquiry"}


ITEMS = st.lists(
    st.builds(
        MeasuredItem,
        id=st.uuids().map(str),
        at=st.integers(0, 364 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
        person_id=st.one_of(st.none(), st.integers(1, 40).map(str)),
        outcome=st.sampled_from([HIT, MISS, OPEN, UNKNOWN, "withdrawn"]),
        slices=st.fixed_dictionaries({"kind": st.sampled_from(["delivery", "launch", "other"])}),
    ),
    max_size=200,
)


@given(ITEMS, st.sampled_from(["week", "month", "quarter", "whole"]))
def test_each_item_is_in_one_period_and_one_slice(items: list[MeasuredItem], by: PeriodLength) -> None:
    spans = periods(date(2026, 1, 1), date(2027, 1, 1), by, "UTC")
    whole, parts = figure(items), [row.figure for row in figures(items, spans)]
    if not (whole.too_small or any(each.too_small for each in parts)):
        assert whole.n == sum(each.n or 0 for each in parts)
        assert whole.hits == sum(each.hits or 0 for each in parts)
        counts = (whole.n, whole.open, whole.unknown, *(whole.excluded or {}).values())
        assert sum(count or 0 for count in counts) == len(items)
    rows = figures(items, spans, ["kind"])
    for span in spans:
        own = [row.figure for row in rows if row.period == span]
        if not any(each.too_small for each in own):
            assert own[0].n == sum(each.n or 0 for each in own[1:])


@given(ITEMS)
def test_a_figure_of_few_people_is_not_shown(items: list[MeasuredItem]) -> None:
    people = {item.person_id for item in items} - {None}
    counted = {item.person_id for item in items if item.outcome in (HIT, MISS)} - {None}
    found = figure(items)
    assert found.too_small == any(0 < len(each) < FEWEST_PEOPLE for each in (people, counted))
    if found.share is not None and found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.share <= found.high <= 1
    else:
        assert found.too_small or found.n == 0
    line = as_csv(figures(items, periods(date(2026, 1, 1), date(2027, 1, 1), "whole", "UTC"))).splitlines()[1]
    assert line.count(",") == len(COLUMNS) - 1


@given(ITEMS)
def test_no_hidden_group_can_be_subtracted_from_the_whole(items: list[MeasuredItem]) -> None:
    whole, *groups = figures(items, periods(date(2026, 1, 1), date(2027, 1, 1), "whole", "UTC"), ["kind"])
    hidden = {row.slice for row in groups if row.figure.too_small}
    shown = {row.slice for row in groups} - hidden
    if not whole.figure.too_small and hidden and shown:
        rest = figure(item for item in items if item.slices["kind"] in hidden)
        assert not rest.too_small, "what the whole has beside the shown groups is a figure that may be shown"


def test_a_second_group_is_hidden_where_one_would_give_away_another() -> None:
    def of(kind: str, people: int) -> list[MeasuredItem]:
        return [MeasuredItem(f"{kind}-{n}", FRIDAY, f"{kind}-{n}", HIT, {"kind": kind}) for n in range(people)]

    rows = figures(
        [*of("delivery", 3), *of("launch", 6), *of("other", 9)],
        periods(FRIDAY.date(), FRIDAY.date() + timedelta(days=1), "whole", "UTC"),
        ["kind"],
    )
    assert {row.slice: row.figure.n for row in rows} == {None: 18, "delivery": None, "launch": None, "other": 9}


def test_each_definition_says_all_that_it_is() -> None:
    for name, measure in MEASURES.items():
        assert measure.name == name
        assert measure.version >= 1
        assert measure.question.endswith("?")
        assert all((measure.population, measure.hit, measure.time_basis, measure.owner, measure.reads))
