"""The map of how conversations go: by an example that is worked out by hand, and what holds for all maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.measure.period import Period
from domain.measure.step import ConversationStep
from domain.measure.waiting import spells_of
from domain.process_map import discovery, path
from domain.process_map.discovery import Move, ProcessMap, Variant, maps, moves, process_map
from domain.process_map.path import Nodes, Path, paths
from tests.domain.test_measures_of_conversations import LINKED, MONDAY, STEPS, answered, step, story, wrote


def wall_clock(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds()


def told(number: int, *steps: ConversationStep, who: int | None = None) -> list[ConversationStep]:
    """A conversation of a customer of its own, or of `who`."""
    whose = f"customer-{number if who is None else who}"
    return [replace(each, conversation_id=f"conversation-{number}", customer_id=whose) for each in story(*steps)]


def company(people: int = 6) -> list[ConversationStep]:
    """So many people are answered after 1, 2, 3, ... hours and helped an hour later; one of them comes back and is
    handed over."""
    found = []
    for n in range(1, people + 1):
        more = [] if n > 1 else [wrote(30), step(30, "status", "open"), step(31, "handed-over", team_id="team-2")]
        found += told(n, answered(n), step(n + 1, "status", "resolved"), *more)
    return found


def mapped(steps: Sequence[ConversationStep], nodes: Nodes = "work") -> ProcessMap:
    return process_map(paths(steps, nodes), wall_clock)


def test_a_map_is_what_one_draws_by_hand() -> None:
    found = mapped(company())
    assert [(each.name, each.visits, each.begin, each.end, each.here) for each in found.nodes] == [
        ("answered", 6, 0, 0, 0), ("began", 6, 6, 0, 0), ("resolved", 6, 0, 5, 0),
    ]  # fmt: skip
    first, second = found.edges
    assert (first.first, first.then, first.number, first.conversations) == ("began", "answered", 6, 6)
    assert first.waiting is not None
    assert (first.waiting.p50.value, first.waiting.p90.value) == (3 * 3600, 6 * 3600)
    # 1 + 2 + ... + 6 hours until an answer, 6 times one hour until it is resolved, and one hour until the hand-over
    assert (found.waiting_seconds, first.waiting.total, first.share) == (28 * 3600, 21 * 3600, 21 / 28)
    assert (second.first, second.then, second.share) == ("answered", "resolved", 6 / 28)
    assert found.variants == (Variant(("began", "answered", "resolved"), 5, 5),)
    # resolved to wrote, to opened again, to handed over: one person did that
    assert (found.hidden_nodes, found.hidden_edges, found.other_conversations) == (3, 3, 1)


def test_by_whom_and_by_which_team_a_conversation_waits() -> None:
    states, teams = mapped(company(), "states"), mapped(company(), "teams")
    assert [(edge.first, edge.then) for edge in states.edges] == [("us", "resolved")]
    assert [(edge.first, edge.then) for edge in teams.edges] == [("none", "resolved")]
    resolved, merged = step(5, "status", "resolved"), step(9, "merged", "conversation-2")
    (found,) = paths(told(1, resolved, merged, step(10, "merged")), "states")
    assert [(stop.node, stop.waits) for stop in found.stops] == [
        ("us", True), ("resolved", False), ("merged", False), ("resolved", False),
    ]  # fmt: skip


def test_words_without_a_time_are_told_apart_from_the_beginning() -> None:
    answers = [replace(answered(0), exact=False), replace(wrote(0), exact=False), replace(answered(0), exact=False)]
    (found,) = paths(told(1, *answers), "work")
    assert [stop.node for stop in found.stops] == ["began", "answered", "customer-wrote", "answered"]


def test_fewer_than_five_people_show_no_map() -> None:
    few = [each for n in range(8) for each in told(n, answered(2), who=n % 4)]
    assert mapped(few) == ProcessMap(too_small=True)
    assert mapped([]).conversations == 0
    # Nor is a wait shown that is known of four of five
    known = [*few, *told(9, replace(answered(2), exact=False))]
    (edge,) = mapped(known).edges
    assert (edge.number, edge.conversations, edge.waiting, edge.share) == (9, 9, None, None)
    assert mapped(known).unknown_waits == 1
    # And what is not known of anybody is missing, and not zero
    never = [each for n in range(8) for each in told(n, replace(answered(2), exact=False))]
    assert (mapped(never).waiting_seconds, mapped(never).unknown_waits) == (None, 8)


def test_maps_are_compared_between_periods_and_groups() -> None:
    steps = [*company(), *[replace(each, at=each.at + timedelta(days=7)) for each in _others()]]
    weeks = [Period(f"W{n}", MONDAY + timedelta(days=7 * n), MONDAY + timedelta(days=7 * n + 7)) for n in (0, 1)]
    rows = maps(paths(steps, "work"), weeks, "team", wall_clock)
    assert [(row.period.label, row.slice, row.map.conversations) for row in rows] == [
        ("W0", None, 6), ("W0", "none", 5), ("W0", "team-2", None), ("W1", None, 5), ("W1", "team-3", 5),
    ]  # fmt: skip


def _others() -> list[ConversationStep]:
    return [each for n in range(11, 16) for each in told(n, step(1, "assigned", team_id="team-3"))]


COMPANIES = st.lists(st.tuples(STEPS, st.sampled_from([[], *LINKED])), min_size=1, max_size=4)


Story = tuple[list[ConversationStep], Sequence[ConversationStep]]


def check(stories: Sequence[Story]) -> None:
    """What holds for every map. Raises AssertionError."""
    # five people each, so that nothing is hidden
    steps = [
        each
        for n, (some, links) in enumerate(stories)
        for person in range(5)
        for each in told(10 * n + person, *some, *links, who=person)
    ]
    for nodes in get_args(Nodes):
        found = mapped(steps, nodes)
        assert (found.hidden_nodes, found.hidden_edges, found.other_conversations) == (0, 0, 0)
        for node in found.nodes:
            came = sum(edge.number for edge in found.edges if edge.then == node.name)
            went = sum(edge.number for edge in found.edges if edge.first == node.name)
            assert node.visits == came + node.begin == went + node.end + node.here
        assert sum(each.begin for each in found.nodes) == found.conversations == 5 * len(stories)
        shares = [edge.share for edge in found.edges if edge.share is not None]
        assert sum(shares) == pytest.approx(1) or not found.waiting_seconds
        if nodes == "states":  # as the measure `waiting` has it
            spells = [each.end - each.begin for each in spells_of(steps) if each.end is not None]
            assert found.waiting_seconds == pytest.approx(sum(each.total_seconds() for each in spells))


@settings(max_examples=40)
@given(COMPANIES)
def test_every_map_adds_up(stories: Sequence[Story]) -> None:
    check(stories)


@settings(max_examples=40)
@given(STEPS, st.sampled_from([each for each in LINKED if each[-1].value is None and len(each) > 1]))
def test_an_undone_merge_loses_no_work(steps: list[ConversationStep], links: Sequence[ConversationStep]) -> None:
    (before,), (after,) = paths(story(*steps), "work"), paths(story(*steps, *links), "work")
    kept = [stop for stop in after.stops if stop.node not in ("merged", "separated")]
    assert [(stop.node, stop.at) for stop in kept if stop.at < MONDAY + timedelta(hours=300)] == [
        (stop.node, stop.at) for stop in before.stops if stop.at < MONDAY + timedelta(hours=300)
    ]


def _waits_when_closed(found: Path) -> Path:
    return replace(found, stops=tuple(replace(stop, waits=True) for stop in found.stops))


def _forgets_the_last(found: Path) -> Path:
    return replace(found, stops=found.stops[:-1])


def _once_a_conversation(found: list[Move]) -> list[Move]:
    return list({(each.id, each.first, each.then): each for each in found}.values())


@pytest.mark.parametrize("broken", [_waits_when_closed, _forgets_the_last, _once_a_conversation])
def test_a_map_that_is_broken_on_purpose_is_caught(
    broken: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    resolved = [step(hours, "status", "resolved") for hours in (3, 200)]
    drawn: list[Story] = [([answered(2), resolved[0], step(120, "status", "open"), answered(130), resolved[1]], [])]
    check(drawn)
    # When
    if broken is _once_a_conversation:
        monkeypatch.setattr(discovery, "moves", lambda *given: broken(moves(*given)))
    else:
        monkeypatch.setitem(globals(), "paths", lambda *given: [broken(each) for each in path.paths(*given)])
    # Then
    with pytest.raises(AssertionError):
        check(drawn)
