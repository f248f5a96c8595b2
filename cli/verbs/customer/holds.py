"""`antiphon holds`: legal holds, which stop what would erase."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.names import staff_handles
from cli.display.terminal import console, one_line, print_zone, program, when
from cli.verbs.conversation.acting import Key, carry_out
from cli.verbs.service_level.calendar import instant
from cli.wiring.actors import As, context
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import caught_up
from commands import hold as holds
from commands.confirmation import UNCONFIRMED
from commands.executor.unit_of_work import Answer
from domain.conversation.state import CONVERSATION
from domain.hold import HoldConversation, HoldCustomer, ReleaseHold
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from projections.hold import ALL

Held = Annotated[str, typer.Argument(metavar="customer-…|conversation-…", help="What is held.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(no_args_is_help=True, help="Legal holds: while one stands, nothing it covers is erased.")
    group.command("place")(place)
    group.command("list")(list_)
    group.command("release")(release)
    app.add_typer(group, name="holds")


def waits(answer: Answer) -> bool:
    """Whether what was asked for waits until a hold ends, or a second person confirms it."""
    return kind_of(answer.id) in (holds.DEFERRED, UNCONFIRMED)


def told_if_it_waits(answer: Answer) -> Answer:
    """The answer; where it waits, the terminal says for what."""
    if kind_of(answer.id) == UNCONFIRMED:
        typer.echo(f"this waits until another person confirms it: antiphon confirmations confirm {answer.id}")
    elif waits(answer):
        typer.echo("a legal hold stands: nothing is erased, and this waits until the hold ends")
    return answer


def place(
    id: Held,
    reason: Annotated[str, typer.Option(help="Why; no personal text.")],
    until: Annotated[str | None, typer.Option(help="When it ends by itself: 2027-06-12T16:30:00+02:00.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Place a hold on a customer or on one conversation, and print its id. What is asked for meanwhile waits."""
    ends: datetime | None = instant("--until", until) if until else None

    def ask(parts: Antiphon) -> Answer:
        by = replace(context(parts.executor, as_, key), reason=reason)
        if kind_of(id) == CONVERSATION.kind:
            return holds.hold(parts.executor, HoldConversation(conversation_id=id, until=ends), by)
        return holds.hold(parts.executor, HoldCustomer(customer_id=id, until=ends), by)

    carry_out(ask)


def release(
    hold_id: Annotated[str, typer.Argument(metavar="hold-…", help="As `antiphon holds list` names it.")],
    reason: Annotated[str, typer.Option(help="Why; no personal text.")],
    as_: As = None,
    key: Key = None,
) -> None:
    """End a hold. What waited for it is done by `antiphon run`, unless another hold stands."""
    carry_out(
        lambda parts: holds.end(
            parts.executor, ReleaseHold(hold_id=hold_id), replace(context(parts.executor, as_, key), reason=reason)
        )
    )


def list_(
    customer_id: Annotated[
        str | None, typer.Argument(metavar="customer-…", help="The customer; all customers by default.")
    ] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Of all customers: also those that ended.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at once.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the holds that stand: on a customer and on the customer's conversations, with what waits for their end; or
    of all customers, the oldest first."""
    if customer_id is not None:
        if ended or as_json or cursor:
            raise Refusal("input-invalid", "--ended, --json and --cursor list all customers; leave out the id")
        _of_customer(customer_id)
        return
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        page = ALL.read(connection, cursor=cursor, limit=limit, ended=ended)
        handles = staff_handles(connection, [id for row in page.rows for id in (row.placed_by, row.ended_by) if id])
    if as_json:
        print_documents(page.rows, page.cursor)
        return
    if not page.rows:
        print("no holds stand")
        return
    out = console()
    print_zone(out)
    for row in page.rows:
        _print(out, row.hold_id, row.conversation_id or row.customer_id, row.until)
        _print_who(out, row.placed_at, handles[row.placed_by], row.reason)
        if row.ended_at:
            ended_by = handles[row.ended_by] if row.ended_by else "by itself"
            _print_who(out, row.ended_at, f"ended, {ended_by}", row.end_reason)
    if page.cursor:
        options = [*(["--ended"] if ended else []), "--limit", str(limit), "--cursor", page.cursor]
        print("\nmore: " + shlex.join([program(), "holds", "list", *options]))


def _of_customer(customer_id: str) -> None:
    with antiphon() as parts:
        standing, waiting = holds.holds_of(parts.executor, customer_id)
        ids = [each.envelope.actor.id for each in standing] + [each.event.asked_by for each in waiting]
        with caught_up(parts) as reader, reader.connection() as connection:
            handles = staff_handles(connection, ids)
    out = console()
    if not standing:
        print("no holds stand")
        return
    print_zone(out)
    for hold in standing:
        event, by = hold.event, hold.envelope
        _print(out, event.hold_id, event.conversation_id or event.customer_id, event.until)
        _print_who(out, hold.recorded_at, handles[by.actor.id], by.reason)
    for each in waiting:
        erased = each.event.person_id or f"{each.event.message_id} of {each.event.conversation_id}"
        behalf = f" on behalf of {each.event.requested_by}" if each.event.requested_by else ""
        asked = f"asked for {when(each.recorded_at)} by {handles[each.event.asked_by]}{behalf}"
        why = f": {each.event.reason}" if each.event.reason else ""
        out.print(Text(one_line(f"waits: the erasure of {erased}, {asked}{why}")), soft_wrap=True)


def _print(out: Console, hold_id: str, what: str, until: datetime | None) -> None:
    ends = f", until {when(until)}" if until else ""
    out.print(Text(f"{hold_id}  {what}{ends}", "bold"), soft_wrap=True)


def _print_who(out: Console, at: datetime, who: str, why: str | None) -> None:
    out.print(Text(f"    {when(at)}  {who}: {one_line(why or '')}", "dim"), soft_wrap=True)
