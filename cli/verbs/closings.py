"""`antiphon closings`: what became of signals, and who was told, waits, or was not told and why."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer
from rich.text import Text

from cli.display.terminal import TIME_COLUMNS, console, one_line, program, when
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from infra.postgres.database import Connection
from infra.views.selection import Page
from projections import attention
from projections.attention import ClosingRow


def verbs(app: typer.Typer) -> None:
    """Put the verb of this file on the command line."""
    app.command("closings")(closings)


def closings(
    about: Annotated[str, typer.Argument(metavar="signal-…|customer-…", help="Of which signal, or to whom.")],
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at once.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
) -> None:
    """Show closing messages of a signal or to a customer: who was told, who waits, who was not told and why. Times are
    the company's."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        page = _page(connection, about, cursor, limit)
    out = console()
    for each in page.rows:
        out.print(closing_line(each), soft_wrap=True)
    if not page.rows:
        typer.echo("no closing messages here")
    if page.cursor:
        again = [program(), "closings", about, "--limit", str(limit), "--cursor", page.cursor]
        typer.echo("\nmore: " + shlex.join(again))


def _page(connection: Connection, about: str, cursor: str | None, limit: int) -> Page[ClosingRow]:
    match kind_of(about):
        case "signal":
            return attention.OF_SIGNAL.read(connection, cursor=cursor, limit=limit, id=about)
        case "customer":
            return attention.OF_CUSTOMER.read(connection, cursor=cursor, limit=limit, id=about)
        case _:
            raise NotFound(about)


def closing_line(row: ClosingRow) -> Text:
    """One closing message on one line: when, and told, waiting or not told and why."""
    reason = f": {row.reason}" if row.reason else ""
    if row.told_at is not None:
        at, state, style = row.told_at, "told", "green"
    elif row.next_at is not None:
        at, state, style = row.next_at, f"waits until then{reason}", "default"
    else:
        at, state, style = row.owed_at, f"not told{reason}", "dim"
    what = f"  {row.customer_id}  {row.outcome}: {one_line(row.area)}, {one_line(row.theme)}"
    return Text.assemble((when(at).ljust(TIME_COLUMNS), "dim"), (state, style), what)
