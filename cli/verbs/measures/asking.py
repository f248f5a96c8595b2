"""The question that verbs about measures ask, and the views that answer it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, get_args

import typer

from cli.verbs.service_level.calendar import instant
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.spans import day, views_known, zone_named
from cli.wiring.views import caught_up
from domain.kernel.as_known import Instants
from domain.kernel.refusal import Refusal
from domain.measure.period import PeriodLength
from domain.measure.question import MeasureQuestion, asked
from infra.postgres.database import Connection
from projections import measure as view

Name = Annotated[str, typer.Argument(metavar="NAME", help="A measure, as `antiphon measures list` names it.")]
By = Annotated[str, typer.Option(metavar="|".join(get_args(PeriodLength)), help="How long a period is.")]
Slice = Annotated[str | None, typer.Option("--slice", help="Group by this, too; or by two: kind,team.")]
Compare = Annotated[
    str | None, typer.Option(metavar="before|year-before", help="Compare each period, with one or with both.")
]
Version = Annotated[int | None, typer.Option("--version", min=1, help="Of the definition; else the present one.")]


def instants_of(as_of: str | None, known_at: str | None) -> Instants:
    """The instants that options name. Raises Refusal `time-invalid`."""
    return Instants(instant("--as-of", as_of) if as_of else None, instant("--known-at", known_at) if known_at else None)


@contextmanager
def measure_asked(
    name: str,
    begin: str,
    end: str,
    by: str,
    slice_by: str | None,
    zone: str | None,
    instants: Instants,
    compare: str | None = None,
    version: int | None = None,
) -> Iterator[tuple[Connection, MeasureQuestion]]:
    """`question_of`, in an installation that is opened for it."""
    with (
        antiphon() as parts,
        question_of(parts, name, begin, end, by, slice_by, zone, instants, compare, version) as found,
    ):
        yield found


@contextmanager
def question_of(
    parts: Antiphon,
    name: str,
    begin: str,
    end: str,
    by: str,
    slice_by: str | None,
    zone: str | None,
    instants: Instants,
    compare: str | None = None,
    version: int | None = None,
) -> Iterator[tuple[Connection, MeasureQuestion]]:
    """The question, and a connection to the views that answer it, as they stand or as they stood. Raises Refusal
    `time-invalid`, and as `asked`."""
    days = day("--from", begin), day("--to", end)
    lengths: tuple[PeriodLength, ...] = get_args(PeriodLength)
    length = next((each for each in lengths if each == by), None)
    if length is None:
        raise Refusal("input-invalid", f"--by is one of {', '.join(lengths)}")
    with caught_up(parts) as reader:
        now = instants.now(datetime.now(UTC))
        within = zone_named(zone, parts.executor.zone)
        question = asked(
            name, *days, zone=within, now=now, by=length, slice_by=slice_by, compare=compare, version=version
        )
        with views_known(parts, reader, view.reads(question), instants) as connection:
            yield connection, question
