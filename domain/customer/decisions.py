"""The decisions of a customer: each turns a command into events, or refuses the command."""

from __future__ import annotations

from datetime import datetime

from domain.customer.commands import (
    AddContactPoint,
    ChangeLanguage,
    ChangeName,
    ChangeSegment,
    ChangeZone,
    ChoosePreferences,
    CustomerCommand,
    DismissProposal,
    EraseCustomer,
    GiveConsent,
    MergeCustomer,
    RegisterCustomer,
    SeparateCustomer,
    WithdrawConsent,
)
from domain.customer.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactPointAdded,
    CustomerMerged,
    CustomerSeparated,
    CustomersJoined,
    Erased,
    LanguageChanged,
    NameChanged,
    Parted,
    PreferencesChosen,
    ProposalDismissed,
    Registered,
    SegmentChanged,
    ZoneChanged,
)
from domain.customer.state import Customer
from domain.kernel.event import Event
from domain.kernel.refusal import NotFound, Refusal

_MOST_NAMED = 10
"""How many conversations a refusal names, at most."""


def decide(state: Customer | None, command: CustomerCommand, now: datetime) -> list[Event]:
    """Decide the events of a command; [] where the command changes nothing. Raises Refusal: `not-found`,
    `customer-erased`, `customer-exists`, `merge-with-itself`, `merged-already`, `not-merged`, `merge-relied-on`.

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
    state = check_there(state, command.customer_id)
    match command:
        case RegisterCustomer():
            raise Refusal("customer-exists", "this customer was registered before; draw a new id")
        case ChangeName():
            return [NameChanged(customer_id=command.customer_id, name=command.name)]
        case ChangeLanguage() if command.language != state.native_language:
            return [LanguageChanged(customer_id=command.customer_id, language=command.language)]
        case ChangeSegment() if command.segment != state.segment:
            return [SegmentChanged(customer_id=command.customer_id, segment=command.segment)]
        case ChangeZone() if command.zone != state.zone:
            return [ZoneChanged(customer_id=command.customer_id, zone=command.zone)]
        case AddContactPoint():
            return [
                ContactPointAdded(
                    customer_id=command.customer_id,
                    contact_kind=command.contact_kind,
                    value=command.value,
                    compared=command.compared,
                )
            ]
        case DismissProposal():
            return _dismissed(state, command)
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
                raise Refusal("merge-with-itself", "a customer is merged into another one; check the ids")
            if state.into is not None:
                raise Refusal(
                    "merged-already", f"{command.customer_id} was merged into {state.into}; separate them first"
                )
            return [CustomerMerged(customer_id=command.customer_id, into=command.into)]
        case SeparateCustomer():
            if state.into is None:
                raise not_merged(command.customer_id)
            if state.relying:
                raise Refusal("merge-relied-on", f"first separate the conversations that are merged: {_named(state)}")
            return [CustomerSeparated(customer_id=command.customer_id, out_of=state.into)]
        case _:
            return []


def _dismissed(state: Customer, command: DismissProposal) -> list[Event]:
    """That people looked at a proposal; [] where they did so before. Raises NotFound, Refusal `merge-with-itself`."""
    known = command.other_id is not None if command.what == "same-person" else command.other_id in state.words_contested
    if not known:
        raise NotFound("a proposal of this kind about this customer", check="the kind and the ids")
    if command.other_id == command.customer_id:
        raise Refusal("merge-with-itself", "a proposal is about two customers; check the ids")
    if command.other_id in (state.apart if command.what == "same-person" else state.words_settled):
        return []
    return [ProposalDismissed(customer_id=command.customer_id, what=command.what, other_id=command.other_id)]


def not_merged(id: str) -> Refusal:
    """The refusal to separate a customer, or a stranger, who is not merged."""
    return Refusal("not-merged", f"{id} is not merged into any customer; there is nothing to undo")


def _named(state: Customer) -> str:
    """The conversations that rely on the customer's merge, the first ones by their ids."""
    pairs = [f"{part} from {into}" for part, into in sorted(state.relying.items())]
    more = len(pairs) - _MOST_NAMED
    return ", ".join(pairs[:_MOST_NAMED]) + (f", and {more} more" if more > 0 else "")


def _preferences(chosen: Customer | ChoosePreferences) -> tuple[str | None, str | None, bool]:
    return chosen.channel, chosen.language, chosen.quiet


def with_stranger(state: Customer | None, customer_id: str, stranger_id: str, *, merged: bool) -> list[Event]:
    """The events of a customer with whom a stranger is merged, or separated again. Raises Refusal: `not-found`,
    `customer-erased`."""
    check_there(state, customer_id)
    other = CustomersJoined if merged else Parted
    return [other(customer_id=customer_id, part_id=stranger_id)]


def other_side(state: Customer | None, event: CustomerMerged | CustomerSeparated) -> list[Event]:
    """The events of the other customer in a merge or an undo; `state` is that customer's.

    Nobody is merged into a customer who is merged already. So two merges, each decided on both states, never make a
    circle. Raises Refusal: `not-found`, `customer-erased`, `target-merged`.
    """
    if isinstance(event, CustomerSeparated):
        check_there(state, event.out_of)
        return [Parted(customer_id=event.out_of, part_id=event.customer_id)]
    if (into := check_there(state, event.into).into) is not None:
        raise Refusal("target-merged", f"{event.into} was merged into {into}; merge into that one")
    return [CustomersJoined(customer_id=event.into, part_id=event.customer_id)]


def check_there(state: Customer | None, customer_id: str) -> Customer:
    """Check that there is such a customer. Raises Refusal `not-found`, `customer-erased`."""
    if state is None:
        raise NotFound(customer_id)
    if state.erased:
        raise Refusal("customer-erased", f"{customer_id} was erased; a later contact is a new customer")
    return state
