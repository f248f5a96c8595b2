"""Somebody the company talks with. Their texts are sealed under a key of their own, which erasure destroys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.interaction import Label, Language
from domain.kernel import Event, Frozen, Personal, Text
from domain.refusal import NotFound, Refusal

ContactKind = Literal["mail", "phone", "handle", "account"]
Name = Annotated[Text, Field(min_length=1, max_length=500)]
"""A person's name, an address, a number: as they gave it."""


class Registered(Event, name="customer.registered"):
    """The company first heard of this customer."""

    customer_id: str
    name: Annotated[Name | None, Personal("customer_id")] = None
    language: Language | None = None
    segment: Label | None = None


class ContactPointAdded(Event, name="customer.contact-point-added"):
    """A way to reach them."""

    customer_id: str
    contact_kind: ContactKind
    value: Annotated[Name, Personal("customer_id")]


class Erased(Event, name="customer.erased"):
    """Their key is destroyed; every view wipes its text of them."""

    customer_id: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as their events left them."""

    erased: bool = False


def evolve(state: Customer | None, event: Event) -> Customer | None:
    """The state after one more event."""
    match event:
        case Registered():
            return Customer()
        case Erased() if state is not None:
            return replace(state, erased=True)
        case _:
            return state


class Command(Frozen):
    """Something asked about one customer; the id is drawn by whoever registers them."""

    customer_id: str


class RegisterCustomer(Command):
    """Take up a customer, with the ways to reach them as far as known."""

    name: Name | None = None
    language: Language | None = None
    segment: Label | None = None


class AddContactPoint(Command):
    """Note one more way to reach them."""

    contact_kind: ContactKind
    value: Name


class EraseCustomer(Command):
    """Forget the person; what happened stays countable."""


def decide(state: Customer | None, command: Command, now: datetime) -> list[Event]:
    """What the command makes happen; [] where it changes nothing. Raises Refusal: `not-found`, `customer-erased`,
    `customer-exists`."""
    if state is not None and state.erased:
        if isinstance(command, EraseCustomer):
            return []
        raise Refusal("customer-erased", f"{command.customer_id} was erased; a later contact is a new customer")
    if isinstance(command, RegisterCustomer):
        if state is not None:
            raise Refusal("customer-exists", "this customer was registered before; draw a new id")
        return [
            Registered(
                customer_id=command.customer_id,
                name=command.name,
                language=command.language,
                segment=command.segment,
            )
        ]
    if state is None:
        raise NotFound(command.customer_id)
    match command:
        case AddContactPoint():
            return [
                ContactPointAdded(
                    customer_id=command.customer_id, contact_kind=command.contact_kind, value=command.value
                )
            ]
        case EraseCustomer():
            return [Erased(customer_id=command.customer_id)]
        case _:
            return []
