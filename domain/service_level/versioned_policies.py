"""All policies and calendars by id, each with the versions that are known: what clocks are evaluated by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.service_level.business_time import Calendar
from domain.service_level.policy import InForce, Policy


@dataclass(frozen=True, slots=True)
class VersionedPolicies:
    """Policies and calendars by their ids, with all the versions that are known."""

    by_id: Mapping[str, Policy]
    calendars: Mapping[str, Calendar]
    calendar_versions: Mapping[str, Sequence[tuple[datetime | None, int]]] = field(default_factory=dict)
    """Of each calendar: since when which of its versions is the last that counts, in order."""

    def calendar_version(self, calendar_id: str, at: datetime) -> int | None:
        """The last version that counts then."""
        found = [version for since, version in self.calendar_versions.get(calendar_id, ()) if not since or since <= at]
        return found[-1] if found else None

    def terms(self, policy_id: str | None, at: datetime) -> InForce | None:
        """What a policy says then; None where there is none, or where it says nothing yet."""
        return self.by_id[policy_id].at(at) if policy_id is not None else None
