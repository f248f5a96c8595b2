"""All policies and calendars by id, with all known versions: what clocks are evaluated by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.service_level.business_time import Calendar
from domain.service_level.policy import InForce, Policy


def always() -> None:
    """Let an evaluation go on to its end."""


@dataclass(frozen=True, slots=True)
class VersionedPolicies:
    """Policies and calendars by id, with all known versions."""

    by_id: Mapping[str, Policy]
    calendars: Mapping[str, Calendar]
    calendar_versions: Mapping[str, Sequence[tuple[datetime | None, int]]] = field(default_factory=dict)
    """For each calendar: since when which version is the last that counts, in order."""
    go_on: Callable[[], None] = field(default=always, compare=False)
    """Asked before each event that an evaluation folds; an exception ends the evaluation."""

    zone: str = field(kw_only=True)
    """The company's zone, in which a day is a local date."""

    def calendar_version(self, calendar_id: str, at: datetime) -> int | None:
        """The version of a calendar that counts at an instant."""
        found = [version for since, version in self.calendar_versions.get(calendar_id, ()) if not since or since <= at]
        return found[-1] if found else None

    def terms(self, policy_id: str | None, at: datetime) -> InForce | None:
        """The terms of a policy at an instant; None without a policy, or before the policy says anything."""
        return self.by_id[policy_id].at(at) if policy_id is not None else None

    def changes(self, policy_id: str | None, after: datetime, until: datetime) -> Iterator[datetime]:
        """When other terms of a policy came into force, later than `after`."""
        for each in self.by_id[policy_id].in_force if policy_id is not None else ():
            if each.since is not None and after < each.since <= until:
                yield each.since
