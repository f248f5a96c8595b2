"""The verbs of customers: `customers` and `by-contact` find them; `merge-customer`, `separate-customer`, `erase`."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cli.display.documents import AsJson, print_documents
from cli.display.terminal import console, one_line, program, when
from cli.verbs.conversation.acting import Key, carry_out, contact_point
from cli.verbs.customer.holds import told_if_it_waits, waits
from cli.wiring.actors import As, context, operator
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import caught_up, open_work
from commands import stranger as strangers
from commands.confirmation import erase as erase_person
from commands.customer import handlers as customers
from commands.customer.contact_points import find
from commands.customer.links import linked
from commands.executor.context import Context
from commands.executor.unit_of_work import Answer
from commands.hold import erased
from commands.requested_by import on_request
from domain.customer import CUSTOMER, ContactKind, CustomerCommand, MergeCustomer, SeparateCustomer
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.staff import STAFF
from domain.stranger import STRANGER, MergeStranger, SeparateStranger
from infra.trail.exports import exports_of
from projections.customer import contacts

Customer = Annotated[str, typer.Argument(metavar="customer-…", help="The customer's id.")]
Kind = Annotated[ContactKind | None, typer.Option(help="By default, what it looks like.")]
Reason = Annotated[str | None, typer.Option(help="What says so; no personal text.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (customers_, merge_customer, separate_customer, erase, by_contact):
        app.command(verb.__name__.rstrip("_").replace("_", "-"))(verb)


def customers_(
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Those in whose name it occurs.")] = None,
    contact: Annotated[
        str | None, typer.Option(metavar="ADDRESS|NUMBER", help="The one who has it, in any spelling.")
    ] = None,
    kind: Kind = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at once.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="The cursor that the page before printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the customers in the order in which they became known, each with contact points; or find some of them.

    `antiphon show customer-…` shows one of them with the timeline.
    """
    if name is not None and contact is not None:
        raise Refusal("input-invalid", "find by --name or by --contact, not by both")
    with antiphon() as parts, caught_up(parts) as reader, reader.connection() as connection:
        if contact is not None:
            if (id := find(parts.executor, contact_point(contact, kind=kind))) is None:
                raise NotFound("a customer with this contact point", check="how it is written")
            page = contacts.ONE.read(connection, limit=1, id=id)
        elif name is not None:
            page = contacts.NAMED.read(connection, cursor=cursor, limit=limit, name=name)
        else:
            page = contacts.ALL.read(connection, cursor=cursor, limit=limit)
    if as_json:
        print_documents(page.rows, page.cursor)
        return
    out = console()
    for row in page.rows:
        _print(out, row)
    if not page.rows:
        print("no customers found")
    if page.cursor:
        options = [*(("--name", name) if name is not None else ()), "--limit", str(limit), "--cursor", page.cursor]
        print("\nmore: " + shlex.join([program(), "customers", *options]))


def _print(out: Console, row: contacts.ContactRow) -> None:
    out.print(Text(one_line(row.name or "(no name)"), "bold"), soft_wrap=True)
    out.print(Text(f"    {row.customer_id}", "dim"), soft_wrap=True)
    for point in row.points:
        shared = ", which several people use" if point["shared"] else ""
        failing = point["failing"]
        fails = f", fails since {when(datetime.fromisoformat(failing['since']))}: {failing['code']}" if failing else ""
        out.print(Text(f"    {point['kind']}: {one_line(point['value'])}{shared}{fails}"), soft_wrap=True)


def merge_customer(
    customer_id: Customer,
    into: Annotated[str, typer.Argument(metavar="customer-…", help="Who they are, too.")],
    reason: Reason = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Merge a customer, or a stranger, with another customer, who is the same person. Both histories stay; the merge
    can be undone exactly."""
    if kind_of(customer_id) == STRANGER.kind:
        _act(MergeStranger(stranger_id=customer_id, into=into), reason, as_, key)
    else:
        _act(MergeCustomer(customer_id=customer_id, into=into), reason, as_, key)


def separate_customer(customer_id: Customer, reason: Reason = None, as_: As = None, key: Key = None) -> None:
    """Undo a merge: the two are different people."""
    if kind_of(customer_id) == STRANGER.kind:
        _act(SeparateStranger(stranger_id=customer_id), reason, as_, key)
    else:
        _act(SeparateCustomer(customer_id=customer_id), reason, as_, key)


def erase(
    id: Annotated[str, typer.Argument(metavar="customer-…|stranger-…|staff-…", help="Whom to erase.")],
    reason: Annotated[str, typer.Option(help="On what grounds; no personal text.")],
    requested_by: Annotated[
        str | None, typer.Option(metavar="customer-…|stranger-…", help="The person who asked for it.")
    ] = None,
) -> None:
    """Erase a customer for good, with every merged customer; or a stranger; or a colleague who left. What happened
    still counts."""

    def ask(parts: Antiphon) -> Answer:
        by = on_request(parts.executor, Context(operator(), reason=reason), requested_by)
        with open_work(parts) as open_:
            answer = told_if_it_waits(erase_person(parts.executor, id, by, open_))
        if waits(answer) or kind_of(id) == STAFF.kind:
            return answer
        with parts.database("reader") as reader, reader.connection() as connection:
            exports = exports_of(connection, linked(parts.executor.read, id) if kind_of(id) == CUSTOMER.kind else [id])
        for export in exports:
            when_and_who = f"{when(export.at)} by {one_line(export.actor_id)}"
            kind = "a bundle for auditors" if export.what == "bundles" else "a file with everything that was kept"
            typer.echo(f"not reached: {kind}, written {when_and_who}")
        if kind_of(id) == STRANGER.kind:
            return answer
        for each in linked(parts.executor.read, id):
            if each != id and erased(parts.executor.read, each):
                typer.echo(f"{each} was the same person, and is erased, too")
        return answer

    carry_out(ask)


def by_contact(
    contact: Annotated[str, typer.Argument(help="A mail address or phone number, in any form.")],
    kind: Kind = None,
) -> None:
    """Print the id of the customer who has an address or a number, in any spelling."""
    with antiphon() as parts:
        id = find(parts.executor, contact_point(contact, kind=kind))
    if id is None:
        raise NotFound("a customer with this contact point", check="how it is written")
    typer.echo(id)


def _act(
    command: CustomerCommand | MergeStranger | SeparateStranger, reason: str | None, handle: str | None, key: str | None
) -> None:
    def ask(parts: Antiphon) -> Answer:
        by = replace(context(parts.executor, handle, key), reason=reason)
        if isinstance(command, CustomerCommand):
            return customers.act(parts.executor, command, by)
        return strangers.link(parts.executor, command, by)

    carry_out(ask)
