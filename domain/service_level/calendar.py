"""Calendars as streams: written once, edited for the future, corrected for the past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from pydantic import Field

from domain.kernel.event import Event
from domain.kernel.ids import new_id
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.time import Instant, Zone
from domain.kernel.values import Fields, Frozen, Label
from domain.kernel.versioned import DatedRevision, Since, corrected_from, edited_from, effective_periods, given
from domain.service_level.business_time import Calendar, CalendarVersion
from domain.service_level.open_times import Week
from domain.service_level.opening_hours import (
    Closed,
    Holidays,
    OpeningHours,
    PartDays,
    RecordedHolidays,
    RecordedHours,
    WeekHours,
    check_days,
    week,
)

# -- events


class CalendarRevision(Event):
    """Keys of a calendar; None leaves a key as it was. `holiday_dates`: the dates that `holidays` stood for when the
    event was written; `holidays_data`: the version of the holiday data."""

    zone: Text | None = None
    hours: Mapping[str, tuple[str, ...]] | None = None
    closed: tuple[date, ...] | None = None
    part_days: Mapping[date, tuple[str, ...]] | None = None
    holidays: RecordedHolidays | None = None
    holiday_dates: tuple[date, ...] | None = None
    holidays_data: str | None = None
    zone_data: str | None = None


class CalendarWritten(CalendarRevision, name="calendar.written", published_as=None):
    """A calendar was written. It holds from the beginning."""

    calendar_name: str


class CalendarEdited(CalendarRevision, name="calendar.edited", published_as=None):
    """A calendar was edited: some keys change at an instant in the future."""

    effective_from: Instant


class CalendarCorrected(CalendarRevision, name="calendar.corrected", published_as=None):
    """A calendar was corrected: some keys change since an instant, and clocks are evaluated anew."""

    correct_from: Instant


# -- state


@dataclass(frozen=True, slots=True)
class CalendarState:
    """The aggregate state of a calendar."""

    name: str
    revisions: tuple[DatedRevision, ...]


def revision(event: CalendarRevision, version: int) -> DatedRevision:
    """The revision that an event records."""
    since = event.effective_from if isinstance(event, CalendarEdited) else None
    since = event.correct_from if isinstance(event, CalendarCorrected) else since
    return DatedRevision(version, since, given(event, CalendarRevision))


CalendarEvent = CalendarWritten | CalendarEdited | CalendarCorrected


def evolve(state: CalendarState | None, event: CalendarEvent) -> CalendarState | None:
    """Fold one event into the state."""
    if isinstance(event, CalendarWritten):
        return CalendarState(event.calendar_name, (revision(event, 1),))
    if state is None:
        return None
    match event:
        case CalendarEdited() | CalendarCorrected():
            return replace(state, revisions=(*state.revisions, revision(event, len(state.revisions) + 1)))
        case _:
            assert_never(event)


CALENDAR = Stream("calendar", CalendarEvent, evolve)


def calendar(revisions: Sequence[DatedRevision]) -> Calendar:
    """The calendar of these revisions. Raises Refusal `opening-hours-invalid`."""
    return Calendar([CalendarVersion(period.since, _week(period.says)) for period in effective_periods(revisions)])


def _week(says: Fields) -> Week:
    written = RecordedHours.model_validate({name: says[name] for name in RecordedHours.model_fields if name in says})
    return week(written, says.get("holiday_dates", ()))


# -- commands


class HolidayDates(Frozen):
    """The dates that a command's `holidays` stand for, looked up by the caller."""

    dates: tuple[date, ...]
    data: str


class WriteCalendar(Frozen):
    """Write a new calendar with a name of its own."""

    name: Label
    opening_hours: OpeningHours
    calendar_id: str = Field(default_factory=lambda: new_id("calendar"))


class CalendarKeys(Frozen):
    """Keys of a calendar that change; the others stay."""

    zone: Zone | None = None
    hours: WeekHours | None = None
    closed: Closed | None = None
    part_days: PartDays | None = None
    holidays: Holidays | None = None


class EditCalendar(CalendarKeys):
    """Change these keys from a local date or an instant in the future on."""

    effective_from: Since


class CorrectCalendar(CalendarKeys):
    """Correct these keys since a local date or an instant."""

    correct_from: Since


def decide(
    state: CalendarState | None,
    command: WriteCalendar | EditCalendar | CorrectCalendar,
    now: datetime,
    holidays: HolidayDates | None = None,
    zone_data: str | None = None,
) -> list[Event]:
    """Decide the events of a command. `holidays`: the dates of the command's holidays.

    Raises Refusal `not-found`, `calendar-exists`, `opening-hours-invalid`, `effective-from-past`,
    `correct-from-future`, `nothing-said`.
    """
    keys = command.opening_hours if isinstance(command, WriteCalendar) else command
    keys_given = given(keys, CalendarKeys)
    if not keys_given:
        raise Refusal("nothing-said", "name at least one key to change")
    check_days(keys_given.get("hours", ()))
    if holidays is not None:
        keys_given |= {"holiday_dates": holidays.dates, "holidays_data": holidays.data}
    keys_given["zone_data"] = zone_data
    event: CalendarRevision
    if isinstance(command, WriteCalendar):
        if state is not None:
            raise Refusal("calendar-exists", "there is a calendar of this name; edit it, or choose another name")
        event = CalendarWritten(calendar_name=command.name, **keys_given)
    elif state is None:
        raise NotFound("the calendar")
    elif isinstance(command, EditCalendar):
        # In the zone in force when the command is given, also where the command changes the zone.
        since = edited_from(command.effective_from, zone_at(state.revisions, now), now)
        event = CalendarEdited(effective_from=since, **keys_given)
    else:
        since = corrected_from(command.correct_from, zone_at(state.revisions, now), now)
        event = CalendarCorrected(correct_from=since, **keys_given)
    after = evolve(state, event)
    assert after is not None
    calendar(after.revisions)
    return [event]


def zone_at(revisions: Iterable[DatedRevision], at: datetime) -> str:
    """The zone in force at an instant."""
    found = [
        period.says["zone"]
        for period in effective_periods(list(revisions))
        if period.since is None or period.since <= at
    ]
    return str(found[-1])
