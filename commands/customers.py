"""What can be asked about a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commands.handling import NOTHING, Answer, Change, ClaimKind, Context, Handling, Proposal
from domain import customer
from domain.customer import AddContactPoint, Command, ContactKind, EraseCustomer, RegisterCustomer
from domain.kernel import new_id


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A way to reach somebody. One contact point, one customer; `name` is used when the customer is new."""

    kind: ContactKind
    value: str
    name: str | None = None

    @property
    def claim(self) -> tuple[ClaimKind, str]:
        """What a customer claims with it. Case and blanks around do not make another person of somebody."""
        return "contact-point", f"{self.kind}\x00{self.value.strip().casefold()}"


@dataclass(frozen=True, slots=True)
class Found:
    """A customer by contact point: known, or with what has to be appended to make them known."""

    id: str
    changes: Sequence[Change] = ()
    claims: Sequence[tuple[ClaimKind, str, str]] = ()


def customer_for(handling: Handling, contact: ContactPoint) -> Found:
    """Whom a contact point belongs to; somebody new where nobody has claimed it yet. Part of other commands."""
    (known,) = handling.named(contact.claim)
    if known is not None:
        return Found(known)
    customer_id = new_id("customer")
    now = handling.clock()
    registered = customer.decide(None, RegisterCustomer(customer_id=customer_id, name=contact.name), now)
    state = customer.evolve(None, registered[0])
    reachable = AddContactPoint(customer_id=customer_id, contact_kind=contact.kind, value=contact.value)
    return Found(
        customer_id,
        [Change(customer_id, NOTHING, [*registered, *customer.decide(state, reachable, now)])],
        [(*contact.claim, customer_id)],
    )


def register(
    handling: Handling, contacts: Sequence[ContactPoint], context: Context, *, source: str | None = None
) -> Answer:
    """Take up a customer by their contact points, or find whom the first known one belongs to and add the others.

    `source` names the record they come from: one record, one customer. Raises Refusal as `Handling.run`.
    """
    customer_id = new_id("customer")

    def work() -> Proposal:
        names = [contact.claim for contact in contacts]
        if source:
            names.append(("source-record", source))
        holders = handling.named(*names) if names else []
        id = next((holder for holder in holders if holder), customer_id)
        before = handling.load(id) if id != customer_id else NOTHING
        now = handling.clock()
        events = []
        state = before.state
        if state is None:
            name = next((contact.name for contact in contacts if contact.name), None)
            events += customer.decide(None, RegisterCustomer(customer_id=id, name=name), now)
            state = customer.evolve(None, events[0])
        for contact, holder in zip(contacts, holders, strict=False):
            if holder is None:
                add = AddContactPoint(customer_id=id, contact_kind=contact.kind, value=contact.value)
                events += customer.decide(state, add, now)
        claims = [(*name, id) for name, holder in zip(names, holders, strict=True) if holder is None]
        return Proposal(id, [Change(id, before, events)], claims, subject=id)

    return handling.run(context, work)


def act(handling: Handling, command: Command, context: Context) -> Answer:
    """Ask anything else about a customer. Raises Refusal as `domain.customer.decide` and `Handling.run`.

    Erasing puts them behind the log's fence and deletes their claims; the key is the vault's (`audit/erasure.py`).
    """

    def work() -> Proposal:
        before = handling.load(command.customer_id)
        events = customer.decide(before.state, command, handling.clock())
        forget = [command.customer_id] if isinstance(command, EraseCustomer) and events else []
        return Proposal(
            command.customer_id,
            [Change(command.customer_id, before, events)],
            subject=command.customer_id if events else None,
            forget=forget,
        )

    return handling.run(context, work)
