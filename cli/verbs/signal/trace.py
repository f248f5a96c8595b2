"""`antiphon signals trace`: from what a customer said to a signal, a launch and a closing message, and back."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.display.terminal import TIME_COLUMNS, console, one_line, people, print_block, print_zone, program, when
from cli.verbs.closings import closing_line
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands.signal.tracing import TraceStep, steps
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from infra.postgres.database import Connection
from projections import staff as staffing
from projections.signal import trace as view
from projections.signal import verbatims
from projections.signal.items import ItemRow
from projections.signal.trace import LaunchShown, Traced


def trace(
    id: Annotated[
        str, typer.Argument(metavar="item-…|signal-…|conversation-…|launch-…", help="Where the trace begins.")
    ],
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many items and closing messages, at most.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
) -> None:
    """Trace what a customer said to its signal, the team's answers, a launch and the closing messages, and back: who
    decided what, when, and at which position of the log. Times are the company's."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        found = _found(connection, id, limit, cursor)
        words = verbatims.of_items(connection, [each.item_id for each in found.items])
        items = [each.item_id for each in found.items] if kind_of(id) in ("item", "conversation") else []
        taken = steps(parts.executor, [*items, *found.signals])
        names = staffing.by_id(connection, [name for each in taken for name in (each.by, each.team_id) if name])
    out = console()
    print_zone(out)
    for item in found.items:
        _print_item(out, item, words.get(item.item_id))
    for step in taken:
        _print_step(out, step, {key: one_line(each.name) for key, each in names.items()})
    for launch in found.launches:
        out.print(_launch(launch), soft_wrap=True)
    for closing in found.closings:
        out.print(closing_line(closing), soft_wrap=True)
    if found.cursor:
        again = [program(), "signals", "trace", id, "--limit", str(limit), "--cursor", found.cursor]
        typer.echo("\nmore: " + shlex.join(again))


def _found(connection: Connection, id: str, limit: int, cursor: str | None) -> Traced:
    of = {
        "signal": view.of_signal, "item": view.of_item, "conversation": view.of_conversation, "launch": view.of_launch,
    }.get(kind_of(id))  # fmt: skip
    found = of(connection, id, limit, cursor) if of else None
    if found is None:
        raise NotFound(id)
    return found


def _launch(launch: LaunchShown) -> Text:
    first_due_at = launch.first_due_at if launch.first_due_at != launch.due_at else None
    first = f", first promised for {when(first_due_at)}" if first_due_at else ""
    late = ", the date passed" if launch.overdue_at else ""
    became = launch.state if launch.state in ("withdrawn", "broken") else launch.status
    head = f"launch of {one_line(launch.area or '')}{first}{late}: {became}  {launch.launch_id}"
    return Text((when(launch.due_at) if launch.due_at else "").ljust(TIME_COLUMNS), "dim") + Text(head)


def _print_item(out: Console, item: ItemRow, words: str | None) -> None:
    source = item.conversation_id or item.order_id or ""
    about = ", ".join(one_line(each) for each in (item.product_area, item.theme, item.stage) if each) or "undecided"
    head = f"{item.did or item.kind}: {about}  {item.item_id}  {item.person_id}  {source}"
    out.print(Text(when(item.said_at).ljust(TIME_COLUMNS), "dim") + Text(head), soft_wrap=True)
    if words:
        print_block(out, Text(one_line(words)), first=Text(" " * TIME_COLUMNS))


def _print_step(out: Console, step: TraceStep, names: dict[str, str]) -> None:
    rules = f" by {step.table} {step.table_version}, rules {', '.join(map(str, step.rules))}" if step.table else ""
    weighed = f", {people(step.people or 0)}, {step.strength}" if step.strength else ""
    team = f" with {names.get(step.team_id, step.team_id)}" if step.team_id else ""
    due = f", by {when(step.due_at)}" if step.due_at else ""
    other = f"  {step.other_id}" if step.other_id else ""
    head = f"{step.what}{rules}{weighed}{team}{due}{other}  ({names.get(step.by, step.by)}, position {step.position})"
    out.print(Text(when(step.at).ljust(TIME_COLUMNS), "dim") + Text(head), soft_wrap=True)
    if step.said:
        print_block(out, Text(one_line(step.said), "dim"), first=Text(" " * TIME_COLUMNS))
