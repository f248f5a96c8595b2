"""`antiphon measures`: what each measure counts, its figures by period, and the items behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from audit.replay import Replay
from cli.display.documents import AsJson, print_documents
from cli.display.terminal import console, print_zone, when
from cli.verbs.content import new_file
from cli.verbs.measures import citations
from cli.verbs.measures.as_table import print_figures
from cli.verbs.measures.asking import By, Compare, Name, Slice, Version, instants_of, measure_asked
from cli.verbs.service_level.calendar import instant
from cli.wiring.composition import antiphon
from cli.wiring.spans import AsOf, From, KnownAt, To, ZoneName
from cli.wiring.views import caught_up
from domain.kernel.as_known import Instants
from domain.kernel.refusal import Refusal
from domain.measure.amount import amount
from domain.measure.as_csv import as_csv
from domain.measure.catalogue import MEASURES, SLICES, measure
from domain.measure.change import change_causes, item_changes
from domain.measure.definition import Measure
from domain.measure.goal import GOALS_TABLE
from infra.drawing.measure_chart import chart
from projections import measure as view

app = typer.Typer(
    help="What matters to customers: definitions, figures, and what is behind them.", no_args_is_help=True
)

Outcome = Annotated[str | None, typer.Option(help="Only these: hit, miss, counted, open, unknown, or an exclusion.")]

MOST_SHOWN = 100
"""How many changes are shown, at most: for each one, what was recorded is looked up."""


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    parent.add_typer(app, name="measures")


citations.verbs(app)


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
def explain(name: Name, version: Version = None) -> None:
    """Explain a measure: what it counts, of what, by which time, and what it leaves out."""
    found = measure(name, version)
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
    if found.changed:
        print(f"changed:     {found.changed}")


@app.command()
def show(
    name: Name,
    from_: From,
    to: To,
    by: By = "whole",
    slice_: Slice = None,
    zone: ZoneName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    compare: Compare = None,
    version: Version = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, the same as over the API.")] = False,
    chart_: Annotated[Path | None, typer.Option("--chart", metavar="FILE.svg", help="Draw a chart, too.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write the figures into a file, too.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Show the figures of a measure: shares, or medians and more, with the interval of 95 %; what is open, unknown and
    left out."""
    _check_ending("--chart", chart_, ".svg")
    _check_ending("--out", out, ".csv")
    instants = instants_of(as_of, known_at)
    with measure_asked(name, from_, to, by, slice_, zone, instants, compare, version) as (connection, question):
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
        print_figures(question.measure, rows)


@app.command()
def goal(
    name: Name,
    from_: From,
    to: To,
    by: By = "month",
    zone: ZoneName = None,
) -> None:
    """Show whether the goal of a measure is attained, since when, and what a period comes to by what is open now."""
    with measure_asked(name, from_, to, by, None, zone, Instants()) as (connection, question):
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
    if all(each.goal is None for each in found):
        out.print(
            Text(f"No goal of {name} was in force: antiphon tables put FILE sets one, in the table {GOALS_TABLE}.")
        )
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
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """List the items behind the figures, each with how it counts."""
    instants = instants_of(as_of, known_at)
    with measure_asked(name, from_, to, "whole", None, zone, instants, version=version) as (connection, question):
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
    with measure_asked(name, from_, to, "whole", None, zone, instants_of(as_of, known_at)) as (connection, question):
        before = view.items(connection, question)
    with measure_asked(name, from_, to, "whole", None, zone, instants_of(as_of, None)) as (connection, question):
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
