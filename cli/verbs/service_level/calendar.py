"""`antiphon calendar`: business time by opening hours in a file, without any server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cli.yaml_file import read_yaml
from domain.kernel.refusal import InputInvalid, Refusal
from domain.kernel.time import read_instant
from domain.service_level.business_time import Calendar, CalendarVersion
from domain.service_level.opening_hours import OpeningHours, week
from domain.service_level.policy import Budget
from infra import holidays

_File = Annotated[Path, typer.Option("--file", help="A YAML file with `calendars`.", show_default=False)]
_Name = Annotated[str, typer.Option("--calendar", help="Which of them.", show_default=False)]
_From = Annotated[str, typer.Option("--from", help="With its offset: 2026-06-12T16:30:00+02:00.", show_default=False)]

_BUDGET: TypeAdapter[timedelta] = TypeAdapter(Budget)

app = typer.Typer(help="Business time, worked out from opening hours in a file.", no_args_is_help=True)


class _Calendars(BaseModel):
    """The part of the file that is read; the rest is for `scenario`."""

    model_config = ConfigDict(extra="ignore")

    calendars: Mapping[str, OpeningHours]


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    parent.add_typer(app, name="calendar")


@app.command()
def due(
    file: _File,
    calendar: _Name,
    start: _From,
    budget: Annotated[str, typer.Option("--budget", help="Business time: PT1H30M, or 1h 30m.", show_default=False)],
) -> None:
    """When a budget of business time is used up, in UTC; `none` where the calendar never opens."""
    begin = instant("--from", start)
    found = _calendar(file, calendar, begin).due(begin, _budget(budget))
    print(found.isoformat().replace("+00:00", "Z") if found else "none")


@app.command()
def elapsed(
    file: _File,
    calendar: _Name,
    start: _From,
    end: Annotated[str, typer.Option("--to", help="With its offset, too.", show_default=False)],
) -> None:
    """The business time between two instants, in whole seconds."""
    begin = instant("--from", start)
    print(_calendar(file, calendar, begin).elapsed(begin, instant("--to", end)) // timedelta(seconds=1))


def _calendar(file: Path, name: str, around: datetime) -> Calendar:
    calendars = _Calendars.model_validate(read_yaml(file)).calendars
    if name not in calendars:
        raise Refusal("calendar-unknown", f"{file.name} has {', '.join(sorted(calendars)) or 'no calendars'}")
    written = calendars[name]
    closed = holidays.resolved(written.holidays, around.year) if written.holidays else ()
    return Calendar([CalendarVersion(None, week(written, closed))])


def instant(name: str, text: str) -> datetime:
    """Parse the instant of an option. Raises Refusal `time-invalid`."""
    try:
        return read_instant(text)
    except ValueError as error:
        raise Refusal("time-invalid", f"{name}: {error}") from None


def _budget(text: str) -> timedelta:
    try:
        return _BUDGET.validate_python(text)
    except ValidationError as error:
        raise Refusal("budget-invalid", InputInvalid(error).what_to_do) from None
