"""What a scenario says: facts in the order of the log, and what was said of calendars and policies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from tests.oracle.hours import Statements, day_around, from_when, instant

_ALWAYS = -(10**12)
_NOT_KEYS = {"at", "recorded_at", "calendar", "policy", "write_policy", "effective_from", "correct_from"}
_SELECT = {"kinds": "kind", "priorities": "priority"}


class Span(NamedTuple):
    """S34: the first and the last instant at which something can have happened, and how exactly that is known."""

    first: int
    last: int
    precision: str


@dataclass(frozen=True)
class Fact:
    """One step. `at`: where it stands; `said_at`: as it was told. `span`: when it can have happened, if that is not
    known exactly."""

    position: int
    at: int
    recorded_at: int
    step: dict[str, Any]
    said_at: int
    span: Span | None = None

    @property
    def conversation(self) -> str | None:
        """Which conversation it is of, if it is of one."""
        said = self.step.get("conversation")
        return None if said is None else str(said)

    @property
    def is_correction(self) -> bool:
        """Whether it corrects a calendar or a policy for times past."""
        return "correct_from" in self.step


def facts_of(scenario: dict[str, Any]) -> list[Fact]:
    """All facts, in the order of the log (S2)."""
    facts = []
    for position, step in enumerate(scenario.get("steps") or []):
        at, recorded_at = instant(step["at"]), instant(step.get("recorded_at", step["at"]))
        if not 0 <= at < instant("2201-01-01T00:00:00Z"):
            at = recorded_at  # S36
        facts.append(Fact(position, at, recorded_at, step, at))
    facts.sort(key=lambda fact: (fact.recorded_at, fact.position))
    placed: list[Fact] = []
    for fact in facts:
        placed.append(_where_it_was_told(fact, placed, scenario.get("zone", "UTC")))
    return placed


def _where_it_was_told(fact: Fact, before: Sequence[Fact], zone: str) -> Fact:
    """S34: what is not known exactly stands after what its conversation holds of that time by then."""
    precision = fact.step.get("time_precision", "exact")
    if precision == "exact":
        return fact
    first, next_day = day_around(fact.at, zone) if precision == "day" else (0, fact.recorded_at + 1)
    last = min(next_day, fact.recorded_at)
    held = [each.at for each in before if each.conversation == fact.conversation]
    at = max([fact.at, *(each for each in held if each <= last and each < next_day)])
    return replace(fact, at=at, span=Span(min(first, fact.at), max(last, at), precision))


@dataclass(frozen=True)
class Rulebook:
    """The calendars and policies, as some facts let them be known."""

    calendars: dict[str, Statements]
    policies: dict[str, Statements]
    written: dict[str, int]
    """The position of the fact that wrote a policy; those of the head come first."""
    chosen_from: dict[str, int]
    """S29: from when on conversations choose a policy."""

    def chosen(self, kind: str, priority: str, when: int, known_before: int | None = None) -> str | None:
        """The policy that conversations choose at an instant: of those that select them the one that asks most, and
        among equals the first. `known_before`: among those that were written before a fact."""
        found: list[tuple[int, int, str]] = []
        for name, statements in self.policies.items():
            selects = statements.at(when).get("selects")
            unknown = known_before is not None and self.written[name] >= known_before
            if selects is None or when < self.chosen_from[name] or unknown:
                continue
            asked = {key: wanted for key, wanted in selects.items() if wanted}
            if all({"kind": kind, "priority": priority}[_SELECT[key]] in wanted for key, wanted in asked.items()):
                found.append((-len(asked), self.written[name], name))
        return min(found)[2] if found else None

    def targets(self, policy: str | None, priority: str, when: int) -> dict[str, int]:
        """The targets in seconds, by metric."""
        if policy is None:
            return {}
        version = self.policies[policy].at(when)
        override = (version.get("by_priority") or {}).get(priority) or {}
        return {metric: seconds(said) for metric, said in {**(version.get("targets") or {}), **override}.items()}

    def calendar(self, policy: str | None, when: int) -> str | None:
        """The name of the calendar."""
        return None if policy is None else str(self.policies[policy].at(when)["calendar"])


def rulebook(scenario: dict[str, Any], known: Sequence[Fact]) -> Rulebook:
    """What the known facts, in the order of the log, say of calendars and policies."""
    calendars = {name: [(_ALWAYS, keys)] for name, keys in (scenario.get("calendars") or {}).items()}
    policies = {name: [(_ALWAYS, keys)] for name, keys in (scenario.get("policies") or {}).items()}
    zones = {name: said[0][1]["zone"] for name, said in calendars.items()}
    written = {name: number - len(policies) for number, name in enumerate(policies)}
    chosen_from = dict.fromkeys(policies, _ALWAYS)
    for fact in known:
        if "write_policy" in fact.step:
            name = fact.step["write_policy"]
            keys = {key: value for key, value in fact.step.items() if key not in _NOT_KEYS}
            policies[name] = [(_ALWAYS, {**keys, "calendar": fact.step["calendar"]})]
            date = fact.step.get("effective_from", fact.step.get("correct_from"))
            written[name] = fact.position
            chosen_from[name] = fact.at if date is None else from_when(date, zones[fact.step["calendar"]])
            continue
        since = fact.step.get("effective_from", fact.step.get("correct_from"))
        if since is None or fact.conversation is not None:
            continue
        keys = {key: value for key, value in fact.step.items() if key not in _NOT_KEYS}
        if "policy" in fact.step:
            name = fact.step["policy"]
            if "calendar" in fact.step:
                keys["calendar"] = fact.step["calendar"]
            present = Statements(policies[name]).at(fact.at)["calendar"]
            policies[name].append((from_when(since, zones[present]), keys))
        else:
            name = fact.step["calendar"]
            calendars[name].append((from_when(since, zones[name]), keys))
    return Rulebook(
        {name: Statements(said) for name, said in calendars.items()},
        {name: Statements(said) for name, said in policies.items()},
        written,
        chosen_from,
    )


def seconds(said: str) -> int:
    """An ISO 8601 duration of business time; S17: a day has 24 hours."""
    found = re.fullmatch(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", said)
    assert found, said
    weeks, days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + rest
