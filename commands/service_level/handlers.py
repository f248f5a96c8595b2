"""What can be asked of calendars and policies: to write them down, to edit them, to correct them."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection
from datetime import datetime
from importlib.metadata import version
from typing import Literal

from commands.executor.context import Context, body_of
from commands.executor.executor import Handling
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, ClaimKind, Proposal
from domain.kernel.refusal import Refusal
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from domain.service_level.calendar import CorrectCalendar, EditCalendar, HolidayDates, WriteCalendar
from domain.service_level.opening_hours import Holidays
from domain.service_level.policy import CorrectPolicy, EditPolicy, WritePolicy
from infra import holidays

_CALENDAR: ClaimKind = "calendar-name"
_POLICY: ClaimKind = "policy-name"


def named(handling: Handling, kind: Literal["policy", "calendar"], name: str) -> str | None:
    """The id of the one of this name; None where there is none."""
    return handling.find(_POLICY if kind == "policy" else _CALENDAR, name)


def write_calendar(handling: Handling, command: WriteCalendar, context: Context) -> Answer:
    """Write a calendar down; its name is its own. Raises Refusal `calendar-exists`, `holidays-unknown`, or as
    `domain.service_level.calendar.decide` and `Handling.run`."""
    name = (_CALENDAR, command.name)

    def work() -> Proposal:
        if handling.named(name) != [None]:
            raise Refusal("calendar-exists", f"there is a calendar {command.name}; edit it, or choose another name")
        dates = _dates(handling, command.opening_hours.holidays)
        events = calendar_versions.decide(None, command, handling.clock(), dates, _zone_data())
        id = command.calendar_id
        return Proposal(id, [Change(id, NOTHING, events)], [(*name, id)])

    return handling.run(context, work, body=body_of(context, command), names=[name])


def change_calendar(
    handling: Handling, calendar_id: str, command: EditCalendar | CorrectCalendar, context: Context
) -> Answer:
    """Have some of it read otherwise, from now on or, as a correction, ever since.

    Raises Refusal `not-found`, `holidays-unknown`, or as `domain.service_level.calendar.decide` and `Handling.run`."""

    def work() -> Proposal:
        before = handling.existing(calendar_id, "calendar")
        dates = _dates(handling, command.holidays)
        events = calendar_versions.decide(before.state, command, _when(handling, context), dates, _zone_data())
        return Proposal(calendar_id, [Change(calendar_id, before, events)])

    return handling.run(context, work, body=body_of(context, command, calendar_id), streams=[calendar_id])


def write_policy(handling: Handling, command: WritePolicy, context: Context) -> Answer:
    """Write a policy down; its name is its own. Raises Refusal `policy-exists`, `not-found` (its calendar), or as
    `domain.service_level.policy.decide` and `Handling.run`."""
    name = (_POLICY, command.name)

    def work() -> Proposal:
        if handling.named(name) != [None]:
            raise Refusal("policy-exists", f"there is a policy {command.name}; edit it, or choose another name")
        zone = _zone(handling, [command.terms.calendar_id], handling.clock())
        events = sla_policy.decide(None, command, handling.clock(), zone)
        id = command.policy_id
        return Proposal(id, [Change(id, NOTHING, events)], [(*name, id)])

    return handling.run(
        context, work, body=body_of(context, command), streams=[command.terms.calendar_id], names=[name]
    )


def change_policy(handling: Handling, policy_id: str, command: EditPolicy | CorrectPolicy, context: Context) -> Answer:
    """Have some of it read otherwise, from now on or, as a correction, ever since.

    Raises Refusal `not-found` (the policy, or the calendar it names), or as `domain.service_level.policy.decide` and
    `Handling.run`."""

    def work() -> Proposal:
        before = handling.existing(policy_id, "policy")
        now = _when(handling, context)
        named = [command.calendar_id] if command.calendar_id else []
        zone = _zone(handling, [sla_policy.Policy(before.state.statements).at(now).terms.calendar_id, *named], now)
        events = sla_policy.decide(before.state, command, now, zone)
        return Proposal(policy_id, [Change(policy_id, before, events)])

    return handling.run(context, work, body=body_of(context, command, policy_id), streams=[policy_id])


def _when(handling: Handling, context: Context) -> datetime:
    """When it is said; where that is told later, it was then."""
    return context.occurred_at or handling.clock()


def _zone(handling: Handling, calendar_ids: Collection[str], at: datetime) -> str:
    """The zone of the first; that all of them exist is looked at, too."""
    found = [handling.existing(id, "calendar").state.statements for id in calendar_ids]
    return calendar_versions.zone_at(found[0], at)


def _dates(handling: Handling, whose: Holidays | None) -> HolidayDates | None:
    if whose is None:
        return None
    dates = holidays.resolved(whose, handling.clock().year)
    return HolidayDates(dates=tuple(dates), data=version("holidays"))


def _zone_data() -> str:
    # Where the system has zones of its own, these count before the package.
    return "system" if zoneinfo.TZPATH else f"tzdata {version('tzdata')}"
