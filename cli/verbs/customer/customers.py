"""The verbs of customers: `merge-customer`, `separate-customer`, `erase`, and `by-contact`, which finds one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cli.verbs.conversation.acting import Key, carry_out, contact_point
from cli.wiring.actors import As, context, operator
from cli.wiring.composition import Antiphon, antiphon
from cli.wiring.views import open_work
from commands import stranger as strangers
from commands.customer import handlers as customers
from commands.customer.contact_points import find
from commands.customer.erasing import erase as erase_customer
from commands.customer.links import linked
from commands.executor.context import Context
from commands.executor.unit_of_work import Answer
from domain.customer import ContactKind, CustomerCommand, MergeCustomer, SeparateCustomer
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from domain.stranger import STRANGER, EraseStranger, MergeStranger, SeparateStranger

Customer = Annotated[str, typer.Argument(metavar="customer-…", help="The customer's id.")]
Kind = Annotated[ContactKind | None, typer.Option(help="By default, what it looks like.")]
Reason = Annotated[str | None, typer.Option(help="What says so; no personal text.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (merge_customer, separate_customer, erase, by_contact):
        app.command(verb.__name__.replace("_", "-"))(verb)


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
    id: Annotated[str, typer.Argument(metavar="customer-…|stranger-…", help="Whom to erase.")],
    reason: Annotated[str, typer.Option(help="On what grounds; no personal text.")],
) -> None:
    """Erase a customer for good, with every merged customer; or a stranger. What happened still counts."""

    def ask(parts: Antiphon) -> Answer:
        by = Context(operator(), reason=reason)
        if kind_of(id) == STRANGER.kind:
            return strangers.erase(parts.executor, EraseStranger(stranger_id=id), by)
        with open_work(parts) as open_:
            answer = erase_customer(parts.executor, id, by, open_)
        for each in linked(parts.executor.read, id):
            if each != id:
                typer.echo(f"{each} was the same person, and is erased, too")
        return answer

    carry_out(ask)


def by_contact(
    contact: Annotated[str, typer.Argument(help="A mail address or phone number, in any form.")],
    kind: Kind = None,
) -> None:
    """Print the id of the customer whose an address or a number is, however it is written."""
    with antiphon() as parts:
        id = find(parts.executor, contact_point(contact, kind=kind))
    if id is None:
        raise NotFound("the contact point")
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
