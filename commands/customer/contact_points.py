"""Contact points in commands: whose one is, and under which unique keys it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commands.executor.executor import CommandExecutor
from commands.executor.read_ahead import ReadAhead
from commands.executor.unit_of_work import KeyKind
from domain.customer import ContactKind, ContactPointAdded
from domain.customer.contact_point import compared
from domain.kernel.event import Event, Recorded

Name = tuple[KeyKind, str]


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A way to reach a customer, as it was said. `name`: what the person is called there."""

    kind: ContactKind
    value: str
    name: str | None = None

    def compared(self, region: str | None) -> str:
        """The form in which it is compared; `region` is that of numbers without the prefix of a country."""
        return compared(self.kind, self.value, region)

    def name_key(self, region: str | None) -> Name:
        """The unique key of this contact point."""
        return "compared-contact-point", f"{self.kind}\x00{self.compared(region)}"

    def stranger_key(self, region: str | None) -> Name:
        """The unique key under which it is a stranger's."""
        return "stranger", self.name_key(region)[1]

    @property
    def former_key(self) -> Name:
        """The unique key under which former releases took it: without regard to what kind of text it is. So different
        ones share a key, and what it leads to has to be compared."""
        return "contact-point", f"{self.kind}\x00{self.value.strip().casefold()}"


def names_of(executor: CommandExecutor, contacts: Sequence[ContactPoint]) -> list[Name]:
    """All unique keys by which these contact points may be known, those of customers first."""
    region = executor.region
    customers = [name for each in contacts for name in (each.name_key(region), each.former_key)]
    return [*customers, *(each.stranger_key(region) for each in contacts)]


@dataclass(frozen=True, slots=True)
class Held:
    """A contact point, and the customer whose it is; None where it is nobody's. `takes`: its unique key, where that has
    to be taken still."""

    contact: ContactPoint
    compared: str
    holder: str | None
    takes: Name | None


def held(executor: CommandExecutor, contacts: Sequence[ContactPoint]) -> list[Held]:
    """Whose each contact point is, in order, each once; for a command that is deciding. Raises ReadAheadNeeded."""
    by_key = {contact.name_key(executor.region): contact for contact in reversed(contacts)}
    found = []
    for name, contact in reversed(by_key.items()):
        holder, former = executor.named(name, contact.former_key)
        if (takes := name if holder is None else None) and former is not None:
            holder = former if _has(executor, former, contact) else None
        found.append(Held(contact, contact.compared(executor.region), holder, takes))
    return found


def find(executor: CommandExecutor, contact: ContactPoint) -> str | None:
    """The customer whose this contact point is, outside of a decision; None where it is nobody's. Raises Overloaded."""
    if (holder := executor.find(*contact.name_key(executor.region))) is not None:
        return holder
    former = executor.find(*contact.former_key)
    if former is None:
        return None
    has = _among(executor.log.streams([former])[former], contact, executor.region)
    return former if has else None


def _has(executor: CommandExecutor, customer_id: str, contact: ContactPoint) -> bool:
    def read() -> ReadAhead[bool]:
        stream = executor.log.streams([customer_id])[customer_id]
        return ReadAhead({customer_id: len(stream)}, _among(stream, contact, executor.region))

    # Texts are no part of a state. What a former release recorded does not change any more.
    return executor.read_ahead(f"{contact.former_key} of {customer_id}", {}, read)


def _among(stream: Sequence[Recorded[Event]], contact: ContactPoint, region: str | None) -> bool:
    return any(
        isinstance(recorded.event, ContactPointAdded)
        and recorded.event.contact_kind == contact.kind
        and compared(contact.kind, recorded.event.value, region) == contact.compared(region)
        for recorded in stream
    )
