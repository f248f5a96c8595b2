"""What verbs of measures and of the process map are asked about: days of a zone, and the views as they were known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from audit.replay import Replay
from cli.wiring.composition import Antiphon
from domain.kernel.as_known import Instants
from domain.kernel.refusal import Refusal
from domain.kernel.time import Zone, read_day_or_instant
from infra.postgres.database import Connection, Database
from infra.views.view import AnyView

From = Annotated[str, typer.Option("--from", metavar="DAY", help="The first day: 2026-10-01.")]
To = Annotated[str, typer.Option("--to", metavar="DAY", help="The day after the last one: 2026-11-01.")]
ZoneName = Annotated[str | None, typer.Option("--zone", help="The zone of the days; else the company's.")]
AsOf = Annotated[str | None, typer.Option(help="As of this time: 2026-11-03T12:00:00+01:00.")]
KnownAt = Annotated[str | None, typer.Option(help="As known at this time.")]

_ZONE: TypeAdapter[str] = TypeAdapter(Zone)


def day(option: str, text: str) -> date:
    """The day that an option names. Raises Refusal `time-invalid`."""
    try:
        found = read_day_or_instant(text)
    except ValueError:
        found = None
    if not isinstance(found, date) or isinstance(found, datetime):
        raise Refusal("time-invalid", f"{option}: write a day as 2026-10-01")
    return found


def zone_named(name: str | None, company: str) -> str:
    """The zone of this name; without one, the company's. Raises Refusal `input-invalid`."""
    if name is None:
        return company
    try:
        return _ZONE.validate_python(name)
    except ValidationError:
        raise Refusal("input-invalid", "--zone: name a time zone such as Europe/Berlin") from None


@contextmanager
def views_known(
    parts: Antiphon, reader: Database, views: Sequence[AnyView], instants: Instants
) -> Iterator[Connection]:
    """A connection to these views, as they stand or as they stood."""
    if instants == Instants():
        with reader.connection() as connection:
            yield connection
    else:
        with Replay(parts.log, reader).everything(views, instants) as then, then.connection() as connection:
            yield connection
