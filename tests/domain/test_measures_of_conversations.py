"""Measures of conversations: each by an example that is worked out by hand, and what no company can do to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.measure.catalogue import MEASURES, OF_CONVERSATIONS
from domain.measure.conversation import ConversationFacts, conversations, facts_of, shown
from domain.measure.definition import COUNTED, HIT, MISS, OPEN, UNKNOWN
from domain.measure.step import ConversationStep, StepKind
from domain.measure.waiting import WAITING, spells_of

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY = 24


def step(
    hours: float, what: StepKind, value: str | None = None, about: str | None = None, **more: Any
) -> ConversationStep:
    """A step of an agent, so many hours after Monday morning."""
    known: dict[str, Any] = {"by": "agent", "exact": True, "version": 0, "place": 0} | more
    at = MONDAY + timedelta(hours=hours)
    return ConversationStep(
        "conversation-1", customer_id="customer-1", at=at, what=what, value=value, about=about, **known
    )


def story(*steps: ConversationStep, kind: str = "inquiry") -> list[ConversationStep]:
    """A conversation that a customer begins on Monday morning with a message, and these steps after that."""
    began = (
        step(0, "opened", "customer", by="customer", channel="mail", priority="normal", product_area="wheels"),
        step(0, "brought", kind, "interaction-1", by="customer"),
        step(0, "wrote", None, "message-1", by="customer"),
    )
    return [replace(each, version=n, place=n) for n, each in enumerate((*began, *steps), 1)]


def facts(*steps: ConversationStep, kind: str = "inquiry") -> ConversationFacts:
    found = facts_of(shown(story(*steps, kind=kind)))
    assert found is not None
    return found


def outcomes(found: ConversationFacts, hours: float = 100 * DAY) -> Mapping[str, str | float]:
    """What each measure makes of it, so many hours after Monday morning: an outcome, or a value."""
    now = MONDAY + timedelta(hours=hours)
    said: dict[str, str | float] = {}
    for each in OF_CONVERSATIONS:
        if each.at(found) is not None:
            outcome = each.outcome(found, now)
            said[each.name] = each.value(found) if each.value and outcome == COUNTED else outcome
    return said


def wrote(hours: float, about: str = "message-2") -> ConversationStep:
    return step(hours, "wrote", None, about, by="customer")


def answered(hours: float, about: str = "message-9", **more: Any) -> ConversationStep:
    return step(hours, "answered", None, about, **more)


def judged(hours: float, value: str, about: str = "message-9") -> ConversationStep:
    return step(hours, "judged", value, about, by="customer")


RESOLVED = step(5, "status", "resolved")


@pytest.mark.parametrize(
    ("steps", "by_verdict", "by_conduct"),
    [
        ([], OPEN, OPEN),
        ([answered(2, by="bot")], OPEN, OPEN),
        ([RESOLVED], "no-answer", "no-answer"),
        ([step(1, "status", "withdrawn")], "withdrawn", "withdrawn"),
        ([step(1, "merged", "conversation-2")], "merged", "merged"),
        ([step(1, "merged", "conversation-2"), step(2, "merged")], OPEN, OPEN),
        ([answered(2)], UNKNOWN, HIT),
        ([answered(2), judged(3, "answered")], HIT, "judged"),
        ([answered(2), judged(3, "not-answered")], MISS, "judged"),
        ([answered(2), judged(3, "not-answered"), judged(4, "answered")], MISS, "judged"),
        # What the customer says of the second answer says nothing of the first, but that it was not all:
        ([answered(2), answered(4, "message-10"), judged(5, "answered", "message-10")], UNKNOWN, HIT),
        ([answered(2), answered(4, "message-10"), judged(5, "not-answered", "message-10")], UNKNOWN, MISS),
        ([answered(2), wrote(2 + 7 * DAY)], UNKNOWN, MISS),
        ([answered(2), wrote(2.1 + 7 * DAY)], UNKNOWN, HIT),
        ([wrote(1), answered(2)], UNKNOWN, HIT),
        ([answered(2), wrote(3), step(4, "split", "conversation-2", "message-2")], UNKNOWN, HIT),
        ([answered(2), wrote(3), step(4, "split", "conversation-2", "message-2"), step(5, "split", None, "message-2")],
         UNKNOWN, MISS),
        ([step(1, "handed-over", team_id="team-2"), answered(2)], UNKNOWN, MISS),
        ([answered(2), RESOLVED, step(6, "status", "open")], UNKNOWN, MISS),
        ([answered(2), step(3, "parts", parts=("conversation-2",)),
          replace(wrote(4), part="conversation-2")], UNKNOWN, MISS),
        ([answered(2), step(3, "parts", parts=("conversation-2",)), replace(wrote(4), part="conversation-2"),
          step(5, "parts", parts=())], UNKNOWN, HIT),
    ],
)  # fmt: skip
def test_a_first_answer_is_right_by_verdict_and_by_conduct(
    steps: Sequence[ConversationStep], by_verdict: str, by_conduct: str
) -> None:
    for kind in ("inquiry", "complaint"):
        found = outcomes(facts(*steps, kind=kind))
        assert (found["first_time_right"], found["first_time_right_by_conduct"]) == (by_verdict, by_conduct)
    assert "first_time_right" not in outcomes(facts(*steps, kind="order"))


def test_conduct_speaks_after_seven_days() -> None:
    found = facts(answered(2))
    assert outcomes(found, 2 + 7 * DAY)["first_time_right_by_conduct"] == OPEN
    assert outcomes(found, 2.1 + 7 * DAY)["first_time_right_by_conduct"] == HIT
    # But trouble is trouble at once.
    assert outcomes(facts(answered(2), wrote(3)), 3)["first_time_right_by_conduct"] == MISS


@pytest.mark.parametrize(
    ("steps", "name", "expected"),
    [
        ([answered(2), RESOLVED], "first_contact_resolution", HIT),
        ([answered(2), wrote(3), RESOLVED], "first_contact_resolution", MISS),
        ([answered(2), RESOLVED, step(6, "status", "open")], "first_contact_resolution", MISS),
        ([step(1, "handed-over", team_id="team-2"), RESOLVED], "first_contact_resolution", MISS),
        ([RESOLVED], "first_contact_resolution", "no-answer"),
        ([answered(2)], "first_contact_resolution", OPEN),
        ([wrote(2)], "first_contact_resolution", MISS),
        ([RESOLVED, step(6, "status", "open")], "reopened", HIT),
        ([RESOLVED, step(5 + 8 * DAY, "status", "open")], "reopened", MISS),
        ([RESOLVED], "reopened", MISS),
        ([answered(2), judged(300, "not-answered")], "disputed", HIT),
        ([answered(2), judged(3, "answered")], "disputed", MISS),
        ([answered(1, by="bot"), answered(2)], "first_reply_time", 7200.0),
        ([replace(answered(2), exact=False)], "first_reply_time", UNKNOWN),
        ([RESOLVED], "time_to_resolution", 18_000.0),
        ([RESOLVED, step(6, "status", "open")], "time_to_resolution", OPEN),
        ([RESOLVED, step(6, "status", "open"), step(7, "status", "resolved")], "time_to_resolution", 25_200.0),
        ([step(1, "status", "withdrawn")], "time_to_resolution", "withdrawn"),
        ([step(1, "handed-over"), step(2, "handed-over"), RESOLVED], "hand_overs", 2.0),
        ([step(1, "noted"), step(2, "assigned"), answered(3), answered(4, by="bot"), RESOLVED], "touches", 3.0),
        ([answered(2)], "touches", OPEN),
        # What another system told may leave out what was done: that is no zero.
        ([replace(RESOLVED, by="service")], "touches", UNKNOWN),
        ([replace(RESOLVED, by="service")], "hand_overs", UNKNOWN),
        ([answered(1, by="bot"), replace(RESOLVED, by="bot")], "touches", 0.0),
        ([step(1, "person-requested", by="customer"), answered(2, by="bot")], "person_reached", OPEN),
        ([step(1, "person-requested", by="customer"), answered(2)], "person_reached", HIT),
        ([step(1, "person-requested", by="customer"), answered(2)], "time_to_person", 3600.0),
        ([step(1, "person-requested", by="customer"), RESOLVED], "person_reached", MISS),
        ([step(1, "person-requested", by="customer"), RESOLVED], "time_to_person", "no-person"),
    ],
)  # fmt: skip
def test_each_measure_of_conversations_is_as_worked_out_by_hand(
    steps: Sequence[ConversationStep], name: str, expected: str | float
) -> None:
    assert outcomes(facts(*steps))[name] == expected


def test_a_measure_has_only_what_it_is_about() -> None:
    found = outcomes(facts())
    assert {"reopened", "disputed", "person_reached", "time_to_person"}.isdisjoint(found)
    began_by_us = [replace(each, value="company") if each.what == "opened" else each for each in story()]
    assert facts_of(shown(began_by_us)) is None
    assert facts_of(shown(story(step(0, "split-from", "conversation-2", "message-7")))) is None


def test_a_customer_comes_again_about_the_same_area_within_seven_days() -> None:
    def later(number: int, hours: float, area: str = "wheels", who: str = "customer-1") -> list[ConversationStep]:
        return [
            replace(
                each, conversation_id=f"conversation-{number}", at=each.at + timedelta(hours=hours), customer_id=who,
                product_area=each.product_area and area,
            )
            for each in story()
        ]  # fmt: skip

    told = [*later(1, 0), *later(2, 7 * DAY), *later(3, 15 * DAY), *later(4, 8 * DAY, "bells"),
            *later(5, 1, who="customer-2")]  # fmt: skip
    found = {each.id: each.repeated for each in conversations(told)}
    assert found == {f"conversation-{n}": n == 2 for n in range(1, 6)}


def test_a_conversation_waits_for_one_of_four_at_each_moment() -> None:
    # Given: two hours for us, one between teams, one for us, 20 for the customer, one for us, three on hold, and closed
    told = story(
        step(0.5, "assigned", team_id="team-1", agent_id="staff-1"),
        step(2, "handed-over", team_id="team-2"),
        step(3, "assigned", team_id="team-2", agent_id="staff-2"),
        answered(4),
        step(4, "status", "waiting_on_customer"),
        wrote(24),
        step(24, "status", "open", by="customer"),
        step(25, "status", "on_hold"),
        step(28, "status", "resolved"),
        step(50, "status", "open"),
    )
    # When
    found = spells_of(told)
    # Then
    assert [(each.slices["waits_for"], each.slices["team"], _hours(each.begin, each.end)) for each in found] == [
        ("us", "none", 2), ("between-teams", "team-2", 1), ("us", "team-2", 1), ("customer", "team-2", 20),
        ("us", "team-2", 1), ("on-hold", "team-2", 3), ("us", "team-2", None),
    ]  # fmt: skip
    assert [WAITING.outcome(each, MONDAY) for each in found] == [COUNTED] * 6 + [OPEN]
    assert len({each.id for each in found}) == len(found)


def test_a_spell_between_times_that_are_not_exact_is_unknown() -> None:
    (found,) = spells_of(story(replace(step(0, "status", "resolved"), exact=False)))
    assert WAITING.outcome(found, MONDAY) == UNKNOWN
    assert spells_of(story(step(0, "status", "resolved"))) == []


def _hours(begin: datetime, end: datetime | None) -> float | None:
    return (end - begin).total_seconds() / 3600 if end else None


STEPS = st.lists(
    st.one_of(
        st.builds(wrote, st.integers(0, 400), st.sampled_from(["message-2", "message-3"])),
        st.builds(answered, st.integers(0, 400), st.sampled_from(["message-9", "message-10"]),
                  by=st.sampled_from(["agent", "bot"])),
        st.builds(judged, st.integers(0, 400), st.sampled_from(["answered", "not-answered"])),
        st.builds(step, st.integers(0, 400), st.just("status"),
                  st.sampled_from(["open", "waiting_on_customer", "on_hold", "resolved", "withdrawn"])),
        st.builds(step, st.integers(0, 400), st.just("handed-over"), team_id=st.just("team-2")),
        st.builds(step, st.integers(0, 400), st.just("person-requested"), by=st.just("customer")),
    ),
    max_size=12,
)  # fmt: skip


@given(STEPS, st.integers(0, 400), st.integers(1, 100), st.integers(0, 600))
def test_closing_and_reopening_never_makes_a_first_answer_right(
    steps: list[ConversationStep], hours: int, long: int, now: int
) -> None:
    names = ("first_time_right", "first_time_right_by_conduct", "first_contact_resolution")
    before = outcomes(facts(*steps), now)
    closed = step(hours + 0.1, "status", "resolved")
    after = outcomes(facts(*steps, closed, step(hours + 0.1 + long, "status", "open")), now)
    for name in names:
        assert after[name] != HIT or before[name] in (HIT, OPEN, "withdrawn", "no-answer"), (name, before[name])


LINKED: Sequence[Sequence[ConversationStep]] = [
    [step(300, "merged", "conversation-2")],
    [step(300, "merged", "conversation-2"), step(301, "merged")],
    [step(300, "split", "conversation-2", "message-2")],
    [step(300, "split", "conversation-2", "message-2"), step(301, "split", None, "message-2")],
    [step(300, "parts", parts=("conversation-2",)), step(301, "parts", parts=())],
]


@given(STEPS, st.sampled_from(LINKED))
def test_merging_and_splitting_changes_no_population(
    steps: list[ConversationStep], links: Sequence[ConversationStep]
) -> None:
    before, after = facts(*steps), facts(*steps, *links)
    assert [each.at(after) for each in OF_CONVERSATIONS] == [each.at(before) for each in OF_CONVERSATIONS]
    if links[-1].value is None and links[-1].what in ("merged", "split", "parts"):
        assert outcomes(after) == outcomes(before), "undone as if never done"


@given(STEPS, st.integers(0, 400))
def test_a_bot_answers_first_nowhere(steps: list[ConversationStep], hours: int) -> None:
    assert facts(*steps, answered(hours, by="bot")).answered_at == facts(*steps).answered_at


@given(STEPS)
def test_spells_follow_one_another(steps: list[ConversationStep]) -> None:
    found = spells_of(story(*steps))
    assert all(one.end is not None and one.end <= other.begin for one, other in pairwise(found))
    assert all(each.end is None or each.begin < each.end for each in found)
    assert sum(each.end is None for each in found) <= 1


def test_each_measure_of_conversations_says_why_it_leaves_out() -> None:
    said = {why for each in OF_CONVERSATIONS for why in each.exclusions}
    assert said == {"merged", "withdrawn", "no-answer", "judged", "no-person"}
    assert all(MEASURES[each.name] is each for each in OF_CONVERSATIONS)
