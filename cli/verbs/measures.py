"""`antiphon measures`: what each measure counts, its figures by period, and the items behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.table import Table
from rich.text import Text

from audit.replay import Replay
from cli.display.documents import AsJson, print_documents
from cli.display.terminal import console, print_zone, when
from cli.verbs.content import new_file
from cli.verbs.service_level.calendar import instant
from cli.wiring.composition import antiphon
from cli.wiring.spans import AsOf, From, KnownAt, To, ZoneName, day, views_known, zone_named
from cli.wiring.views import caught_up
from domain.kernel.as_known import Instants
from domain.kernel.refusal import Refusal
from domain.measure.amount import amount
from domain.measure.as_csv import as_csv
from domain.measure.catalogue import MEASURES, SLICES, measure
from domain.measure.change import change_causes, item_changes
from domain.measure.definition import Measure, Unit
from domain.measure.figure import FEWEST_PEOPLE, ComparedFigure, Figure, FigureRow
from domain.measure.period import Period, PeriodLength
from domain.measure.question import MeasureQuestion, asked
from infra.drawing.measure_chart import chart
from infra.postgres.database import Connection
from projections import measure as view

app = typer.Typer(
    help="What matters to customers: definitions, figures, and what is behind them.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A measure, as `antiphon measures list` names it.")]
Outcome = Annotated[str | None, typer.Option(help="Only these: hit, miss, counted, open, unknown, or an exclusion.")]

MOST_SHOWN = 100
"""How many changes are shown, at most: for each one, what was recorded is looked up."""
_BAR = 20
"""How many characters a share of 1, or the greatest median, is wide."""


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    parent.add_typer(app, name="measures")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the measures with the questions that they answer."""
    if as_json:
        print_documents({"name": each.name, "version": each.version, "question": each.question} for each in _all())
        return
    table = Table("measure", "version", "question", box=None, pad_edge=False)
    for each in _all():
        table.add_row(each.name, str(each.version), each.question)
    console().print(table)


@app.command()
def explain(name: Name) -> None:
    """Explain a measure: what it counts, of what, by which time, and what it leaves out."""
    found = measure(name)
    print(f"{found.name}, version {found.version}: {found.question}")
    print(f"counted:     {found.population}")
    print(f"{'a hit:' if found.unit == 'share' else 'measured:':<12} {found.hit}")
    for why, meaning in found.exclusions.items():
        print(f"left out:    {why}: {meaning}")
    print(f"period:      by {found.time_basis}")
    print(f"unit:        {found.unit}")
    print(f"direction:   {found.better} is better")
    print(f"grouped by:  {', '.join(SLICES[name]) or 'nothing'}")
    print(f"read from:   {', '.join(found.reads)}")
    print(f"answers for: {found.owner}")


@app.command()
def show(
    name: Name,
    from_: From,
    to: To,
    by: Annotated[str, typer.Option(metavar="|".join(get_args(PeriodLength)), help="How long a period is.")] = "whole",
    slice_: Annotated[str | None, typer.Option("--slice", help="Group by this, too; or by two: kind,team.")] = None,
    zone: ZoneName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    compare: Annotated[
        str | None, typer.Option(metavar="before|year-before", help="Compare each period, with one or with both.")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, the same as over the API.")] = False,
    chart_: Annotated[Path | None, typer.Option("--chart", metavar="FILE.svg", help="Draw a chart, too.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the figures into a file, too.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Show the figures of a measure: shares, or medians and more, with the interval of 95 %; what is open, unknown and
    left out."""
    _check_ending("--chart", chart_, ".svg")
    _check_ending("--out", out, ".csv")
    if by not in get_args(PeriodLength):
        raise Refusal("input-invalid", f"--by is one of {', '.join(get_args(PeriodLength))}")
    with _asked(name, from_, to, by, slice_, zone, as_of, known_at, compare) as (connection, question):  # type: ignore[arg-type]
        rows = view.answer(connection, question)
    if chart_ is not None:
        with new_file(chart_, overwrite=force) as file:
            file.write(chart(question.measure.question, question.measure.unit, rows).encode())
    if out is not None:
        with new_file(out, overwrite=force) as file:
            file.write(as_csv(rows).encode())
    if csv:
        print(as_csv(rows), end="")
    else:
        _print(question, rows)


@app.command()
def goal(
    name: Name,
    from_: From,
    to: To,
    by: Annotated[str, typer.Option(metavar="|".join(get_args(PeriodLength)), help="How long a period is.")] = "month",
    zone: ZoneName = None,
) -> None:
    """Show whether the goal of a measure is attained, since when, and what a period comes to by what is open now."""
    if by not in get_args(PeriodLength):
        raise Refusal("input-invalid", f"--by is one of {', '.join(get_args(PeriodLength))}")
    with _asked(name, from_, to, by, None, zone, None, None) as (connection, question):  # type: ignore[arg-type]
        found = view.goal_standings(connection, question)
    out = console()
    table = Table("period", "goal", "attained", "since", "n", "open", "forecast", box=None, pad_edge=False)
    for each in found:
        sign = ">=" if question.measure.better == "more" else "<="
        aim = "no goal" if each.goal is None else f"{each.goal.of} {sign} {each.goal.target:g}"
        attained = {None: "unknown", True: "yes", False: "no"}[each.attained]
        since = "" if each.since is None else when(each.since)
        forecast = "" if each.goal is None else each.forecast
        table.add_row(each.period.label or "all", aim, attained, since, str(each.figure.n), str(each.open), forecast)
    out.print(table)
    if found[-1].forecast == "at-risk":
        out.print(Text(f"The goal is at risk: {found[-1].open} items are open, and it depends on them.", "bold"))


@app.command()
def items(
    name: Name,
    from_: From,
    to: To,
    outcome: Annotated[
        str | None, typer.Option(help="Only these: hit, miss, counted, open, unknown, or an exclusion.")
    ] = None,
    zone: ZoneName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """List the items behind the figures, each with how it counts."""
    with _asked(name, from_, to, "whole", None, zone, as_of, known_at) as (connection, question):
        found = [each for each in view.items(connection, question) if outcome in (None, each.outcome)]
    if as_json:
        print_documents(
            {"id": each.id, "at": each.at, "outcome": each.outcome, "value": each.value, **each.slices}
            for each in found
        )
        return
    out = console()
    print_zone(out)
    for each in found:
        value = "" if each.value is None else f"  {amount(each.value, question.measure.unit)}"
        out.print(Text(f"{when(each.at)}  {each.outcome:<10} {each.id}{value}"), soft_wrap=True)
    if not found:
        print("no items here")


@app.command()
def changed(
    name: Name,
    from_: From,
    to: To,
    known_at: Annotated[str, typer.Option(help="As known at this time, and as it stands now.")],
    zone: ZoneName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show what changed since figures were known: item by item, how each counted and counts, and what was recorded."""
    with _asked(name, from_, to, "whole", None, zone, as_of, known_at) as (connection, question):
        before = view.items(connection, question)
    with _asked(name, from_, to, "whole", None, zone, as_of, None) as (connection, question):
        changes = item_changes(before, view.items(connection, question))
    since = instant("--known-at", known_at)
    with antiphon() as parts, caught_up(parts) as reader:
        became_known = Replay(parts.log, reader).became_known
        found = [(each, change_causes(became_known, each, since, datetime.now(UTC))) for each in changes[:MOST_SHOWN]]
    if as_json:
        print_documents(
            {
                "id": each.id,
                "before": each.before and {"outcome": each.before.outcome, "value": each.before.value},
                "after": each.after and {"outcome": each.after.outcome, "value": each.after.value},
                "causes": [asdict(cause) for cause in why],
            }
            for each, why in found
        )
        return
    out = console()
    for each, why in found:
        was, now_ = ("not there" if item is None else item.outcome for item in (each.before, each.after))
        causes = ", ".join(cause.cause + (f" ({cause.event})" if cause.event else "") for cause in why)
        out.print(Text(f"{each.id}  {was} -> {now_}: {causes}"), soft_wrap=True)
    print(f"{len(changes)} changed" + (f", of which {MOST_SHOWN} are shown" if len(changes) > MOST_SHOWN else ""))


def _check_ending(option: str, file: Path | None, ending: str) -> None:
    if file is not None and file.suffix != ending:
        raise Refusal("input-invalid", f"{option}: name a file that ends in {ending}")


def _all() -> Sequence[Measure[Any]]:
    return list(MEASURES.values())


@contextmanager
def _asked(
    name: str,
    begin: str,
    end: str,
    by: PeriodLength,
    slice_by: str | None,
    zone: str | None,
    as_of: str | None,
    known_at: str | None,
    compare: str | None = None,
) -> Iterator[tuple[Connection, MeasureQuestion]]:
    """The question, and a connection to the views that answer it, as they stand or as they stood."""
    days = day("--from", begin), day("--to", end)
    instants = Instants(
        instant("--as-of", as_of) if as_of else None, instant("--known-at", known_at) if known_at else None
    )
    with antiphon() as parts, caught_up(parts) as reader:
        now = instants.now(datetime.now(UTC))
        within = zone_named(zone, parts.executor.zone)
        question = asked(name, *days, zone=within, now=now, by=by, slice_by=slice_by, compare=compare)
        with views_known(parts, reader, view.reads(question), instants) as connection:
            yield connection, question


def _print(question: MeasureQuestion, rows: Sequence[FigureRow]) -> None:
    out = console()
    found = question.measure
    out.print(Text(f"{found.name} (version {found.version}): {found.question}"))
    unit = found.unit
    table = Table(box=None, pad_edge=False)
    for column in ("period", "slice", *_COLUMNS.get(unit, _OF_QUANTITY)):
        table.add_column(column, justify="right" if column in _RIGHT else "left")
    for column in ("n", "open", "unknown", "left out"):
        table.add_column(column, justify="right")
    greatest = max((row.figure.quantity.p50.value for row in rows if row.figure.quantity), default=0.0)
    for row in rows:
        table.add_row(*_cells(row, unit, greatest))
        for other in row.compared:
            label = f"  {other.compare}{_change(other, unit)}"
            beside = replace(row, period=Period(label, other.begin, other.end), slice=None, figure=other.figure)
            table.add_row(*_cells(beside, unit, greatest), style="dim")
    out.print(table)
    if any(row.figure.too_small for row in rows):
        out.print(Text(f"A group of fewer than {FEWEST_PEOPLE} people shows no figure.", "dim"))


_OF_QUANTITY = ("median", "95 % of it", "p90", "95 % of that", "mean", "sum")
_COLUMNS = {"share": ("share", "95 %"), "per-100-orders": ("for 100 orders", "items")}
_RIGHT = ("95 %", *_OF_QUANTITY, *_COLUMNS["per-100-orders"])


def _cells(row: FigureRow, unit: Unit, greatest: float) -> Iterator[str]:
    figure = row.figure
    yield row.period.label or "all"
    yield row.slice or ""
    if figure.too_small:
        yield f"fewer than {FEWEST_PEOPLE} people"
        return
    if unit == "per-100-orders":
        yield from ("no orders" if figure.rate is None else f"{figure.rate:.1f}", str(figure.hits))
    else:
        yield from _share(figure) if unit == "share" else _quantity(figure, unit, greatest)
    yield from map(str, (figure.n, figure.open, figure.unknown))
    yield ", ".join(f"{why} {count}" for why, count in (figure.excluded or {}).items())


def _share(figure: Figure) -> Iterator[str]:
    if figure.share is None or figure.low is None or figure.high is None:
        yield from ("no items", "")
    else:
        yield f"{figure.share:6.1%} {'█' * round(figure.share * _BAR):<{_BAR}}"
        yield f"{figure.low:.1%}-{figure.high:.1%}"


def _quantity(figure: Figure, unit: Unit, greatest: float) -> Iterator[str]:
    if (found := figure.quantity) is None:
        yield from ("no items", *[""] * (len(_OF_QUANTITY) - 1))
        return
    bar = "█" * round(found.p50.value / greatest * _BAR) if greatest else ""
    for quantile in (found.p50, found.p90):
        yield f"{amount(quantile.value, unit)} {bar:<{_BAR}}" if quantile is found.p50 else amount(quantile.value, unit)
        yield f"{_bound(quantile.low, unit)}-{_bound(quantile.high, unit)}"
    yield amount(found.mean, unit)
    yield amount(found.total, unit)


def _change(other: ComparedFigure, unit: Unit) -> str:
    """How much more, or less, it is now."""
    if other.change is None:
        return ""
    if unit == "share":
        low, high = (100 * (bound or 0.0) for bound in (other.low, other.high))
        return f": {100 * other.change:+.1f} points ({low:+.1f} to {high:+.1f})"
    sign = "-" if other.change < 0 else "+"
    return f": {sign}{amount(abs(other.change), 'number' if unit == 'per-100-orders' else unit)}"


def _bound(value: float | None, unit: Unit) -> str:
    return "?" if value is None else amount(value, unit)
