"""Questions to a scenario, answered one by one from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from audit.second_reading.clocks import METRICS, Clock
from audit.second_reading.hours import instant, shown
from audit.second_reading.replay import Replay
from audit.second_reading.rules import Fact
from audit.second_reading.verdicts import verdict_of
from tests.oracle.facts import facts_of, rulebook

Identity = tuple[str, str, int]


def answer(scenario: dict[str, Any]) -> dict[str, Any]:
    """The answers to all questions of a scenario, as `antiphon scenario` prints them."""
    told = _Stopped(scenario)
    return {"answers": [told.answer(question) for question in scenario.get("ask") or []]}


class _Stopped:
    """A scenario, and what was already replayed of it."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        self.replayed: dict[tuple[tuple[int, ...], int], Replay] = {}
        self.facts: list[Fact] = []
        for fact in facts_of(scenario):
            if self._says_nothing_new(fact):
                continue
            reopens = self._reopens_when_recorded(fact)
            self.facts.append(replace(fact, step={**fact.step, "reopened": True}) if reopens else fact)

    def _reopens_when_recorded(self, fact: Fact) -> bool:
        """Whether a message that may be split off changed the status when it was recorded (S28)."""
        if "message" not in fact.step:
            return False
        name = str(fact.conversation)
        before = self.replay(self.facts, fact.recorded_at).conversations.get(name)
        after = self.replay([*self.facts, fact], fact.recorded_at).conversations.get(name)
        if before is None or after is None or before.merged_into is not None:
            return False
        return before.status != after.status

    def _says_nothing_new(self, fact: Fact) -> bool:
        """S30: what the conversation was said to be before is not recorded, unless it is to be, or in a part (S23)."""
        step, name = fact.step, fact.conversation
        if name is None or step.get("again") or not {"status", "priority", "policy"} & step.keys() or "open" in step:
            return False
        present = self.replay(self.facts, fact.recorded_at).conversations
        if name not in present or present[name].merged_into is not None:
            return False
        if "status" in step:
            return bool(step["status"] == present[name].status)
        key = "priority" if "priority" in step else "policy"
        said = [each.step[key] for each in self.facts if each.conversation == name and key in each.step]
        return bool(step[key] == (said[-1] if said else "normal"))

    def replay(self, facts: Sequence[Fact], until: int) -> Replay:
        """These facts, up to an instant. (The same again is the same again.)"""
        key = tuple(fact.position for fact in facts), until
        if key not in self.replayed:
            self.replayed[key] = Replay(facts, rulebook(self.scenario, facts), until)
        return self.replayed[key]

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question."""
        now = instant(question["now"])
        known_at = None if question.get("known_at") is None else instant(question["known_at"])
        # S1
        until = now if known_at is None else min(now, known_at)
        recorded_by = now if known_at is None else known_at
        facts = [fact for fact in self.facts if fact.recorded_at <= recorded_by and fact.at <= until]
        present = self.replay(facts, until)
        detected = self._detected(facts, until)
        never_open: set[str] = set()
        conversations = {}
        for name, conversation in present.conversations.items():
            clocks: dict[str, list[dict[str, Any]]] = {}
            for clock in conversation.clocks:
                if clock.identity is not None:  # S9: without a target it is left out
                    row = self._row(present, clock, until, detected.get(clock.identity), never_open)
                    clocks.setdefault(clock.metric, []).append(row)
            for rows in clocks.values():
                rows[:] = [{"instance": number, **row} for number, row in enumerate(rows, 1)]
            in_order = {metric: clocks[metric] for metric in METRICS if metric in clocks}
            conversations[name] = {"status": conversation.status, "clocks": in_order}
        errors = [{"code": "calendar-never-opens", "calendar": name} for name in sorted(never_open)]
        told = {"told": self._told(recorded_by)} if question.get("told") else {}
        return {
            "now": shown(now), "known_at": shown(known_at), "conversations": conversations, "errors": errors, **told,
        }  # fmt: skip

    def _told(self, until: int) -> list[dict[str, Any]]:
        """S32: at each sweep, what shows of each clock and was not told of it, wherever it was shown then."""
        told: list[dict[str, Any]] = []
        standing: dict[Identity, str] = {}
        for count, fact in enumerate(self.facts, 1):
            if "sweep" not in fact.step or fact.recorded_at > until:
                continue
            known = [each for each in self.facts[:count] if each.at <= fact.recorded_at]
            found = self.replay(known, fact.recorded_at).conversations
            begun = [
                str(each.step.get("into", each.conversation)) for each in known if {"open", "split"} & each.step.keys()
            ]
            for name, conversation in ((name, found[name]) for name in begun):
                for metric in METRICS:
                    for clock in conversation.clocks:
                        if clock.metric == metric and clock.identity is not None:
                            for word in _news(clock, standing):
                                at, number = shown(fact.recorded_at), clock.identity[2]
                                told.append({
                                    "at": at, "told": word, "conversation": name, "started_in": clock.identity[0],
                                    "metric": metric, "number": number,
                                })  # fmt: skip
        return told

    def _row(
        self, replay: Replay, clock: Clock, until: int, detected: tuple[int | None, bool] | None, never_open: set[str]
    ) -> dict[str, Any]:
        row = verdict_of(replay, clock, until)
        if row.never_opens:  # R12
            never_open.add(row.calendar)
        broken = clock.broken_at is not None
        detected_at, _ = detected or (None, False)
        was_detected = detected is not None and (detected_at is not None or detected[1])
        inexact = {} if row.precision == "exact" else {"precision": row.precision}
        return {
            "state": row.state,
            "started_at": row.started_at,
            "due_at": row.due_at,
            "stopped_at": row.stopped_at,
            "consumed_seconds": row.consumed_seconds,
            "over_seconds": row.over_seconds,
            "breached_at": row.breached_at,
            "detected_at": shown(detected_at) if broken else None,
            "breach_withdrawn": was_detected and not broken,  # S4
            "cause": row.cause,
            **inexact,
        }

    def _detected(self, facts: Sequence[Fact], until: int) -> dict[Identity, tuple[int | None, bool]]:
        """S3, S4: of each clock, when its breach was noticed, and whether one that was noticed went away.

        After each fact of the log it is looked at what then shows.
        """
        detected: dict[Identity, tuple[int | None, bool]] = {}
        for count, fact in enumerate(facts, 1):
            then = self.replay(facts[:count], min(fact.recorded_at, until))
            concerned = self._concerned(then, fact)
            broken: set[Identity] = set()
            for name, conversation in then.conversations.items():
                for clock in conversation.clocks:
                    if clock.broken_at is None or clock.identity is None:
                        continue
                    broken.add(clock.identity)
                    detected_at, _ = detected.get(clock.identity, (None, False))
                    if detected_at is None and (concerned is None or name in concerned):
                        detected[clock.identity] = (fact.recorded_at, False)
            for identity, (detected_at, _) in list(detected.items()):
                if detected_at is not None and identity not in broken:
                    detected[identity] = (None, True)
        return detected

    def _concerned(self, then: Replay, fact: Fact) -> set[str] | None:
        """Of which conversations a fact is an event; None is of all."""
        corrects = "correct_from" in fact.step
        if "sweep" in fact.step or (corrects and "write_policy" not in fact.step):
            return None
        if corrects and then.rules.chosen_from[fact.step["write_policy"]] < fact.at:
            return None
        name = fact.conversation
        if name is None:
            return set()
        names = {name, fact.step.get("merge_into", name), fact.step.get("into", name)}
        if "undo_merge" in fact.step:
            before = [earlier for earlier in self.facts if earlier.recorded_at <= fact.recorded_at]
            split_off = {e.step["into"]: e.conversation for e in before if "split" in e.step}
            into = [
                split_off[name] if "undo_split" in e.step else e.step["merge_into"]
                for e in before
                if e.conversation == name and {"merge_into", "undo_split"} & e.step.keys()
            ]
            names |= set(into[-1:])
        known = {each for each in names if each in then.conversations}
        return known | {then.home(each) for each in known}


def _news(clock: Clock, standing: dict[Identity, str]) -> list[str]:
    """What is to be told of a clock, and then stands."""
    assert clock.identity is not None
    before = standing.get(clock.identity)
    if clock.broken_at is not None:
        now: str | None = "breached"
    elif clock.ended == "stopped" and clock.surely_in_time:
        now = "met"
    else:
        # What was met is not taken back because it goes on again: only if it is missed, or not known.
        now = "met" if before == "met" and clock.ended != "stopped" else None
    if now == before:
        return []
    taken_back = {"breached": ["breach-withdrawn"], "met": ["met-withdrawn"], None: []}[before]
    standing.pop(clock.identity, None)
    if now is not None:
        standing[clock.identity] = now
    return [*taken_back, *([now] if now else [])]
