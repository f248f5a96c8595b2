"""`antiphon process`: the map of how conversations go, and what is behind its edges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, get_args

import typer
from pydantic_core import to_jsonable_python
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.terminal import console, print_zone, safe, when
from cli.verbs.content import new_file
from cli.verbs.process.as_table import print_maps
from cli.verbs.service_level.calendar import instant
from cli.wiring.actors import As, context
from cli.wiring.actors import team as team_id
from cli.wiring.composition import antiphon
from cli.wiring.spans import AsOf, From, KnownAt, To, ZoneName, day, views_known, zone_named
from cli.wiring.views import caught_up
from commands.signal import bottlenecks
from domain.kernel.as_known import Instants
from domain.kernel.refusal import Refusal
from domain.measure.amount import open_hours
from domain.measure.period import PeriodLength
from domain.process_map.discovery import MapRow
from domain.process_map.path import Nodes
from domain.process_map.question import ProcessQuestion, asked, compared
from infra.drawing.process_map import drawn
from infra.postgres.database import Connection
from projections import process_map as view
from projections import staff as staffing

app = typer.Typer(help="How conversations go: what follows what, and where work waits.", no_args_is_help=True)

Of = Annotated[str, typer.Option("--nodes", metavar="|".join(get_args(Nodes)), help="What the map is of.")]
TeamName = Annotated[str | None, typer.Option("--team", help="Only what this team has, by its name.")]
Area = Annotated[str | None, typer.Option(help="Only of this product area.")]
Channel = Annotated[str | None, typer.Option(help="Only what came this way.")]
Kind = Annotated[str | None, typer.Option(help="Only of this kind.")]
CalendarName = Annotated[
    str | None,
    typer.Option("--calendar", help="By whose open hours waiting counts; else the company's only calendar."),
]


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    parent.add_typer(app, name="process")


@app.command("map")
def map_(
    from_: From,
    to: To,
    nodes: Of = "work",
    by: Annotated[str, typer.Option(metavar="|".join(get_args(PeriodLength)), help="Compare periods.")] = "whole",
    slice_: Annotated[str | None, typer.Option("--slice", help="Compare by this: team, product_area, ...")] = None,
    team: TeamName = None,
    area: Area = None,
    channel: Channel = None,
    kind: Kind = None,
    calendar: CalendarName = None,
    zone: ZoneName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw the map into this file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show where work waits: the ten worst edges by time lost, and the most frequent ways."""
    chosen = {"area": area, "channel": channel, "kind": kind}
    if by not in get_args(PeriodLength):
        raise Refusal("input-invalid", f"--by is one of {', '.join(get_args(PeriodLength))}")
    if svg is not None and (by != "whole" or slice_ is not None):
        raise Refusal("input-invalid", "one picture is of one map: leave out --by and --slice, or choose by a filter")
    with _asked(from_, to, nodes, team, chosen, calendar, zone, as_of, known_at) as (connection, whole, where):
        days = day("--from", from_), day("--to", to)
        question = compared(whole, *days, zone=where, by=by, slice_by=slice_)  # type: ignore[arg-type]
        calendar_id, rows = view.answer(connection, question)
        names = {} if nodes != "teams" and slice_ != "team" else _names(connection, rows)
    if svg is not None:
        with new_file(svg, overwrite=force) as file:
            file.write(drawn(rows[0].map, names).encode())
        print(f"{safe(str(svg))}: drawn")
    elif as_json:
        print_documents({"calendar": calendar_id, **to_jsonable_python(row)} for row in rows)
    else:
        print_maps(rows, calendar_id, names)


@app.command()
def moves(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="A node of the map.")],
    next_: Annotated[str, typer.Argument(metavar="NEXT", help="What followed it directly.")],
    from_: From,
    to: To,
    nodes: Of = "work",
    team: TeamName = None,
    area: Area = None,
    channel: Channel = None,
    kind: Kind = None,
    calendar: CalendarName = None,
    zone: ZoneName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the conversations behind an edge, those that waited longest first."""
    chosen = {"area": area, "channel": channel, "kind": kind}
    with _asked(from_, to, nodes, team, chosen, calendar, zone, as_of, known_at) as (connection, question, _):
        found = view.moves_behind(connection, question, first, next_)
    if as_json:
        print_documents(
            {"conversation_id": each.id, "begin": each.begin, "end": each.end, "seconds": each.seconds}
            for each in found[:limit]
        )
        return
    out = console()
    print_zone(out)
    if found:
        width = len(when(found[0].begin))
        out.print(Text(f"{'came':<{width}}  {'went on':<{width}}  {'waited':<12} conversation", "bold"), soft_wrap=True)
    for each in found[:limit]:
        waited = "-" if each.seconds is None else open_hours(each.seconds)
        out.print(Text(f"{when(each.begin)}  {when(each.end)}  {waited:<12} {each.id}"), soft_wrap=True)
    print(f"{min(limit, len(found))} of {len(found)}" if found else "no conversation went this way")


@app.command()
def feedback(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="A node of the map.")],
    next_: Annotated[str, typer.Argument(metavar="NEXT", help="What followed it directly.")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What you think of it. No personal text.")],
    from_: From,
    to: To,
    nodes: Of = "work",
    team: TeamName = None,
    area: Area = None,
    channel: Channel = None,
    kind: Kind = None,
    calendar: CalendarName = None,
    zone: ZoneName = None,
    theme: Annotated[str | None, typer.Option(help="The key of a theme, such as slow-hand-over.")] = None,
    as_: As = None,
) -> None:
    """Make an edge of the map feedback about our own process: a note, with the figures of the edge, at the conversation
    that waited there longest, and an item about it."""
    chosen = {"area": area, "channel": channel, "kind": kind}
    with _asked(from_, to, nodes, team, chosen, calendar, zone, None, None) as (connection, question, _):
        _, (row,) = view.answer(connection, question)
        behind = view.moves_behind(connection, question, first, next_)
    edge = next((each for each in row.map.edges if (each.first, each.then) == (first, next_)), None)
    if edge is None or edge.waiting is None:
        raise Refusal("input-invalid", "the map shows no waiting between these two; look: antiphon process map")
    said = (
        f"{first} > {next_}, from {from_} to {to}: {edge.number} times, median {open_hours(edge.waiting.p50.value)}, "
        f"{edge.share or 0.0:.0%} of all waiting. {words}"
    )
    with antiphon() as parts:
        by = context(parts.executor, as_, None)
        answer = bottlenecks.report(parts.executor, behind[0].id, said, by, theme)
    print(f"{answer.id} at {answer.position}")


@contextmanager
def _asked(
    begin: str,
    end: str,
    nodes: str,
    team: str | None,
    chosen: Mapping[str, str | None],
    calendar: str | None,
    zone: str | None,
    as_of: str | None,
    known_at: str | None,
) -> Iterator[tuple[Connection, ProcessQuestion, str]]:
    """The question about the whole span, a connection to the views that answer it, and the zone of its days."""
    if nodes not in get_args(Nodes):
        raise Refusal("input-invalid", f"--nodes is one of {', '.join(get_args(Nodes))}")
    days = day("--from", begin), day("--to", end)
    instants = Instants(
        instant("--as-of", as_of) if as_of else None, instant("--known-at", known_at) if known_at else None
    )
    with antiphon() as parts, caught_up(parts) as reader:
        where = zone_named(zone, parts.executor.zone)
        by_id = {**chosen, "team": team_id(parts.executor, team)}
        question = asked(*days, zone=where, nodes=nodes, calendar=calendar, chosen=by_id)  # type: ignore[arg-type]
        with views_known(parts, reader, view.READS, instants) as connection:
            yield connection, question, where


def _names(connection: Connection, rows: Sequence[MapRow]) -> dict[str, str]:
    """The names of teams on these maps, by their ids."""
    ids = {node.name for row in rows for node in row.map.nodes} | {row.slice for row in rows if row.slice}
    return {id: entry.name for id, entry in staffing.by_id(connection, ids).items()}
