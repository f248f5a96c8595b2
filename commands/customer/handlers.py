"""Command handlers of customers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeVar

from commands.customer.contact_points import ContactPoint, Held, held, names_of
from commands.customer.links import check_may_merge, linked, may_be_one, other_side, shown_as
from commands.customer.relying import relying_again
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded, evolved
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from commands.stranger import became
from domain import customer
from domain.customer import (
    CUSTOMER,
    AddContactPoint,
    ContactPointContested,
    Customer,
    CustomerCommand,
    CustomerMerged,
    CustomerSeparated,
    EraseCustomer,
    MergeCustomer,
    NameChanged,
    RegisterCustomer,
    SeparateCustomer,
    WordsContested,
)
from domain.kernel.event import Event
from domain.kernel.ids import kind_of, new_id
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.stranger import STRANGER, EraseStranger
from domain.stranger import decide as decide_stranger


@dataclass(frozen=True, slots=True)
class FoundByName:
    """The result of a look-up by names: a known id, or the changes that make it known. `release`: as of the unit of
    work."""

    id: str
    changes: Sequence[Change] = ()
    unique_keys: Sequence[tuple[KeyKind, str, str]] = ()
    release: Sequence[tuple[KeyKind, str]] = ()


def customer_for(
    executor: CommandExecutor,
    contacts: Sequence[ContactPoint],
    new: RegisterCustomer | None = None,
    *,
    contested: Literal["refuse", "record"] = "record",
    drawn: str | None = None,
) -> FoundByName:
    """The customer of the first known contact point, with the other points added; a new customer where none is known.

    `new`: data for a new customer. `contested`: what becomes of contact points of two people; what happened is taken in
    for the first of them, and recorded. `drawn`: the id of a new customer, the same each time a command is decided.
    Nobody is known by a contact point that is shared. Part of other commands.
    Raises Refusal `contact-points-differ`.
    """
    points = held(executor, contacts)
    known = [each for each in points if each.holder and not each.shared]
    now = executor.clock()
    events: list[Event] = []
    before: Loaded[Customer | None]
    if known and known[0].holder:
        id = known[0].holder
        found = executor.load(CUSTOMER, id)
        before = found
        events += _contested(executor, before, known, contested)
        events += _told_name(before, id, [each for each in points if not each.shared])
    else:
        name = next((contact.name for contact in contacts if contact.name), None)
        new = new or RegisterCustomer(customer_id=drawn or new_id("customer"), name=name)
        id = new.customer_id
        before = NOTHING
        events += customer.decide(None, new, now)
    state = evolved(id, before, events, 0).state
    met: list[Change] = []
    for each in points:
        if not each.contact.value:
            continue  # only a name came
        if each.holder is None or (each.shared and not known):
            # Whoever has the contact point was a stranger before, and becomes this customer.
            if not each.shared and (change := became(executor, each.contact, id)) is not None:
                met.append(change)
                events += customer.with_stranger(state, id, change.stream_id, merged=True)
            kind, said = each.contact.kind, each.contact.value
            add = AddContactPoint(customer_id=id, contact_kind=kind, value=said, compared=each.compared)
            events += customer.decide(state, add, now)
    met += _words_contested(executor, id, points)
    taken = [(*each.takes, id) for each in points if each.takes and not each.shared and each.holder in (None, id)]
    return FoundByName(id, [Change(id, before, events), *met], taken)


def _contested(
    executor: CommandExecutor, before: Loaded[Customer | None], known: Sequence[Held], contested: str
) -> Iterator[Event]:
    """That contact points of two people were told of as one's."""
    first = known[0].holder
    others = {each.holder: each.contact.kind for each in known if each.holder and each.holder != first}
    for other, kind in others.items():
        if first is None or shown_as(executor.load, first) == shown_as(executor.load, other):
            continue
        if contested == "refuse":
            what_to_do = "merge them if it is one person, or move or share a contact point"
            raise Refusal("contact-points-differ", f"{first} and {other} have these contact points; {what_to_do}")
        undecided = before.state is not None and other not in before.state.contested
        if undecided and may_be_one(executor.load, first, other):
            yield ContactPointContested(customer_id=first, contact_kind=kind, other_id=other)


def _words_contested(executor: CommandExecutor, customer_id: str, points: Sequence[Held]) -> Iterator[Change]:
    """That a former release took a contact point of this customer's for one of somebody else's."""
    for formerly in dict.fromkeys(each.formerly for each in points):
        if formerly in (None, customer_id):
            continue
        before = executor.load(CUSTOMER, formerly)
        kind = next(each.contact.kind for each in points if each.formerly == formerly)
        if before.state is not None and not before.state.erased and customer_id not in before.state.words_contested:
            event = WordsContested(customer_id=formerly, contact_kind=kind, other_id=customer_id)
            yield Change(formerly, before, [event])


def told_name(executor: CommandExecutor, contact: ContactPoint, customer_id: str) -> list[Change]:
    """The name that a gateway told with a contact point of this customer, where none is known. Part of other
    commands."""
    # Only whose the contact point may be is looked at: most messages bring a name, and need nothing of their sender.
    if contact.name is None or customer_id not in executor.named(*names_of(executor, [contact])):
        return []
    before = executor.load(CUSTOMER, customer_id)
    if before.state is None or before.state.named:
        return []
    points = [each for each in held(executor, [contact]) if each.holder == customer_id and not each.shared]
    return [Change(customer_id, before, list(_told_name(before, customer_id, points)))] if points else []


def _told_name(before: Loaded[Customer | None], customer_id: str, points: Sequence[Held]) -> Iterator[Event]:
    names = (each.contact.name for each in points if each.contact.name and each.holder in (None, customer_id))
    if before.state is not None and not before.state.named and (name := next(names, None)):
        yield NameChanged(customer_id=customer_id, name=name)


class OfCustomer(Protocol):
    """The state of an aggregate that belongs to a customer."""

    @property
    def customer_id(self) -> str: ...


T = TypeVar("T", bound=OfCustomer)
E = TypeVar("E", bound=Event)


def check_theirs(
    executor: CommandExecutor, stream: Stream[T, E], id: str, customer_id: str, *, to_them: bool = False
) -> None:
    """Check that the aggregate exists and belongs to this customer. Part of other commands.

    `to_them`: the customer asks, and must not learn what others have. Raises Refusal `not-found`, `not-theirs`.
    """
    if executor.existing(stream, id).state.customer_id != customer_id:
        if to_them:
            raise NotFound(f"the {stream.kind}")
        raise Refusal("not-theirs", f"{id} is not this customer's; check the ids")


def register(executor: CommandExecutor, contacts: Sequence[ContactPoint], context: Context) -> Answer:
    """Register a customer by contact points, or find the customer of the first known point and add the other points.

    Raises Refusal `contact-points-differ`, or as `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        found = customer_for(executor, contacts, contested="refuse")
        return UnitOfWork(found.id, found.changes, list(found.unique_keys), subject=found.id)

    body = body_of(context, contacts)
    return executor.run(context, work, body=body, names=names_of(executor, contacts))


def act(executor: CommandExecutor, command: CustomerCommand, context: Context, *, only_of: str | None = None) -> Answer:
    """Run any other command on a customer; `only_of`: whom the command has to be about. Raises Refusal `forbidden` (who
    may not merge), `merge-cycle`, or as `domain.customer.decide`, `domain.customer.other_side` and
    `CommandExecutor.run`.

    A merge is one append to both streams, decided on both states. An erasure sets this one customer's tombstone and
    deletes the customer's unique keys; `erase` covers linked customers.
    """
    if isinstance(command, MergeCustomer | SeparateCustomer):
        check_may_merge(context)

    def work() -> UnitOfWork:
        if kind_of(command.customer_id) != "customer" or only_of not in (None, command.customer_id):
            raise NotFound(command.customer_id)
        before = executor.load(CUSTOMER, command.customer_id)
        events = customer.decide(before.state, command, executor.clock())
        both = [
            other_side(executor, event) for event in events if isinstance(event, CustomerMerged | CustomerSeparated)
        ]
        forget = [command.customer_id] if isinstance(command, EraseCustomer) and events else []
        changes = [Change(command.customer_id, before, events), *both]
        for event in events:
            if isinstance(event, CustomerMerged):
                changes = list(_relied_on(executor, changes, event))
        return UnitOfWork(
            command.customer_id,
            changes,
            subject=command.customer_id if events else None,
            forget=forget,
        )

    streams = [command.customer_id, *([command.into] if isinstance(command, MergeCustomer) else [])]
    return executor.run(context, work, body=body_of(context, command), streams=streams)


def _relied_on(executor: CommandExecutor, changes: Sequence[Change], merged: CustomerMerged) -> Iterator[Change]:
    """The changes of a merge, with what relies on it at once."""
    again = relying_again(executor.load, merged)
    for change in changes:
        yield replace(change, events=[*change.events, *again.pop(change.stream_id, [])])
    for customer_id, events in again.items():
        before = executor.load(CUSTOMER, customer_id)
        yield Change(customer_id, before, events)


class LinkedMeanwhile(Exception):
    """Customers were linked with the one to be erased whose keys are not destroyed yet."""

    def __init__(self, customer_ids: Collection[str]) -> None:
        super().__init__(f"{len(customer_ids)} more")
        self.customer_ids = customer_ids


def erase(
    executor: CommandExecutor,
    customer_id: str,
    keyless: Collection[str],
    context: Context,
    *,
    kept: Collection[str] = (),
) -> Answer:
    """Erase a customer and every customer linked with it, in one append, but those who are `kept` by a legal hold.

    `keyless`: customers whose keys the key store has destroyed (`commands/customer/erasing.py`); they are erased in any
    case. Raises LinkedMeanwhile, or Refusal as `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        # Each gets an event, so that the append detects a merge or a separation that comes in between.
        if more := set(linked(executor.load, customer_id)).difference(keyless, kept):
            raise LinkedMeanwhile(more)
        changes = [_erased(executor, id) for id in sorted(keyless)]
        return UnitOfWork(customer_id, changes, forget=[change.stream_id for change in changes if change.events])

    return executor.run(context, work, body=erasure_body(customer_id, context), streams=list(keyless))


def check_may_erase(executor: CommandExecutor, customer_id: str, context: Context) -> Answer | None:
    """Check all that could refuse the erasure, before a key is destroyed. Answers the first answer, if this is a
    repeat. Raises Refusal `not-found`, `idempotency-key-reused`, `unavailable`."""
    shown_as(executor.read, customer_id)  # raises where there is nobody to erase
    return executor.check_command_id(context, erasure_body(customer_id, context))


def erasure_body(customer_id: str, context: Context) -> bytes | None:
    """What a repeat of the erasure has to bring again."""
    return body_of(context, EraseCustomer(customer_id=customer_id, requested_by=context.on_behalf_of))


def _erased(executor: CommandExecutor, customer_id: str) -> Change:
    if kind_of(customer_id) == STRANGER.kind:
        stranger = executor.load(STRANGER, customer_id)
        return Change(customer_id, stranger, decide_stranger(stranger.state, EraseStranger(stranger_id=customer_id)))
    before = executor.load(CUSTOMER, customer_id)
    events = customer.decide(before.state, EraseCustomer(customer_id=customer_id), executor.clock())
    return Change(customer_id, before, events)
