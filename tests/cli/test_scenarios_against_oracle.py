"""Clocks are judged as a second, slow reading of the rules judges them, in histories that chance makes up."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.verbs.service_level import scenario
from cli.verbs.service_level.scenario import answers
from commands.service_level import clocks
from domain.service_level import clock, fold, policy
from domain.service_level import detection as sla_noticing
from domain.service_level.clock import RunningClock
from domain.service_level.clock_changes import ClockChanges
from domain.service_level.detection import Knowledge
from domain.service_level.late_words import late_words
from domain.service_level.policy import ReopenMode
from tests.conftest import SEED
from tests.oracle.answers import answer
from tests.support.old_events import as_of_version_1, derived
from tests.support.sla_histories import history

SHORT, LONG = 60, 1_000


@cache
def history_and_answer(number: int) -> tuple[dict[str, Any], Any]:
    """The history that this number makes, and what the second reading says of it, whatever is broken in the first."""
    played = history(random.Random(f"{SEED} history {number}"))
    return played, answer(played)


def differences(count: int) -> Iterator[str]:
    """Histories of which the two readings say different things, with the first thing that differs."""
    for number in range(count):
        played, answered = history_and_answer(number)
        if where := first_difference(answered, answers(played)):
            yield f"history {number}: {where}\n{json.dumps(played)}"


def first_difference(one: Any, other: Any, path: str = "") -> str:
    """Where two answers differ first, and how; nothing where they do not."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next((found for key in one if (found := first_difference(one[key], other[key], f"{path}/{key}"))), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next((found for at, pair in pairs if (found := first_difference(*pair, f"{path}/{at}"))), "")
    return "" if one == other else f"{path}: {one} by the oracle, {other} by the clocks"


@pytest.mark.faults
def test_histories_are_judged_as_the_second_reading_judges_them(long: bool) -> None:
    found = list(differences(LONG if long else SHORT))
    assert found == [], f"{len(found)} differ, the first: {found[0]}"


@pytest.mark.faults
def test_histories_of_old_events_are_judged_the_same(long: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given events that do not say what they did and why
    monkeypatch.setattr(
        scenario,
        "Knowledge",
        lambda events, sweeps, zone: Knowledge(derived(map(as_of_version_1, events)), sweeps, zone=zone),
    )
    # Then
    found = list(differences(LONG if long else SHORT))
    assert found == [], f"{len(found)} differ, the first: {found[0]}"


def test_old_events_without_causes_are_not_judged_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        scenario,
        "Knowledge",
        lambda events, sweeps, zone: Knowledge([*map(as_of_version_1, events)], sweeps, zone=zone),
    )
    assert next(differences(LONG), None) is not None


def test_histories_have_everything_in_them_that_clocks_can_come_to() -> None:
    # Given as many as are compared in the short form
    told = json.dumps([history_and_answer(number) for number in range(SHORT)])
    # Then none of it is missing
    states = ("running", "paused", "met", "met-late", "cancelled", "unknown")
    for word in [f'"state": "{state}"' for state in states] + [
        '"status": "merged"', '"undo_merge"', '"correct_from"', '"effective_from"', '"recorded_at"', '"known_at": "',
        '"cause": "policy_change"', '"breach_withdrawn": true', '"calendar-never-opens"', '"instance": 2',
        '"split"', '"undo_split"', '"status": "withdrawn"', '"write_policy"', '"precision": "day"',
        '"precision": "unknown"', '"told": "breached"', '"told": "met"',
    ]:  # fmt: skip
        assert word in told, f"no history has {word}"


BROKEN = ["R2", "R6", "R7", "R10", "S3", "S4", "S11", "S28", "S29", "S31", "S32", "S34", "S37", "S40", "S41"]
RARE = pytest.param("S42", marks=(pytest.mark.faults, pytest.mark.long_only))
"""Seldom does chance bring about what shows this one; tests/commands/test_status_is_recorded_alike.py breaks it too."""


@pytest.mark.parametrize("rule", [*BROKEN, RARE])
def test_a_rule_that_is_broken_on_purpose_is_caught(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_on_purpose(rule, monkeypatch)
    assert next(differences(LONG), None) is not None


def test_a_status_of_a_part_that_nobody_asks_for_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a resolution of what a part had opened again, which chance brings about too seldom
    file = Path(__file__).parents[2] / "docs" / "scenarios" / "s30-said-of-a-part.yaml"
    content = yaml.safe_load(file.read_text())
    assert first_difference(answer(content), answers(content)) == ""
    # When what the conversation's own events say decides
    monkeypatch.setattr(scenario._Play, "_is_shown", lambda self, step: False)
    # Then the resolution is lost
    assert first_difference(answer(content), answers(content)).startswith("/answers/1/conversations/B/status: resolved")


def broken_on_purpose(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break one rule in the clocks."""
    match rule:
        case "R2":  # what is due at this very second is late

            def settle(self: RunningClock, calendars: Any, now: Any) -> None:
                due = self.due(calendars, now) if self.breached_at is None and self.live else None
                if due is not None and due <= now:
                    self.breached_at, self.cause = due, "time"

            monkeypatch.setattr(RunningClock, "settle", settle)
        case "R6":  # a customer who writes twice is owed two replies
            monkeypatch.setattr(fold, "_any_live", lambda clocks: False)
        case "R7":  # a breach by a change is dated back to the due

            def promise(self: RunningClock, calendars: Any, target: Any, now: Any) -> None:
                self.target = target
                self.settle(calendars, now)

            monkeypatch.setattr(RunningClock, "promise", promise)
        case "R10":  # what is merged begins anew
            merged = fold.Fold._merged

            def begin_anew(self: Any, part_id: str, into: str, at: Any) -> None:
                for clock in self._matters[part_id].clocks():
                    clock.started_at = at
                merged(self, part_id, into, at)

            monkeypatch.setattr(fold.Fold, "_merged", begin_anew)
        case "S3":  # corrections notice nothing
            about = sla_noticing._about

            def uncorrected(fact: Any) -> tuple[str, ...] | None:
                return about(fact) if isinstance(fact, sla_noticing.Sweep) else about(fact) or ()

            monkeypatch.setattr(sla_noticing, "_about", uncorrected)
        case "S4":  # what was noticed and stands no more is forgotten
            monkeypatch.setattr(sla_noticing._Replayed, "withdraw_all", forget)
        case "S40":  # whatever the policy says, another participant counts
            monkeypatch.setattr(fold, "does_not_count", lambda policies, matter, recorded: False)
        case "S28":  # what is split off owes the reply since the split
            start = ClockChanges.start
            monkeypatch.setattr(ClockChanges, "start", lambda *told: start(*told[:4]))
        case "S29":  # a new policy is chosen from the beginning
            monkeypatch.setattr(policy, "chosen_since", lambda events: None)
        case "S31":  # what is withdrawn is kept
            solve = ClockChanges.solve
            monkeypatch.setattr(ClockChanges, "solve", lambda *told, withdrawn: solve(*told, withdrawn=False))
        case "S32":  # each conversation tells what shows there
            forgetful = replace(clocks.RECORDINGS["conversation"], told=lambda events: None)
            monkeypatch.setitem(clocks.RECORDINGS, "conversation", forgetful)
        case "S34":  # it paused and went on when it was told
            monkeypatch.setattr(clock, "can_have_run", lambda stretches, calendars, most: list(stretches))
        case "S37":  # words told late count from when they were said
            monkeypatch.setattr(fold, "late_words", lambda *told: replace(late_words(*told), closed=()))
        case "S42":  # words of before a merge are judged where they were said alone
            monkeypatch.setattr(fold, "late_words", lambda *told: replace(late_words(*told), shown_at={}))
        case "S41":  # words that the reply did not know of count from when they were said
            monkeypatch.setattr(fold, "late_words", lambda *told: replace(late_words(*told), answered=()))
        case _:  # solved time never counts
            reopen = RunningClock.reopen
            mode: ReopenMode = "continue_excluding_solved"
            monkeypatch.setattr(
                RunningClock, "reopen", lambda self, _, status, now, span: reopen(self, mode, status, now, span)
            )


def forget(self: Any, clocks: Any) -> None:
    """Know nothing any more of what is not missed after all."""
    missed = {origin for origin, missed in clocks if missed}
    self.current = {origin: at for origin, at in self.current.items() if origin in missed}
