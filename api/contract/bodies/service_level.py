"""The bodies of requests about policies and calendars."""

from __future__ import annotations

from api.contract.bodies.fields import IdText
from domain.kernel.values import Label, Remark
from domain.kernel.versioned import Since
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy


class PolicyBody(sla_policy.Terms):
    """A policy with a name of its own. `targets` and `by_priority`: business time by metric, as PT4H or 4h.
    Conversations choose it from now on, from a later `effective_from` on, or, as a correction, since `correct_from`."""

    name: Label
    calendar_id: IdText
    effective_from: Since | None = None
    correct_from: Since | None = None


class PolicyEdit(EditPolicy):
    """The keys that change, from when on, and why; the others stay."""

    calendar_id: IdText | None = None
    reason: Remark | None = None


class PolicyCorrection(CorrectPolicy):
    """The keys to correct, since when, and why; the others stay."""

    calendar_id: IdText | None = None
    reason: Remark | None = None


class CalendarBody(OpeningHours):
    """Opening hours with a name of their own."""

    name: Label


class CalendarEdit(calendar_versions.EditCalendar):
    """The keys that change, from when on, and why; the others stay."""

    reason: Remark | None = None


class CalendarCorrection(calendar_versions.CorrectCalendar):
    """The keys to correct, since when, and why; the others stay."""

    reason: Remark | None = None
