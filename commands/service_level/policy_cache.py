"""The cache of policies and calendars, which are few: read once, later only what is new."""

from __future__ import annotations

import threading

from domain.kernel.event import Event, Recorded
from domain.service_level.detection import Knowledge
from domain.service_level.versioned_policies import VersionedPolicies
from infra.log.application import Log


class PolicyCache:
    """Reads and keeps them. Thread-safe.

    Not of cachetools: nothing ever leaves, since what is decided by policies needs all revisions of all of them.
    """

    def __init__(self, log: Log, zone: str) -> None:
        """`zone`: the company's, in which a day is a local date."""
        self._log = log
        self._lock = threading.Lock()
        self._recorded_events: list[Recorded[Event]] = []
        self._knowledge = Knowledge([], zone=zone)
        self._policies: VersionedPolicies | None = None

    def recorded_events(self) -> list[Recorded[Event]]:
        """All events of policies and calendars. Raises UnreadableEvent, Overloaded."""
        with self._lock:
            self._read()
            return list(self._recorded_events)

    def policies(self) -> VersionedPolicies:
        """All policies and calendars, with their versions. Raises UnreadableEvent, Overloaded."""
        with self._lock:
            self._read()
            if self._policies is None:
                self._policies = self._knowledge.policies(self._recorded_events)
            return self._policies

    def _read(self) -> None:
        last = self._recorded_events[-1].position if self._recorded_events else 0
        if new := self._log.policy_events(last):
            self._recorded_events += new
            self._policies = None
