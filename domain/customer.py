"""Somebody the company talks with. Their texts are sealed under a key of their own, which erasure destroys."""

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
"""A person's name, an address, a number: as they gave it."""
Purpose = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[a-z][a-z0-9_-]*$")]
"""What a consent is about, in a word of the company's own: `newsletter`, `surveys`. Lower case, so that it is one."""


class Registered(Event, name="customer.registered", published_as="customers.v1"):
    """The company first heard of this customer."""

    customer_id: str
    name: Annotated[Text | None, Personal("customer_id")] = None
    language: str | None = None
    segment: Text | None = None


class ContactPointAdded(Event, name="customer.contact-point-added", published_as="customers.v1"):
    """A way to reach them."""

    customer_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("customer_id")]


class PreferencesChosen(Event, name="customer.preferences-chosen", published_as="customers.v1"):
    """How they want to be reached from now on; None leaves it to the company. `quiet`: only about what they asked."""

    customer_id: str
    channel: str | None
    language: str | None
    quiet: bool


class ConsentGiven(Event, name="customer.consent-given", published_as="customers.v1"):
    """They agreed to be contacted, or to what is done with their data, for one purpose."""

    customer_id: str
    purpose: str


class ConsentWithdrawn(Event, name="customer.consent-withdrawn", published_as="customers.v1"):
    """They do not agree to it, or not any more."""

    customer_id: str
    purpose: str


class Erased(Event, name="customer.erased", published_as="customers.v1"):
    """Their key is destroyed; every view wipes its text of them."""

    customer_id: str


class CustomerMerged(Event, name="customer.merged", published_as="customers.v1"):
    """They turned out to be the same person as `into`, with whom they are shown from then on."""

    customer_id: str
    into: str


class CustomersJoined(Event, name="customer.joined", published_as="customers.v1"):
    """The other side of it: `part_id` is shown with them."""

    customer_id: str
    part_id: str


class CustomerSeparated(Event, name="customer.separated", published_as="customers.v1"):
    """It was taken back: they are not the same person as `out_of`."""

    customer_id: str
    out_of: str


class Parted(Event, name="customer.parted", published_as="customers.v1"):
    """The other side of it: `part_id` is not shown with them any more."""

    customer_id: str
    part_id: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as their events left them. `consents`: by purpose, whether given or refused; not asked is absent.

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
    """The state after one more event."""
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
    """Something asked about one customer; the id is drawn by whoever registers them."""

    customer_id: str


class RegisterCustomer(CustomerCommand):
    """Take up a customer, with the ways to reach them as far as known."""

    name: Name | None = None
    language: Language | None = None
    segment: Label | None = None


class AddContactPoint(CustomerCommand):
    """Note one more way to reach them."""

    contact_kind: ContactKind
    value: Name


class ChoosePreferences(CustomerCommand):
    """Say how they want to be reached. All of it takes the place of what was chosen before."""

    channel: Channel | None = None
    language: Language | None = None
    quiet: bool = False


class GiveConsent(CustomerCommand):
    """Agree to one purpose."""

    purpose: Purpose


class WithdrawConsent(CustomerCommand):
    """Do not agree to one purpose, or not any more; it need not have been agreed to."""

    purpose: Purpose


class EraseCustomer(CustomerCommand):
    """Forget the person; what happened stays countable."""


class MergeCustomer(CustomerCommand):
    """Show them with another, who is the same person. Both histories stay as they are."""

    into: str


class SeparateCustomer(CustomerCommand):
    """Take a merge back: it was not the same person."""


def decide(state: Customer | None, command: CustomerCommand, now: datetime) -> list[Event]:
    """What the command makes happen; [] where it changes nothing. Raises Refusal: `not-found`, `customer-erased`,
    `customer-exists`, `merge-with-itself`, `merged-already`, `not-merged`.

    A merge, and its undoing, happens to two: `other_side` says what it is to the other.
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
    """What a merge or its undoing is to the other customer, whose state this is.

    Nobody is merged into somebody who was merged themselves: so two merges, each decided on both states, never make a
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
