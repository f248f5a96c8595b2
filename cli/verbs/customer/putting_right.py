"""The verbs that put a customer right: name, language, segment and contact points, each with the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cli.verbs.conversation.acting import Key, carry_out, contact_point
from cli.verbs.customer.customers import Customer, Kind
from cli.wiring.actors import As, context
from cli.wiring.composition import Antiphon
from commands.customer import failing, putting_right
from commands.customer import handlers as customers
from commands.executor.unit_of_work import Answer
from domain.customer import (
    AddContactPoint,
    ChangeLanguage,
    ChangeName,
    ChangeSegment,
    ClearContactPoint,
    CustomerCommand,
    MoveContactPoint,
    RemoveContactPoint,
    ShareContactPoint,
)

Reason = Annotated[str, typer.Option(help="Why; no personal text.")]
Contact = Annotated[str, typer.Argument(metavar="CONTACT", help="A mail address or phone number, in any form.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    for verb in (
        change_name, change_language, change_segment, add_contact, remove_contact, move_contact, share_contact,
        clear_contact,
    ):  # fmt: skip
        app.command(verb.__name__.replace("_", "-"))(verb)


def change_name(
    customer_id: Customer,
    reason: Reason,
    name: Annotated[str | None, typer.Argument(help="Without it, none is known.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Set or change a customer's name. A name that a gateway tells later does not replace it."""
    _act(ChangeName(customer_id=customer_id, name=name), reason, as_, key)


def change_language(
    customer_id: Customer,
    reason: Reason,
    language: Annotated[str | None, typer.Argument(help="Such as de; without it, none is known.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Set or change the language in which a customer writes."""
    _act(ChangeLanguage(customer_id=customer_id, language=language), reason, as_, key)


def change_segment(
    customer_id: Customer,
    reason: Reason,
    segment: Annotated[str | None, typer.Argument(help="The company's own word; without it, none.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Set or change the company's own grouping of a customer."""
    _act(ChangeSegment(customer_id=customer_id, segment=segment), reason, as_, key)


def add_contact(
    customer_id: Customer, contact: Contact, reason: Reason, kind: Kind = None, as_: As = None, key: Key = None
) -> None:
    """Add a contact point to a customer."""
    point = contact_point(contact, kind)
    _act(AddContactPoint(customer_id=customer_id, contact_kind=point.kind, value=point.value), reason, as_, key)


def remove_contact(
    customer_id: Customer, contact: Contact, reason: Reason, kind: Kind = None, as_: As = None, key: Key = None
) -> None:
    """Take a contact point away from a customer. Whoever writes from there later is somebody new."""
    point = contact_point(contact, kind)
    _act(RemoveContactPoint(customer_id=customer_id, contact_kind=point.kind, value=point.value), reason, as_, key)


def move_contact(
    customer_id: Customer,
    contact: Contact,
    into: Annotated[str, typer.Argument(metavar="customer-…", help="Whose it is now.")],
    reason: Reason,
    kind: Kind = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Give a contact point to another customer, such as a number with a new owner. What was said stays where it is."""
    point = contact_point(contact, kind)
    move = MoveContactPoint(customer_id=customer_id, contact_kind=point.kind, value=point.value, into=into)
    _act(move, reason, as_, key)


def share_contact(
    customer_id: Customer,
    contact: Contact,
    reason: Reason,
    shared: Annotated[bool, typer.Option("--shared/--alone")] = True,
    kind: Kind = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Mark a contact point as one that several people use, or undo that. Nobody is known by a shared one."""
    point = contact_point(contact, kind)
    share = ShareContactPoint(customer_id=customer_id, contact_kind=point.kind, value=point.value, shared=shared)
    _act(share, reason, as_, key)


def clear_contact(
    customer_id: Customer, contact: Contact, reason: Reason, kind: Kind = None, as_: As = None, key: Key = None
) -> None:
    """Let a contact point count as failing no longer: somebody knows that it works."""
    point = contact_point(contact, kind)
    _act(ClearContactPoint(customer_id=customer_id, contact_kind=point.kind, value=point.value), reason, as_, key)


def _act(command: CustomerCommand, reason: str, handle: str | None, key: str | None) -> None:
    def ask(parts: Antiphon) -> Answer:
        by = replace(context(parts.executor, handle, key), reason=reason)
        if isinstance(command, AddContactPoint | RemoveContactPoint | MoveContactPoint | ShareContactPoint):
            return putting_right.act(parts.executor, command, by)
        if isinstance(command, ClearContactPoint):
            return failing.clear(parts.executor, command, by)
        return customers.act(parts.executor, command, by)

    carry_out(ask)
