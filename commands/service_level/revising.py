"""Decides revisions of calendars and policies in one unit of work, each on the revisions before it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from importlib.metadata import version
from typing import Literal, TypeVar

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded, evolved
from commands.executor.unit_of_work import Change, KeyKind, UnitOfWork
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.kernel.stream import Stream
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from domain.service_level import policy_decisions
from domain.service_level.calendar import CALENDAR, CorrectCalendar, EditCalendar, HolidayDates, WriteCalendar
from domain.service_level.opening_hours import Holidays
from domain.service_level.policy import POLICY
from domain.service_level.policy_decisions import CorrectPolicy, EditPolicy, WritePolicy
from infra import holidays

S = TypeVar("S")
E = TypeVar("E", bound=Event)
Kind = Literal["policy", "calendar"]
KEYS: dict[Kind, KeyKind] = {"policy": "policy-name", "calendar": "calendar-name"}


class Revising:
    """Collects revisions. A policy may name a calendar that was written just before it; a date means midnight in the
    calendar's zone at that point."""

    def __init__(self, executor: CommandExecutor, context: Context) -> None:
        self._executor = executor
        self._when = context.counted_at(executor.clock())  # where that is told later, it was then
        self._changes: dict[str, Change] = {}
        self._names: dict[tuple[KeyKind, str], str] = {}

    def unit(self) -> UnitOfWork:
        """All revisions in one unit of work; there is at least one."""
        names = [(*name, id) for name, id in self._names.items()]
        return UnitOfWork(next(iter(self._changes)), list(self._changes.values()), names)

    def named(self, kind: Kind, name: str) -> str | None:
        """The id of the policy or calendar with this name; None where there is none."""
        key = (KEYS[kind], name)
        return self._names.get(key) or self._executor.named(key)[0]

    def write_calendar(self, command: WriteCalendar) -> None:
        """Write a calendar.

        Raises Refusal `calendar-exists`, `holidays-unknown`, or as `domain.service_level.calendar.decide`.
        """
        self._check_free("calendar", command.name)
        dates = self._dates(command.opening_hours.holidays)
        events = calendar_versions.decide(None, command, self._executor.clock(), dates, _zone_data())
        self._add(command.calendar_id, NOTHING, events, ("calendar-name", command.name))

    def change_calendar(self, calendar_id: str, command: EditCalendar | CorrectCalendar) -> None:
        """Edit or correct a calendar.

        Raises Refusal `not-found`, `holidays-unknown`, or as `domain.service_level.calendar.decide`.
        """
        before = self._existing(CALENDAR, calendar_id)
        dates = self._dates(command.holidays)
        events = calendar_versions.decide(before.state, command, self._when, dates, _zone_data())
        self._add(calendar_id, before, events)

    def write_policy(self, command: WritePolicy) -> None:
        """Write a policy.

        Raises Refusal `policy-exists`, `not-found` (its calendar), `target-unreachable`, or as
        `domain.service_level.policy_decisions.decide`.
        """
        self._check_free("policy", command.name)
        zone = self._zone([command.terms.calendar_id], self._when)
        events = policy_decisions.decide(None, command, self._when, zone)
        self._add(command.policy_id, NOTHING, events, ("policy-name", command.name))
        self._check_reached(command.policy_id)

    def change_policy(self, policy_id: str, command: EditPolicy | CorrectPolicy) -> None:
        """Edit or correct a policy.

        Raises Refusal `not-found` (the policy, or the calendar it names), `target-unreachable`, or as
        `domain.service_level.policy_decisions.decide`.
        """
        before = self._existing(POLICY, policy_id)
        present = sla_policy.Policy(before.state.revisions).at(self._when).terms.calendar_id
        zone = self._zone([present, *([command.calendar_id] if command.calendar_id else [])], self._when)
        self._add(policy_id, before, policy_decisions.decide(before.state, command, self._when, zone))
        self._check_reached(policy_id)

    def _check_reached(self, policy_id: str) -> None:
        """Check that the targets which were written last can be used up by their calendar."""
        revisions = self._existing(POLICY, policy_id).state.revisions
        since = max(self._when, revisions[-1].since or self._when)
        terms = sla_policy.Policy(revisions).at(since).terms
        targets = [each for named in (terms.targets, *terms.by_priority.values()) for each in named.values()]
        calendar = calendar_versions.calendar(self._existing(CALENDAR, terms.calendar_id).state.revisions)
        if targets and not calendar.reaches(since, max(targets)):
            raise Refusal(
                "target-unreachable",
                "the calendar is not open for so long within 200 years; name a shorter target, or longer opening hours",
            )

    def _add(
        self, id: str, before: Loaded[object], events: list[Event], name: tuple[KeyKind, str] | None = None
    ) -> None:
        self._changes[id] = Change(id, before, events)
        if name is not None:
            self._names[name] = id

    def _existing(self, stream: Stream[S, E], id: str) -> Loaded[S]:
        if (change := self._changes.get(id)) is not None:
            return evolved(id, change.before, change.events, 0)
        return self._executor.existing(stream, id)

    def _check_free(self, kind: Kind, name: str) -> None:
        if self.named(kind, name) is not None:
            raise Refusal(
                "policy-exists" if kind == "policy" else "calendar-exists",
                f"there is a {kind} {name}; edit it, or choose another name",
            )

    def _zone(self, calendar_ids: Collection[str], at: datetime) -> str:
        """The zone of the first calendar; all of them are checked to exist."""
        found = [self._existing(CALENDAR, id).state.revisions for id in calendar_ids]
        return calendar_versions.zone_at(found[0], at)

    def _dates(self, whose: Holidays | None) -> HolidayDates | None:
        if whose is None:
            return None
        dates = holidays.resolved(whose, self._executor.clock().year)
        return HolidayDates(dates=tuple(dates), data=version("holidays"))


def _zone_data() -> str:
    return f"tzdata {version('tzdata')}"
