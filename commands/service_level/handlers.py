"""What can be asked of calendars and policies: to write them down, to edit them, to correct them."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection
from datetime import datetime
from importlib.metadata import version
from typing import Literal

from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain.kernel.refusal import Refusal
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from domain.service_level.calendar import CorrectCalendar, EditCalendar, HolidayDates, WriteCalendar
from domain.service_level.opening_hours import Holidays
from domain.service_level.policy import CorrectPolicy, EditPolicy, WritePolicy
from infra import holidays

_CALENDAR: KeyKind = "calendar-name"
_POLICY: KeyKind = "policy-name"


def named(executor: CommandExecutor, kind: Literal["policy", "calendar"], name: str) -> str | None:
    """The id of the one of this name; None where there is none."""
    return executor.find(_POLICY if kind == "policy" else _CALENDAR, name)


def write_calendar(executor: CommandExecutor, command: WriteCalendar, context: Context) -> Answer:
    """Write a calendar down; its name is its own. Raises Refusal `calendar-exists`, `holidays-unknown`, or as
    `domain.service_level.calendar.decide` and `CommandExecutor.run`."""
    name = (_CALENDAR, command.name)

    def work() -> UnitOfWork:
        if executor.named(name) != [None]:
            raise Refusal("calendar-exists", f"there is a calendar {command.name}; edit it, or choose another name")
        dates = _dates(executor, command.opening_hours.holidays)
        events = calendar_versions.decide(None, command, executor.clock(), dates, _zone_data())
        id = command.calendar_id
        return UnitOfWork(id, [Change(id, NOTHING, events)], [(*name, id)])

    return executor.run(context, work, body=body_of(context, command), names=[name])


def change_calendar(
    executor: CommandExecutor, calendar_id: str, command: EditCalendar | CorrectCalendar, context: Context
) -> Answer:
    """Have some of it read otherwise, from now on or, as a correction, ever since.

    Raises Refusal `not-found`, `holidays-unknown`, or as `domain.service_level.calendar.decide` and
    `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        before = executor.existing(calendar_id, "calendar")
        dates = _dates(executor, command.holidays)
        events = calendar_versions.decide(before.state, command, _when(executor, context), dates, _zone_data())
        return UnitOfWork(calendar_id, [Change(calendar_id, before, events)])

    return executor.run(context, work, body=body_of(context, command, calendar_id), streams=[calendar_id])


def write_policy(executor: CommandExecutor, command: WritePolicy, context: Context) -> Answer:
    """Write a policy down; its name is its own. Raises Refusal `policy-exists`, `not-found` (its calendar), or as
    `domain.service_level.policy.decide` and `CommandExecutor.run`."""
    name = (_POLICY, command.name)

    def work() -> UnitOfWork:
        if executor.named(name) != [None]:
            raise Refusal("policy-exists", f"there is a policy {command.name}; edit it, or choose another name")
        zone = _zone(executor, [command.terms.calendar_id], executor.clock())
        events = sla_policy.decide(None, command, executor.clock(), zone)
        id = command.policy_id
        return UnitOfWork(id, [Change(id, NOTHING, events)], [(*name, id)])

    return executor.run(
        context, work, body=body_of(context, command), streams=[command.terms.calendar_id], names=[name]
    )


def change_policy(
    executor: CommandExecutor, policy_id: str, command: EditPolicy | CorrectPolicy, context: Context
) -> Answer:
    """Have some of it read otherwise, from now on or, as a correction, ever since.

    Raises Refusal `not-found` (the policy, or the calendar it names), or as `domain.service_level.policy.decide` and
    `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        before = executor.existing(policy_id, "policy")
        now = _when(executor, context)
        named = [command.calendar_id] if command.calendar_id else []
        zone = _zone(executor, [sla_policy.Policy(before.state.statements).at(now).terms.calendar_id, *named], now)
        events = sla_policy.decide(before.state, command, now, zone)
        return UnitOfWork(policy_id, [Change(policy_id, before, events)])

    return executor.run(context, work, body=body_of(context, command, policy_id), streams=[policy_id])


def _when(executor: CommandExecutor, context: Context) -> datetime:
    """When it is said; where that is told later, it was then."""
    return context.occurred_at or executor.clock()


def _zone(executor: CommandExecutor, calendar_ids: Collection[str], at: datetime) -> str:
    """The zone of the first; that all of them exist is looked at, too."""
    found = [executor.existing(id, "calendar").state.statements for id in calendar_ids]
    return calendar_versions.zone_at(found[0], at)


def _dates(executor: CommandExecutor, whose: Holidays | None) -> HolidayDates | None:
    if whose is None:
        return None
    dates = holidays.resolved(whose, executor.clock().year)
    return HolidayDates(dates=tuple(dates), data=version("holidays"))


def _zone_data() -> str:
    # Where the system has zones of its own, these count before the package.
    return "system" if zoneinfo.TZPATH else f"tzdata {version('tzdata')}"
