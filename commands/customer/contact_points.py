"""Contact points in commands: whose one is, and under which unique keys it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commands.executor.executor import CommandExecutor
from commands.executor.read_ahead import ReadAhead
from commands.executor.unit_of_work import KeyKind
from domain.customer import CUSTOMER, ContactKind, ContactPointAdded, ContactPointCompared, ContactPointRemoved
from domain.customer.contact_point import bare, compared
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

    @property
    def empty(self) -> bool:
        """Whether nothing can be seen of it. Then nobody is known by it: two people who hide theirs are two."""
        return not bare(self.kind, self.value)

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

    def shared_key(self, region: str | None) -> Name:
        """The unique key that is taken while several people use it."""
        return "shared-contact-point", self.name_key(region)[1]


def names_of(executor: CommandExecutor, contacts: Sequence[ContactPoint]) -> list[Name]:
    """All unique keys by which something may be known of these contact points, those of customers first."""
    region = executor.region
    customers = [name for each in contacts for name in (each.name_key(region), each.former_key)]
    return [*customers, *(name for each in contacts for name in (each.shared_key(region), each.stranger_key(region)))]


@dataclass(frozen=True, slots=True)
class Held:
    """A contact point, and the customer whose it is; None where it is nobody's. `shared`: several people use it, so
    that who writes from there need not be that customer. `takes`: its unique key, where that has to be taken still.
    `formerly`: who has another contact point, for which a former release took this one."""

    contact: ContactPoint
    compared: str
    holder: str | None
    shared: bool
    takes: Name | None
    formerly: str | None = None


def held(executor: CommandExecutor, contacts: Sequence[ContactPoint]) -> list[Held]:
    """Whose each contact point is, in order, each once; for a command that is deciding. Raises ReadAheadNeeded."""
    region = executor.region
    by_key = {contact.name_key(region): contact for contact in reversed(contacts)}
    found = []
    for name, contact in reversed(by_key.items()):
        if contact.empty:
            found.append(Held(contact, "", None, shared=True, takes=None))
            continue
        holder, former, shared = executor.named(name, contact.former_key, contact.shared_key(region))
        formerly = None
        if (takes := name if holder is None else None) and former is not None:
            # What a former release recorded; whoever has it now may have it no longer.
            version = executor.load(CUSTOMER, former).version
            holder = former if points(executor, former, contact, version) else None
            formerly = former if holder is None and _folds_alike(executor, former, contact, version) else None
        found.append(Held(contact, contact.compared(region), holder, shared is not None, takes, formerly))
    return found


def _folds_alike(executor: CommandExecutor, customer_id: str, contact: ContactPoint, version: int) -> bool:
    """Whether the customer has another contact point for which a former release took this one. Raises
    ReadAheadNeeded."""

    def read() -> ReadAhead[bool]:
        stream = executor.log.streams([customer_id])[customer_id]
        theirs = (ContactPoint(each.contact_kind, each.value).former_key for each in points_of(stream))
        return ReadAhead({customer_id: len(stream)}, contact.former_key in theirs)

    return executor.read_ahead(f"{contact.former_key} folded of {customer_id}", {customer_id: version}, read)


def find(executor: CommandExecutor, contact: ContactPoint) -> str | None:
    """The customer whose this contact point is, outside of a decision; None where it is nobody's. Raises Overloaded."""
    if contact.empty:
        return None
    if (holder := executor.find(*contact.name_key(executor.region))) is not None:
        return holder
    former = executor.find(*contact.former_key)
    has = former is not None and _equal(executor.log.streams([former])[former], contact, executor.region)
    return former if has else None


def points(executor: CommandExecutor, customer_id: str, contact: ContactPoint, version: int) -> list[str]:
    """This contact point as it was recorded of the customer, in whatever forms; empty where the customer does not have
    it. For a command that is deciding; `version` is the customer's. Raises ReadAheadNeeded."""

    def read() -> ReadAhead[list[str]]:
        # Texts are no part of a state.
        stream = executor.log.streams([customer_id])[customer_id]
        return ReadAhead({customer_id: len(stream)}, _equal(stream, contact, executor.region))

    return executor.read_ahead(f"{contact.former_key} of {customer_id}", {customer_id: version}, read)


def _equal(stream: Sequence[Recorded[Event]], contact: ContactPoint, region: str | None) -> list[str]:
    form = contact.compared(region)
    return [
        each.value
        for each in points_of(stream)
        if each.contact_kind == contact.kind and form == (each.compared or compared(contact.kind, each.value, region))
    ]


def points_of(stream: Iterable[Recorded[Event]]) -> list[ContactPointAdded]:
    """The contact points that a customer has, by the customer's whole stream, in order."""
    found: dict[tuple[ContactKind, str], ContactPointAdded] = {}
    for recorded in stream:
        match recorded.event:
            case ContactPointAdded() as event:
                found.setdefault((event.contact_kind, event.value), event)
            case ContactPointCompared() as event if (known := found.get((event.contact_kind, event.value))) is not None:
                found[event.contact_kind, event.value] = known.model_copy(update={"compared": event.compared})
            case ContactPointRemoved() as event:
                found.pop((event.contact_kind, event.value), None)
    return list(found.values())
