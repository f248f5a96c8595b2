"""Scenarios of one day, written in few lines, and what their clocks say."""

from __future__ import annotations

from typing import Any

import yaml

from cli.verbs.service_level.scenario import answers

HOURS = """
calendars:
  ALWAYS: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}
  NEVER: {zone: UTC, hours: {}}
  DAY: {zone: UTC, hours: {mon-fri: ["09:00-17:00"]}}
"""


def at(clock: str) -> str:
    """On a Tuesday."""
    return f"2026-06-16T{clock}:00+00:00"


def played(policy: str, steps: str, *asked: tuple[str, str | None], more: str = "") -> list[dict[str, Any]]:
    """The clocks of A for each (now, known_at). Steps are lines of `09:00 {…}`; `(10:00)` after it: recorded then."""
    content = yaml.safe_load(HOURS)
    content["policies"] = {"p": yaml.safe_load(policy), **(yaml.safe_load(more) or {})}
    content["steps"] = []
    for line in filter(None, map(str.strip, steps.splitlines())):
        clock, _, what = line.partition(" ")
        recorded = None
        if what.startswith("("):
            recorded, _, what = what[1:].partition(") ")
        step = yaml.safe_load(what)
        if not {"calendar", "sweep", "edit"} & step.keys():
            step.setdefault("conversation", "A")
        if "edit" in step:
            step["policy"] = step.pop("edit")
        step["at"] = at(clock)
        if recorded:
            step["recorded_at"] = at(recorded)
        content["steps"].append(step)
    content["ask"] = [{"now": at(now), "known_at": at(known) if known else None} for now, known in asked]
    return [
        each["conversations"].get("A", {"clocks": {}})["clocks"] | {"errors": each["errors"]}
        for each in answers(content)["answers"]
    ]


def clock(found: dict[str, Any], metric: str, instance: int = 1) -> dict[str, Any]:
    """One clock, with times as hours and minutes."""
    each: dict[str, Any] = found[metric][instance - 1]
    assert each["instance"] == instance
    return {name: value[11:16] if name.endswith("_at") and value is not None else value for name, value in each.items()}
