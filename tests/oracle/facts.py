"""What a scenario says: facts in the order of the log, and what was said of calendars and policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import holidays

from audit.second_reading.hours import Statements, day_around, instant, midnight
from audit.second_reading.rules import Fact, Rulebook, Span

_ALWAYS = -(10**18)
_NOT_KEYS = {"at", "recorded_at", "calendar", "policy", "write_policy", "effective_from", "correct_from"}


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


def _with_dates(keys: dict[str, Any]) -> dict[str, Any]:
    """The keys of a calendar, with the dates of its public holidays."""
    where = keys.get("holidays")
    if not where:
        return keys
    found = holidays.country_holidays(where["country"], subdiv=where.get("subdivision"), years=range(2005, 2040))
    return {**keys, "holiday_dates": sorted(day.isoformat() for day in found)}


def rulebook(scenario: dict[str, Any], known: Sequence[Fact]) -> Rulebook:
    """What the known facts, in the order of the log, say of calendars and policies."""
    calendars = {name: [(_ALWAYS, _with_dates(keys))] for name, keys in (scenario.get("calendars") or {}).items()}
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
            calendars[name].append((from_when(since, zones[name]), _with_dates(keys)))
    return Rulebook(
        {name: Statements(said) for name, said in calendars.items()},
        {name: Statements(said) for name, said in policies.items()},
        written,
        chosen_from,
    )


def from_when(said: Any, zone: str) -> int:
    """S18: a local date means its midnight."""
    return midnight(date.fromisoformat(str(said)), zone) if len(str(said)) == 10 else instant(said)
