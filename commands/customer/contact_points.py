"""Contact points in commands: whose one is, and under which unique keys it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commands.executor.executor import CommandExecutor
from commands.executor.read_ahead import ReadAhead
from commands.executor.unit_of_work import KeyKind
from domain.customer import CUSTOMER, ContactKind, ContactPointAdded, ContactPointCompared, ContactPointRemoved
from domain.customer.contact_point import Comparing, bare, compared
from domain.kernel.event import Event, Recorded

Name = tuple[KeyKind, str]


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A way to reach a customer, as it was said. `name`: what the person is called there."""

    kind: ContactKind
    value: str
    name: str | None = None

    def compared(self, by: Comparing) -> str:
        """The form in which it is compared."""
        return compared(self.kind, self.value, by)

    @property
    def empty(self) -> bool:
        """Whether nothing can be seen of it. Then nobody is known by it: two people who hide theirs are two."""
        return not bare(self.kind, self.value)

    def name_key(self, by: Comparing) -> Name:
        """The unique key of this contact point."""
        return "compared-contact-point", f"{self.kind}\x00{self.compared(by)}"

    def stranger_key(self, by: Comparing) -> Name:
        """The unique key under which it is a stranger's."""
        return "stranger", self.name_key(by)[1]

    def stranger_keys(self, by: Comparing) -> list[Name]:
        """The same, and the one that was taken before the company said how to compare it otherwise."""
        return list(dict.fromkeys((self.stranger_key(by), self.stranger_key(Comparing()))))

    @property
    def former_key(self) -> Name:
        """The unique key under which former releases took it: without regard to what kind of text it is. So different
        ones share a key, and what it leads to has to be compared."""
        return "contact-point", f"{self.kind}\x00{self.value.strip().casefold()}"

    @property
    def plain_key(self) -> Name:
        """The unique key under which it was taken before the company said how to compare it otherwise."""
        return self.name_key(Comparing())

    def shared_key(self, by: Comparing) -> Name:
        """The unique key that is taken while several people use it."""
        return "shared-contact-point", self.name_key(by)[1]

    def shared_keys(self, by: Comparing) -> list[Name]:
        """The same, and the one that was taken before the company said how to compare it otherwise."""
        return list(dict.fromkeys((self.shared_key(by), self.shared_key(Comparing()))))


def names_of(executor: CommandExecutor, contacts: Sequence[ContactPoint]) -> list[Name]:
    """All unique keys by which something may be known of these contact points, those of customers first."""
    by = executor.comparing
    customers = [name for each in contacts for name in (each.name_key(by), each.plain_key, each.former_key)]
    shared = [name for each in contacts for name in each.shared_keys(by)]
    return [*customers, *shared, *(name for each in contacts for name in each.stranger_keys(by))]


def stranger_at(executor: CommandExecutor, contact: ContactPoint) -> str | None:
    """The stranger whose this contact point is; None where it is no stranger's. For a command that is deciding."""
    return next(filter(None, executor.named(*contact.stranger_keys(executor.comparing))), None)


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
    by = executor.comparing
    by_key = {contact.name_key(by): contact for contact in reversed(contacts)}
    found = []
    for name, contact in reversed(by_key.items()):
        if contact.empty:
            found.append(Held(contact, "", None, shared=True, takes=None))
            continue
        holder, plain, former = executor.named(name, contact.plain_key, contact.former_key)
        shared = any(executor.named(*contact.shared_keys(by)))
        formerly = None
        if (takes := name if holder is None else None) and plain is not None:
            holder = plain if points(executor, plain, contact, executor.load(CUSTOMER, plain).version) else None
        if takes and holder is None and former is not None:
            # What a former release recorded; whoever has it now may have it no longer.
            version = executor.load(CUSTOMER, former).version
            holder = former if points(executor, former, contact, version) else None
            formerly = former if holder is None and _folds_alike(executor, former, contact, version) else None
        found.append(Held(contact, contact.compared(by), holder, shared, takes, formerly))
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
    if (holder := executor.find(*contact.name_key(executor.comparing))) is not None:
        return holder
    for former in filter(None, (executor.find(*contact.plain_key), executor.find(*contact.former_key))):
        if _equal(executor.log.streams([former])[former], contact, executor.comparing):
            return former
    return None


def points(executor: CommandExecutor, customer_id: str, contact: ContactPoint, version: int) -> list[str]:
    """This contact point as it was recorded of the customer, in whatever forms; empty where the customer does not have
    it. For a command that is deciding; `version` is the customer's. Raises ReadAheadNeeded."""

    def read() -> ReadAhead[list[str]]:
        # Texts are no part of a state.
        stream = executor.log.streams([customer_id])[customer_id]
        return ReadAhead({customer_id: len(stream)}, _equal(stream, contact, executor.comparing))

    return executor.read_ahead(f"{contact.former_key} of {customer_id}", {customer_id: version}, read)


def _equal(stream: Sequence[Recorded[Event]], contact: ContactPoint, by: Comparing) -> list[str]:
    forms = {contact.compared(by), contact.compared(Comparing())}
    return [
        each.value
        for each in points_of(stream)
        if each.contact_kind == contact.kind and (each.compared or compared(contact.kind, each.value, by)) in forms
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
