"""What no company can do to its measures: each property holds of the definition, and a definition that is broken on
purpose has an example against it. So each property can fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from domain.measure.answer import FIRST_TIME_RIGHT_BY_CONDUCT
from domain.measure.conversation import ConversationFacts, facts_of, shown
from domain.measure.definition import HIT, OPEN
from domain.measure.promise import PROMISE_KEPT, PROMISE_KEPT_LAST, PromiseFacts
from domain.measure.step import ConversationStep
from tests.domain.test_measures_of_conversations import LINKED, MONDAY, STEPS, answered, step, story

Outcome = Callable[[ConversationFacts, datetime], str]
DRAWN = settings(max_examples=1000, database=None, derandomize=True, phases=[Phase.generate])
LATER = MONDAY + timedelta(days=100)


def caught(strategy: st.SearchStrategy[tuple[object, ...]], wrong: Callable[..., bool]) -> bool:
    """Whether there is an example that is wrong."""
    try:
        find(strategy, lambda drawn: wrong(*drawn), settings=DRAWN)
    except NoSuchExample:
        return False
    return True


def facts(steps: Sequence[ConversationStep]) -> ConversationFacts:
    found = facts_of(shown(story(*steps)))
    assert found is not None
    return found


def improves(measure: object, late: int, moved: int) -> bool:
    assert measure in (PROMISE_KEPT, PROMISE_KEPT_LAST)
    outcome = (PROMISE_KEPT if measure is PROMISE_KEPT else PROMISE_KEPT_LAST).outcome
    kept = PromiseFacts("promise-1", "customer-1", "other", MONDAY, MONDAY, "kept", MONDAY + timedelta(hours=late))
    later = replace(kept, last_due_at=MONDAY + timedelta(hours=moved))
    return outcome(later, LATER) == HIT != outcome(kept, LATER)


@pytest.mark.parametrize(("measure", "broken"), [(PROMISE_KEPT, False), (PROMISE_KEPT_LAST, True)])
def test_moving_a_date_never_improves_a_first_promise(measure: object, broken: bool) -> None:
    drawn = st.tuples(st.integers(-50, 50), st.integers(0, 100))
    assert caught(drawn, lambda late, moved: improves(measure, late, moved)) == broken


def _without_merged(each: ConversationFacts) -> datetime | None:
    return each.opened_at if each.merged_at is None else None


@pytest.mark.parametrize(("at", "broken"), [(lambda each: each.opened_at, False), (_without_merged, True)])
def test_links_change_no_population(at: Callable[[ConversationFacts], datetime | None], broken: bool) -> None:
    def wrong(steps: Sequence[ConversationStep], links: Sequence[ConversationStep]) -> bool:
        before, after = facts(steps), facts([*steps, *links])
        return (at(before), before.customer_id) != (at(after), after.customer_id)

    assert caught(st.tuples(STEPS, st.sampled_from(LINKED)), wrong) == broken


def _resolved_is_right(each: ConversationFacts, now: datetime) -> str:
    return HIT if each.resolved_at else FIRST_TIME_RIGHT_BY_CONDUCT.outcome(each, now)


def _blind_to_reopening(each: ConversationFacts, now: datetime) -> str:
    # As if whoever answers after the last reopening had answered first.
    return FIRST_TIME_RIGHT_BY_CONDUCT.outcome(replace(each, trouble_at=None) if each.reopened_at else each, now)


@pytest.mark.parametrize(
    ("outcome", "broken"),
    [(FIRST_TIME_RIGHT_BY_CONDUCT.outcome, False), (_resolved_is_right, True), (_blind_to_reopening, True)],
)
def test_closing_and_reopening_raises_nothing(outcome: Outcome, broken: bool) -> None:
    def wrong(steps: Sequence[ConversationStep], hours: int, again: bool) -> bool:
        closed = [step(hours + 0.1, "status", "resolved"), *([step(hours + 1, "status", "open")] if again else [])]
        before, after = (outcome(facts(each), LATER) for each in (steps, [*steps, *closed]))
        return after == HIT and before not in (HIT, OPEN, "withdrawn", "no-answer", "judged")

    assert caught(st.tuples(STEPS, st.integers(0, 400), st.booleans()), wrong) == broken


def _whoever_answered(steps: Sequence[ConversationStep]) -> datetime | None:
    return facts([replace(each, by="agent") if each.what == "answered" else each for each in steps]).answered_at


@pytest.mark.parametrize(
    ("answered_at", "broken"), [(lambda steps: facts(steps).answered_at, False), (_whoever_answered, True)]
)
def test_a_bot_is_never_first(
    answered_at: Callable[[Sequence[ConversationStep]], datetime | None], broken: bool
) -> None:
    def wrong(steps: Sequence[ConversationStep], hours: int) -> bool:
        return answered_at([*steps, answered(hours, by="bot")]) != answered_at(steps)

    assert caught(st.tuples(STEPS, st.integers(0, 400)), wrong) == broken
