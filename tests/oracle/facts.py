"""What a scenario says: facts in the order of the log, and what was said of calendars and policies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.oracle.hours import Statements, from_when, instant

_ALWAYS = -(10**12)
_NOT_KEYS = {"at", "recorded_at", "calendar", "policy", "effective_from", "correct_from"}


@dataclass(frozen=True)
class Fact:
    """One step."""

    position: int
    at: int
    recorded_at: int
    step: dict[str, Any]

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
        at = instant(step["at"])
        facts.append(Fact(position, at, instant(step.get("recorded_at", step["at"])), step))
    return sorted(facts, key=lambda fact: (fact.recorded_at, fact.position))


@dataclass(frozen=True)
class Rulebook:
    """The calendars and policies, as some facts let them be known."""

    calendars: dict[str, Statements]
    policies: dict[str, Statements]

    def targets(self, policy: str, priority: str, when: int) -> dict[str, int]:
        """The targets in seconds, by metric."""
        version = self.policies[policy].at(when)
        override = (version.get("by_priority") or {}).get(priority) or {}
        return {metric: seconds(said) for metric, said in {**(version.get("targets") or {}), **override}.items()}

    def calendar(self, policy: str, when: int) -> str:
        """The name of the calendar."""
        return str(self.policies[policy].at(when)["calendar"])


def rulebook(scenario: dict[str, Any], known: Sequence[Fact]) -> Rulebook:
    """What the known facts, in the order of the log, say of calendars and policies."""
    calendars = {name: [(_ALWAYS, keys)] for name, keys in (scenario.get("calendars") or {}).items()}
    policies = {name: [(_ALWAYS, keys)] for name, keys in (scenario.get("policies") or {}).items()}
    zones = {name: said[0][1]["zone"] for name, said in calendars.items()}
    for fact in known:
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
    )


def seconds(said: str) -> int:
    """An ISO 8601 duration of business time; S17: a day has 24 hours."""
    found = re.fullmatch(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", said)
    assert found, said
    weeks, days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + rest
