"""Policies and calendars in a file, by name: to be tried on the past (what-if), or put in force."""

from __future__ import annotations

from collections.abc import Mapping

from domain.kernel.values import Fields, Frozen
from domain.service_level.policy import Wording


class PolicyInFile(Wording):
    """Keys of a policy; for a new policy, all its terms. `calendar`: the calendar's name."""

    calendar: str | None = None


class PoliciesInFile(Frozen):
    """The content of the file. Keys that are given replace keys of existing policies and calendars."""

    policies: Mapping[str, PolicyInFile] = {}
    calendars: Mapping[str, Fields] = {}
