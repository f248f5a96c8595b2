"""`antiphon confirmations`: what waits for a second person, and that person's confirmation."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.names import staff_handles
from cli.display.terminal import console, one_line, print_zone, program, when
from cli.verbs.conversation.acting import Key, carry_out
from cli.wiring.actors import As, context
from cli.wiring.composition import antiphon
from cli.wiring.views import caught_up
from commands import confirmation as confirmations
from domain.confirmation import Confirm
from projections.confirmation import ALL, ConfirmationRow


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(no_args_is_help=True, help="Four eyes: what waits until a second person confirms it.")
    group.command("list")(list_)
    group.command("confirm")(confirm)
    app.add_typer(group, name="confirmations")


def list_(
    ended: Annotated[bool, typer.Option("--ended", help="Also what is done, or has expired.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at once.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what waits for a second person, or to be done, the oldest first."""
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        page = ALL.read(connection, cursor=cursor, limit=limit, ended=ended, now=parts.executor.clock())
        ids = [id for row in page.rows for id in (row.asked_by, row.confirmed_by) if id]
        handles = staff_handles(connection, ids)
    if as_json:
        print_documents(page.rows, page.cursor)
        return
    if not page.rows:
        print("nothing waits for a second person")
        return
    out = console()
    print_zone(out)
    for row in page.rows:
        out.print(Text(f"{row.confirmation_id}  {row.act} of {row.person_id}", "bold"), soft_wrap=True)
        asked = f"    asked for {when(row.asked_at)} by {handles[row.asked_by]}: {one_line(row.reason or '')}"
        out.print(Text(asked, "dim"), soft_wrap=True)
        out.print(Text(f"    {_stands(row, handles.get(row.confirmed_by or ''))}", "dim"), soft_wrap=True)
    if page.cursor:
        options = [*(["--ended"] if ended else []), "--limit", str(limit), "--cursor", page.cursor]
        print("\nmore: " + shlex.join([program(), "confirmations", "list", *options]))


def _stands(row: ConfirmationRow, confirmed_by: str | None) -> str:
    if row.confirmed_at is None:
        return f"waits for another person until {when(row.expires_at)}"
    done = f", done {when(row.done_at)}" if isinstance(row.done_at, datetime) else ", not done yet"
    return f"confirmed {when(row.confirmed_at)} by {confirmed_by}{done}"


def confirm(
    id: Annotated[str, typer.Argument(metavar="confirmation-…", help="As `antiphon confirmations list` names it.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Confirm what another person asked for. `antiphon run` erases then; an export is fetched by who asked for it."""
    carry_out(
        lambda parts: confirmations.give(parts.executor, Confirm(confirmation_id=id), context(parts.executor, as_, key))
    )
