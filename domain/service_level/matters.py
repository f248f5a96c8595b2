"""Conversations or signals during an evaluation, and how their clocks follow the policies over time."""

from __future__ import annotations

from collections import deque
from datetime import datetime

from domain.service_level.clock import RunningClock
from domain.service_level.clock_changes import ClockChanges
from domain.service_level.matter import Matter
from domain.service_level.policy import chosen
from domain.service_level.versioned_policies import VersionedPolicies


class Matters:
    """What the folds of conversations and of signals have in common. Policies come into force in the order of time."""

    def __init__(self, policies: VersionedPolicies) -> None:
        self._policies = policies
        self._clocks = ClockChanges(policies)
        self._matters: dict[str, Matter] = {}
        self._ended: list[RunningClock] = []
        # What is in force from an instant on holds for events at that very instant.
        self._changes = deque(
            sorted(
                (since, id)
                for id, policy in policies.by_id.items()
                for since in {policy.chosen_from, *(each.since for each in policy.in_force)}
                if since is not None
            )
        )

    def policies_change(self, until: datetime) -> None:
        """Let the policies come into force that do so by this instant."""
        while self._changes and self._changes[0][0] <= until:
            self._policy_changes(*self._changes.popleft())

    def _policy_changes(self, at: datetime, policy_id: str) -> None:
        for matter in self._matters.values():
            if self._policies.by_id[policy_id].chosen_from == at and not matter.named:
                self._choose_anew(matter, at)
            for clock in matter.clocks():
                if clock.policy_id == policy_id:
                    clock.changed = "policy"
                    self._clocks.adopt(matter, clock, at)
            self._ended += matter.settle()

    def _choose_anew(self, matter: Matter, at: datetime) -> None:
        """Choose among the policies that there are from now on. What has ended stays as it ended."""
        before, matter.policy_id = matter.policy_id, chosen(self._policies.by_id, matter.about, at)
        matter.chosen_at = at
        if matter.policy_id == before:
            return
        for clock in matter.clocks():
            if clock.policy_id == before and (clock.live or clock.resumable):
                clock.go_by(matter.policy_id, clock.priority)
                self._clocks.adopt(matter, clock, at)
