"""Somebody the company talks with. Their texts are sealed under a key of their own, which erasure destroys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from domain.interaction import Channel, Label, Language
from domain.kernel import Event, Frozen, Personal, Text
from domain.refusal import NotFound, Refusal

ContactKind = Literal["mail", "phone", "handle", "account"]
Name = Annotated[Text, Field(min_length=1, max_length=500)]
"""A person's name, an address, a number: as they gave it."""
Purpose = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[a-z][a-z0-9_-]*$")]
"""What a consent is about, in a word of the company's own: `newsletter`, `surveys`. Lower case, so that it is one."""


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


class PreferencesChosen(Event, name="customer.preferences-chosen"):
    """How they want to be reached from now on; None leaves it to the company. `quiet`: only about what they asked."""

    customer_id: str
    channel: Channel | None
    language: Language | None
    quiet: bool


class ConsentGiven(Event, name="customer.consent-given"):
    """They agreed to be contacted, or to what is done with their data, for one purpose."""

    customer_id: str
    purpose: Purpose


class ConsentWithdrawn(Event, name="customer.consent-withdrawn"):
    """They do not agree to it, or not any more."""

    customer_id: str
    purpose: Purpose


class Erased(Event, name="customer.erased"):
    """Their key is destroyed; every view wipes its text of them."""

    customer_id: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as their events left them. `consents`: by purpose, whether given or refused; not asked is absent."""

    erased: bool = False
    channel: str | None = None
    language: str | None = None
    quiet: bool = False
    consents: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))


def evolve(state: Customer | None, event: Event) -> Customer | None:
    """The state after one more event."""
    match event:
        case Registered():
            return Customer()
        case Erased() if state is not None:
            return replace(state, erased=True)
        case PreferencesChosen() if state is not None:
            return replace(state, channel=event.channel, language=event.language, quiet=event.quiet)
        case ConsentGiven() | ConsentWithdrawn() if state is not None:
            given = isinstance(event, ConsentGiven)
            return replace(state, consents=MappingProxyType({**state.consents, event.purpose: given}))
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


class ChoosePreferences(Command):
    """Say how they want to be reached. All of it takes the place of what was chosen before."""

    channel: Channel | None = None
    language: Language | None = None
    quiet: bool = False


class GiveConsent(Command):
    """Agree to one purpose."""

    purpose: Purpose


class WithdrawConsent(Command):
    """Do not agree to one purpose, or not any more; it need not have been agreed to."""

    purpose: Purpose


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
        case ChoosePreferences() if _preferences(command) != _preferences(state):
            return [PreferencesChosen(**dict(command))]
        case GiveConsent() if state.consents.get(command.purpose) is not True:
            return [ConsentGiven(**dict(command))]
        case WithdrawConsent() if state.consents.get(command.purpose) is not False:
            return [ConsentWithdrawn(**dict(command))]
        case EraseCustomer():
            return [Erased(customer_id=command.customer_id)]
        case _:
            return []


def _preferences(chosen: Customer | ChoosePreferences) -> tuple[str | None, str | None, bool]:
    return chosen.channel, chosen.language, chosen.quiet
