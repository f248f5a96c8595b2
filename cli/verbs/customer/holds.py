"""`antiphon holds`: legal holds, which stop what would erase."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from cli.display.terminal import console, one_line, print_zone, when
from cli.verbs.conversation.acting import Key, carry_out
from cli.verbs.service_level.calendar import instant
from cli.wiring.actors import As, context
from cli.wiring.composition import Antiphon, antiphon
from commands import hold as holds
from commands.executor.unit_of_work import Answer
from domain.conversation.state import CONVERSATION
from domain.hold import HoldConversation, HoldCustomer, ReleaseHold
from domain.kernel.ids import kind_of

Held = Annotated[str, typer.Argument(metavar="customer-…|conversation-…", help="What is held.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(no_args_is_help=True, help="Legal holds: while one stands, nothing it covers is erased.")
    group.command("place")(place)
    group.command("list")(list_)
    group.command("release")(release)
    app.add_typer(group, name="holds")


def waits(answer: Answer) -> bool:
    """Whether what was asked for waits until a hold ends."""
    return kind_of(answer.id) == holds.DEFERRED


def told_if_it_waits(answer: Answer) -> Answer:
    """The answer; where a hold stands, the terminal says so."""
    if waits(answer):
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


def list_(customer_id: Annotated[str, typer.Argument(metavar="customer-…", help="The customer.")]) -> None:
    """List the holds that stand on a customer and on the customer's conversations, and what waits for their end."""
    with antiphon() as parts:
        standing, waiting = holds.holds_of(parts.executor, customer_id)
    out = console()
    if not standing:
        print("no holds stand")
        return
    print_zone(out)
    for hold in standing:
        event, by = hold.event, hold.envelope
        until = f", until {when(event.until)}" if event.until else ""
        what = event.conversation_id or event.customer_id
        out.print(Text(f"{event.hold_id}  {what}{until}", "bold"), soft_wrap=True)
        why = one_line(by.reason or "")
        out.print(Text(f"    {when(hold.recorded_at)}  {one_line(by.actor.id)}: {why}", "dim"), soft_wrap=True)
    for each in waiting:
        erased = each.event.person_id or f"{each.event.message_id} of {each.event.conversation_id}"
        asked = f"asked for {when(each.recorded_at)} by {one_line(each.event.asked_by)}"
        why = f": {each.event.reason}" if each.event.reason else ""
        out.print(Text(one_line(f"waits: the erasure of {erased}, {asked}{why}")), soft_wrap=True)
