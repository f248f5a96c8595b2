"""`antiphon promise` and the verbs that change promises; `antiphon promises`: the ledger."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.terminal import TIME_COLUMNS, console, one_line, print_block, program, when
from cli.verbs.conversation.acting import Key, carry_out
from cli.wiring.actors import As, context
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import caught_up
from commands import promise as commands
from commands.executor.unit_of_work import Answer
from domain import promise as p
from domain.conversation.state import CONVERSATION
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.time import read_day_or_instant, until_end
from domain.order.state import ORDER
from infra.postgres.database import Connection
from infra.views.selection import Page
from projections import promise as ledger
from projections import staff as staffing
from projections.customer import overview as customers
from projections.promise import PromiseRow

PromiseId = Annotated[str, typer.Argument(metavar="promise-…", help="The promise's id.")]
By = Annotated[
    str,
    typer.Option("--by", metavar="DATE", help="2026-12-01 (the end of that day), or 2026-12-01T17:00:00+01:00."),
]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (promise, revise, keep, break_, promises):
        app.command(verb.__name__.rstrip("_"))(verb)


def promise(
    about: Annotated[str, typer.Argument(metavar="conversation-…|order-…", help="What it is about.")],
    text: Annotated[str, typer.Argument(help="What will happen.")],
    by: By,
    order: Annotated[str | None, typer.Option(metavar="order-…", help="An order it is also about.")] = None,
    delivery: Annotated[bool, typer.Option("--delivery", help="It is the order's delivery.")] = False,
    as_: As = None,
    key: Key = None,
) -> None:
    """Promise a customer something by a date."""

    on = due(by)

    def ask(parts: Antiphon) -> Answer:
        kind = kind_of(about)
        state = parts.executor.read(CONVERSATION, about).state or parts.executor.read(ORDER, about).state
        if state is None:
            raise NotFound(about)
        command = p.MakePromise(
            customer_id=state.customer_id,
            text=text,
            due_at=until_end(on, parts.executor.zone),
            conversation_id=about if kind == "conversation" else None,
            order_id=about if kind == "order" else order,
            delivery=delivery,
        )
        return commands.make(parts.executor, command, context(parts.executor, as_, key))

    carry_out(ask)


def revise(
    promise_id: PromiseId,
    by: By,
    because: Annotated[str, typer.Option(help="Why; the customer reads it.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Give a promise another date. The first date stays in the ledger."""
    on = due(by)
    _act(promise_id, lambda zone: p.RevisePromise(due_at=until_end(on, zone), because=because), as_, key)


def keep(promise_id: PromiseId, as_: As = None, key: Key = None) -> None:
    """Record that a promise was kept."""
    _act(promise_id, lambda _: p.KeepPromise(), as_, key)


def break_(
    promise_id: PromiseId,
    because: Annotated[str, typer.Option(help="Why; the customer reads it.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """Record that a promise will not be kept."""
    _act(promise_id, lambda _: p.BreakPromise(because=because), as_, key)


def promises(
    about: Annotated[
        str | None,
        typer.Argument(
            metavar="customer-…|conversation-…|order-…|signal-…",
            help="Whose promises, or the launches of a signal; all standing ones by default.",
        ),
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only standing ones whose date has passed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at once.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the ledger of promises: the standing ones, the most urgent first; or all promises to one customer. Launches
    are promises, too."""
    if about and overdue:
        raise Refusal("input-invalid", "--overdue is about all customers; leave it out, or the id")
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        page = _page(connection, about, overdue, cursor, limit)
        names = staffing.by_id(connection, [each.made_by for each in page.rows])
    if as_json:
        print_documents(page.rows, page.cursor)
        return
    print_ledger(console(), page.rows, names)
    if page.cursor:
        options = [*([about] if about else []), *(["--overdue"] if overdue else []), "--limit", str(limit)]
        print("\nmore: " + shlex.join([program(), "promises", *options, "--cursor", page.cursor]))


def _page(connection: Connection, about: str | None, overdue: bool, cursor: str | None, limit: int) -> Page[PromiseRow]:
    match kind_of(about or ""):
        case "":
            end = datetime.now(UTC) if overdue else datetime.max.replace(tzinfo=UTC)
            return ledger.open_promises(connection, end, cursor=cursor, limit=limit)
        case "customer":
            return customers.PROMISES.read(connection, cursor=cursor, limit=limit, id=about or "")
        case "conversation":
            return ledger.of_conversation(connection, about or "", cursor=cursor, limit=limit)
        case "order":
            return ledger.of_order(connection, about or "", cursor=cursor, limit=limit)
        case "signal":
            return ledger.of_signal(connection, about or "", cursor=cursor, limit=limit)
        case _:
            raise NotFound(about or "")


def print_ledger(out: Console, rows: Sequence[PromiseRow], names: dict[str, staffing.Entry]) -> None:
    """Print promises in full, one block each."""
    if not rows:
        print("no promises here")
    for each in rows:
        out.print(promise_line(each), soft_wrap=True)
        maker = names.get(each.made_by)
        about = "  ".join(filter(None, (each.conversation_id, each.order_id, each.signal_id, each.area)))
        lines = [each.promise_id, f"by {one_line(maker.name) if maker else each.made_by}, {about}"]
        if each.revisions:
            lines.append(f"first promised for {when(each.original_due_at)}")
        for revision in each.revisions:
            moved = when(datetime.fromisoformat(revision["due_at"]))
            lines.append(f"moved to {moved}: {one_line(revision['because'])}")
        if each.because:
            lines.append(f"because: {one_line(each.because)}")
        for line in lines:
            print_block(out, Text(line, "dim"), first=Text(" " * TIME_COLUMNS))


_STYLES = {"open": "default", "overdue": "bold red", "broken": "red", "kept-late": "yellow", "withdrawn": "dim"}


def promise_line(promise: PromiseRow) -> Text:
    """A promise on one line: its date, state and text."""
    state = promise.state.replace("-", " ")
    date = Text(when(promise.due_at).ljust(TIME_COLUMNS), "dim")
    return Text.assemble(date, (f"{state}: ", _STYLES.get(promise.state, "green")), one_line(promise.text))


def due(text: str) -> date | datetime:
    """Parse a date (the end of that day), or an instant with its offset. Raises Refusal `input-invalid`."""
    try:
        return read_day_or_instant(text)
    except ValueError as error:
        raise Refusal("input-invalid", f"--by: {error}") from None


def _act(promise_id: str, command: Callable[[str], p.PromiseCommand], handle: str | None, key: str | None) -> None:
    carry_out(
        lambda parts: commands.act(
            parts.executor, promise_id, command(parts.executor.zone), context(parts.executor, handle, key)
        )
    )
