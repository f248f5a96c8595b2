"""Policies and calendars as a file says them, by name: to be tried on the past, or put in force."""

from __future__ import annotations

from collections.abc import Mapping

from domain.kernel.values import Fields, Frozen
from domain.service_level.policy import Wording


class PolicyInFile(Wording):
    """Keys of a policy; of one that there is not yet, all it says. `calendar`: the name of its calendar."""

    calendar: str | None = None


class PoliciesInFile(Frozen):
    """All that the file says: of what exists, keys that are given replace others."""

    policies: Mapping[str, PolicyInFile] = {}
    calendars: Mapping[str, Fields] = {}
