"""`antiphon signals`: the board of signals, where a signal goes, and what its team answers; `reading.py` has the verbs
that show what a signal rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.display.terminal import TIME_COLUMNS, console, one_line, people, print_block, print_zone, program, when
from cli.verbs.conversation.acting import Key, carry_out
from cli.verbs.promise import due
from cli.verbs.signal import limits, reading
from cli.wiring.actors import As, context
from cli.wiring.actors import team as find_team
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import caught_up, signal_evidence
from commands.executor.unit_of_work import Answer
from commands.signal import handlers, merging, routing
from domain.kernel.refusal import Refusal
from domain.kernel.time import until_end
from domain.signal import commands as c
from projections import staff as staffing
from projections.signal import board as view
from projections.signal.board import BoardRow, Lane

app = typer.Typer(
    help="What customers keep saying: the signals, where they go, and what their teams answer.", no_args_is_help=True
)

_Signal = Annotated[str, typer.Argument(metavar="signal-…", help="The signal's id.")]
_Team = Annotated[str | None, typer.Option("--team", metavar="NAME", help="A team, by its name.")]
_Because = Annotated[str | None, typer.Option("--because", help="Why; nothing personal belongs in it.")]


def verbs(parent: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    reading.verbs(app)
    limits.verbs(app)
    parent.add_typer(app, name="signals")


@app.command()
def board(
    team: _Team = None,
    lane: Annotated[Lane | None, typer.Option(help="Only what stands there.")] = None,
    area: Annotated[str | None, typer.Option(help="Only of this product area.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what was not taken on or answered in time.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at once.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
) -> None:
    """Show the routed signals with their teams and answers, the longest routed first; or the overdue ones, the longest
    overdue first."""
    if overdue and lane:
        raise Refusal("input-invalid", "--overdue is about all lanes; leave one of both out")
    lanes = [lane] if lane else None
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        team_id = find_team(parts.executor, team)
        of, areas = ([each] if each else None for each in (team_id, area))
        if overdue:
            page = view.overdue(connection, of, areas, cursor=cursor, limit=limit)
        else:
            page = view.read(connection, of, lanes, areas, cursor=cursor, limit=limit)
        teams = staffing.by_id(connection, [each.team_id for each in page.rows])
    out = console()
    print_zone(out)
    _print(out, page.rows, teams)
    if page.cursor:
        print(f"\nmore: {program()} signals board, with the same options and --cursor {page.cursor}")


def _print(out: Console, rows: Iterable[BoardRow], teams: Mapping[str, staffing.Entry]) -> None:
    if not rows:
        print("no signals here")
    for row in rows:
        team = teams.get(row.team_id)
        head = f"{row.lane}: {row.area}, {row.theme}, {row.stage}; {people(row.people)}, {row.strength}"
        out.print(Text(when(row.routed_at).ljust(TIME_COLUMNS), "dim") + Text(one_line(head)), soft_wrap=True)
        lines = [f"{row.signal_id}  {one_line(team.name) if team else row.team_id}"]
        if row.said:
            lines.append(one_line(row.said))
        if row.launch_due_at and row.launch_first_due_at:
            moved = f", first promised for {when(row.launch_first_due_at)}"
            lines.append(
                f"launch by {when(row.launch_due_at)}{moved if row.launch_due_at != row.launch_first_due_at else ''}"
            )
        if row.missed_at:
            lines.append(f"overdue since {when(row.missed_at)}")
        elif row.due_metric and row.due_at:
            lines.append(f"to {row.due_metric} by {when(row.due_at)}")
        lines.extend(f"with {part}" for part in row.parts)
        for line in lines:
            print_block(out, Text(line, "dim"), first=Text(" " * TIME_COLUMNS))


@app.command()
def route(
    area: Annotated[str, typer.Argument(help="The product area.")],
    theme: Annotated[str, typer.Argument(help="The key of the theme, such as range-in-winter.")],
    stage: Annotated[str, typer.Argument(help="design, production, distribution, sales or service.")],
    team: _Team = None,
    because: _Because = None,
    month: Annotated[str | None, typer.Option(help="Weigh only what was said in this month, such as 2026-11.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Route a signal to the team that the published table signal-routing names; or, with --team and --because, to
    another."""

    def ask(parts: Antiphon) -> Answer:
        given = {"area": area, "theme": theme, "stage": stage, "month": month, "because": because}
        command = c.RouteSignal.model_validate({**given, "team_id": find_team(parts.executor, team)})
        with signal_evidence(parts) as evidence:
            return routing.route(parts.executor, command, context(parts.executor, as_, key), evidence)

    carry_out(ask)


@app.command()
def answer(
    signal_id: _Signal,
    kind: Annotated[c.AnswerKind, typer.Argument(help="What the team answers.")],
    text: Annotated[str | None, typer.Argument(help="The question, the plan, or the reason.")] = None,
    by: Annotated[str | None, typer.Option(metavar="DATE", help="The date of the launch.")] = None,
    area: Annotated[str | None, typer.Option(help="The product area of the launch, if it is another one.")] = None,
    team: _Team = None,
    conversation: Annotated[list[str] | None, typer.Option(help="Where agents are to ask; any number.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Answer a signal for the team that has it. `revise` gives the launch another date."""

    def ask(parts: Antiphon) -> Answer:
        command = c.answer(
            kind,
            text,
            due_at=None if by is None else until_end(due(by), parts.executor.zone),
            launch_area=area,
            team_id=find_team(parts.executor, team),
            conversation_ids=tuple(conversation or ()),
        )
        return handlers.act(parts.executor, signal_id, command, context(parts.executor, as_, key))

    carry_out(ask)


@app.command()
def tell(
    signal_id: _Signal,
    text: Annotated[str, typer.Argument(help="What the team wanted to know.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Tell the team what it asked back."""

    def ask(parts: Antiphon) -> Answer:
        command = c.AnswerQuestion(answer=text)
        return handlers.act(parts.executor, signal_id, command, context(parts.executor, as_, key))

    carry_out(ask)


@app.command()
def merge(
    signal_id: _Signal,
    into: Annotated[str, typer.Argument(metavar="signal-…", help="The signal that is answered for both.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Merge a signal into another one of the same product area. The merge can be undone exactly."""
    command = c.MergeSignal(into=into)
    carry_out(lambda parts: merging.merge(parts.executor, signal_id, command, context(parts.executor, as_, key)))


@app.command()
def separate(signal_id: _Signal, as_: As = None, key: Key = None) -> None:
    """Undo a merge: the signal stands as it stood before."""
    carry_out(
        lambda parts: merging.separate(parts.executor, signal_id, c.SeparateSignal(), context(parts.executor, as_, key))
    )
