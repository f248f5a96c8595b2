"""Customers: the people who write to the company. Their texts are sealed under a key of their own, destroyed on
erasure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Literal, assert_never

from pydantic import Field

from domain.kernel.event import Event
from domain.kernel.personal import Personal
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.values import Channel, Frozen, Label, Language

ContactKind = Literal["mail", "phone", "handle", "account"]
Name = Annotated[Text, Field(min_length=1, max_length=500)]
"""A person's name, an address or a number, as the person gave it."""
Purpose = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[a-z][a-z0-9_-]*$")]
"""What a consent is for, in the company's own word: `newsletter`, `surveys`. Lower case, so that each has one
spelling."""


class Registered(Event, name="customer.registered", published_as="customers.v1"):
    """The company heard of a customer for the first time."""

    customer_id: str
    name: Annotated[Text | None, Personal("customer_id")] = None
    language: str | None = None
    segment: Text | None = None


class ContactPointAdded(Event, name="customer.contact-point-added", published_as="customers.v1"):
    """A contact point of the customer became known."""

    customer_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("customer_id")]


class PreferencesChosen(Event, name="customer.preferences-chosen", published_as="customers.v1"):
    """The customer chose how to be reached; None leaves it to the company. `quiet`: only about what they asked."""

    customer_id: str
    channel: str | None
    language: str | None
    quiet: bool


class ConsentGiven(Event, name="customer.consent-given", published_as="customers.v1"):
    """The customer consented to one purpose."""

    customer_id: str
    purpose: str


class ConsentWithdrawn(Event, name="customer.consent-withdrawn", published_as="customers.v1"):
    """The customer refused or withdrew the consent to one purpose."""

    customer_id: str
    purpose: str


class Erased(Event, name="customer.erased", published_as="customers.v1"):
    """The customer was erased: the key is destroyed, and every view wipes the customer's text."""

    customer_id: str


class CustomerMerged(Event, name="customer.merged", published_as="customers.v1"):
    """The customer turned out to be the same person as `into`, and is shown there from then on."""

    customer_id: str
    into: str


class CustomersJoined(Event, name="customer.joined", published_as="customers.v1"):
    """The other side of a merge: `part_id` is shown with this customer."""

    customer_id: str
    part_id: str


class CustomerSeparated(Event, name="customer.separated", published_as="customers.v1"):
    """A merge was undone: the customer and `out_of` are two people."""

    customer_id: str
    out_of: str


class Parted(Event, name="customer.parted", published_as="customers.v1"):
    """The other side of an undone merge: `part_id` is shown with this customer no longer."""

    customer_id: str
    part_id: str


@dataclass(frozen=True, slots=True)
class Customer:
    """The aggregate state of a customer. `consents`: by purpose, given or refused; absent where nobody asked.

    Merged `into` somebody, or None; `parts` are those who were merged into them.
    """

    erased: bool = False
    channel: str | None = None
    language: str | None = None
    quiet: bool = False
    consents: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    into: str | None = None
    parts: frozenset[str] = frozenset()


CustomerEvent = (
    Registered | ContactPointAdded | PreferencesChosen | ConsentGiven | ConsentWithdrawn | Erased
    | CustomerMerged | CustomersJoined | CustomerSeparated | Parted
)  # fmt: skip


def evolve(state: Customer | None, event: CustomerEvent) -> Customer | None:
    """Fold one event into the state."""
    if isinstance(event, Registered):
        return Customer()
    if state is None:
        return None
    match event:
        case Erased():
            return replace(state, erased=True)
        case PreferencesChosen():
            return replace(state, channel=event.channel, language=event.language, quiet=event.quiet)
        case ConsentGiven() | ConsentWithdrawn():
            given = isinstance(event, ConsentGiven)
            return replace(state, consents=MappingProxyType({**state.consents, event.purpose: given}))
        case CustomerMerged():
            return replace(state, into=event.into)
        case CustomerSeparated():
            return replace(state, into=None)
        case CustomersJoined():
            return replace(state, parts=state.parts | {event.part_id})
        case Parted():
            return replace(state, parts=state.parts - {event.part_id})
        case ContactPointAdded():
            return state
        case _:
            assert_never(event)


CUSTOMER = Stream("customer", CustomerEvent, evolve)


class CustomerCommand(Frozen):
    """A command about one customer. Whoever registers the customer draws the id."""

    customer_id: str


class RegisterCustomer(CustomerCommand):
    """Register a customer, with the contact points known so far."""

    name: Name | None = None
    language: Language | None = None
    segment: Label | None = None


class AddContactPoint(CustomerCommand):
    """Add a contact point."""

    contact_kind: ContactKind
    value: Name


class ChoosePreferences(CustomerCommand):
    """Choose how to be reached. All former choices are replaced."""

    channel: Channel | None = None
    language: Language | None = None
    quiet: bool = False


class GiveConsent(CustomerCommand):
    """Consent to one purpose."""

    purpose: Purpose


class WithdrawConsent(CustomerCommand):
    """Refuse or withdraw the consent to one purpose, given before or not."""

    purpose: Purpose


class EraseCustomer(CustomerCommand):
    """Erase the person. What happened still counts."""


class MergeCustomer(CustomerCommand):
    """Merge the customer with another, who is the same person. Both streams stay as they are."""

    into: str


class SeparateCustomer(CustomerCommand):
    """Undo a merge: the two are not the same person."""


def decide(state: Customer | None, command: CustomerCommand, now: datetime) -> list[Event]:
    """Decide the events of a command; [] where the command changes nothing. Raises Refusal: `not-found`,
    `customer-erased`, `customer-exists`, `merge-with-itself`, `merged-already`, `not-merged`.

    A merge and its undo concern two customers: `other_side` has the events of the other one.
    """
    if isinstance(command, EraseCustomer) and state is not None and state.erased:
        return []
    if isinstance(command, RegisterCustomer) and state is None:
        return [
            Registered(
                customer_id=command.customer_id,
                name=command.name,
                language=command.language,
                segment=command.segment,
            )
        ]
    state = _there(state, command.customer_id)
    match command:
        case RegisterCustomer():
            raise Refusal("customer-exists", "this customer was registered before; draw a new id")
        case AddContactPoint():
            return [
                ContactPointAdded(
                    customer_id=command.customer_id, contact_kind=command.contact_kind, value=command.value
                )
            ]
        case ChoosePreferences() if _preferences(command) != _preferences(state):
            return [
                PreferencesChosen(
                    customer_id=command.customer_id,
                    channel=command.channel,
                    language=command.language,
                    quiet=command.quiet,
                )
            ]
        case GiveConsent() if state.consents.get(command.purpose) is not True:
            return [ConsentGiven(customer_id=command.customer_id, purpose=command.purpose)]
        case WithdrawConsent() if state.consents.get(command.purpose) is not False:
            return [ConsentWithdrawn(customer_id=command.customer_id, purpose=command.purpose)]
        case EraseCustomer():
            return [Erased(customer_id=command.customer_id)]
        case MergeCustomer():
            if command.into == command.customer_id:
                raise Refusal("merge-with-itself", "nobody is merged into themselves; check the ids")
            if state.into is not None:
                raise Refusal(
                    "merged-already", f"{command.customer_id} was merged into {state.into}; separate them first"
                )
            return [CustomerMerged(customer_id=command.customer_id, into=command.into)]
        case SeparateCustomer():
            if state.into is None:
                raise Refusal("not-merged", f"{command.customer_id} is merged into nobody; there is nothing to undo")
            return [CustomerSeparated(customer_id=command.customer_id, out_of=state.into)]
        case _:
            return []


def _preferences(chosen: Customer | ChoosePreferences) -> tuple[str | None, str | None, bool]:
    return chosen.channel, chosen.language, chosen.quiet


def other_side(state: Customer | None, event: CustomerMerged | CustomerSeparated) -> list[Event]:
    """The events of the other customer in a merge or an undo; `state` is that customer's.

    Nobody is merged into a customer who is merged already. So two merges, each decided on both states, never make a
    circle. Raises Refusal: `not-found`, `customer-erased`, `target-merged`.
    """
    if isinstance(event, CustomerSeparated):
        _there(state, event.out_of)
        return [Parted(customer_id=event.out_of, part_id=event.customer_id)]
    if (into := _there(state, event.into).into) is not None:
        raise Refusal("target-merged", f"{event.into} was merged into {into}; merge into that one")
    return [CustomersJoined(customer_id=event.into, part_id=event.customer_id)]


def _there(state: Customer | None, customer_id: str) -> Customer:
    if state is None:
        raise NotFound(customer_id)
    if state.erased:
        raise Refusal("customer-erased", f"{customer_id} was erased; a later contact is a new customer")
    return state
