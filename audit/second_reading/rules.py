"""Facts in the order of the log, and what is known of calendars and policies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from audit.second_reading.hours import SECOND, Statements

_SELECT = {
    "kinds": "kind", "priorities": "priority", "channels": "channel", "tiers": "tier", "product_areas": "product_area",
}  # fmt: skip


MOST_DAYS = 10_000
"""The longest target, in days. Whoever writes a bundle could otherwise let its reader count for ever."""


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
    def is_over(self) -> bool:
        """Whether it was imported as history: it starts no clock, and ends those that run."""
        return bool(self.step.get("history"))


@dataclass(frozen=True)
class Rulebook:
    """The calendars and policies, as some facts let them be known; policies in the order in which they were written."""

    calendars: dict[str, Statements]
    policies: dict[str, Statements]
    written: dict[str, int]
    """The position of the fact that wrote a policy; those of a scenario's head come first."""
    chosen_from: dict[str, int]
    """S29: from when on conversations choose a policy."""
    subject: Literal["conversation", "signal"] = "conversation"
    """Of what its policies are chosen."""

    def chosen(self, traits: dict[str, str | None], when: int, known_before: int | None = None) -> str | None:
        """The policy that conversations of these traits choose at an instant: of those that select them the one that
        asks most, and among equals the first. `known_before`: among those that were written before a fact."""
        found: list[tuple[int, int, str]] = []
        for turn, (name, statements) in enumerate(self.policies.items()):
            version = statements.at(when)
            selects = version.get("selects") if version.get("subject", "conversation") == self.subject else None
            unknown = known_before is not None and self.written[name] >= known_before
            if selects is None or when < self.chosen_from[name] or unknown:
                continue
            asked = {key: wanted for key, wanted in selects.items() if wanted}
            if all(traits[_SELECT[key]] in wanted for key, wanted in asked.items()):
                found.append((-len(asked), turn, name))
        return min(found)[2] if found else None

    def targets(self, policy: str | None, priority: str, when: int) -> dict[str, int]:
        """The targets by metric."""
        if policy is None:
            return {}
        version = self.policies[policy].at(when)
        override = (version.get("by_priority") or {}).get(priority) or {}
        return {metric: duration(said) for metric, said in {**(version.get("targets") or {}), **override}.items()}

    def calendar(self, policy: str | None, when: int) -> str | None:
        """The name of the calendar."""
        return None if policy is None else str(self.policies[policy].at(when)["calendar"])


def duration(said: str) -> int:
    """An ISO 8601 duration of business time; S17: a day has 24 hours. Stored ones count years of 365 days."""
    found = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", said)
    if found is None:
        raise ValueError(f"{said} is no duration")
    years, weeks, days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    if years * 365 + weeks * 7 + days > MOST_DAYS:
        raise ValueError(f"{said} is longer than any target may be")
    return ((((years * 365 + weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + rest) * SECOND
