"""Command handlers of customers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from commands.customer.contact_points import ContactPoint, held, names_of
from commands.customer.links import check_may_merge, linked, other_side, shown_as
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded, evolved
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from commands.stranger import became
from domain import customer
from domain.customer import (
    CUSTOMER,
    AddContactPoint,
    Customer,
    CustomerCommand,
    CustomerMerged,
    CustomerSeparated,
    EraseCustomer,
    MergeCustomer,
    RegisterCustomer,
    SeparateCustomer,
)
from domain.kernel.event import Event
from domain.kernel.ids import kind_of, new_id
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.stranger import STRANGER, EraseStranger
from domain.stranger import decide as decide_stranger


@dataclass(frozen=True, slots=True)
class FoundByName:
    """The result of a look-up by names: a known id, or the changes that make it known."""

    id: str
    changes: Sequence[Change] = ()
    unique_keys: Sequence[tuple[KeyKind, str, str]] = ()


def customer_for(
    executor: CommandExecutor, contacts: Sequence[ContactPoint], new: RegisterCustomer | None = None
) -> FoundByName:
    """The customer of the first known contact point, with the other points added; a new customer where none is known.

    `new`: data for a new customer. Part of other commands.
    """
    points = held(executor, contacts)
    now = executor.clock()
    id = next((each.holder for each in points if each.holder), None)
    if id is None:
        name = next((contact.name for contact in contacts if contact.name), None)
        new = new or RegisterCustomer(customer_id=new_id("customer"), name=name)
        id = new.customer_id
        before: Loaded[Customer | None] = NOTHING
        events = customer.decide(None, new, now)
        state = evolved(id, before, events, 0).state
    else:
        known = executor.load(CUSTOMER, id)
        before, events, state = known, [], known.state
    met: list[Change] = []
    for each in points:
        if each.holder is None:
            # Whoever has the contact point was a stranger before, and becomes this customer.
            if (change := became(executor, each.contact, id)) is not None:
                met.append(change)
                events += customer.with_stranger(state, id, change.stream_id, merged=True)
            kind, said = each.contact.kind, each.contact.value
            add = AddContactPoint(customer_id=id, contact_kind=kind, value=said, compared=each.compared)
            events += customer.decide(state, add, now)
    taken = [(*each.takes, id) for each in points if each.takes and each.holder in (None, id)]
    return FoundByName(id, [Change(id, before, events), *met], taken)


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

    Raises Refusal as `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        found = customer_for(executor, contacts)
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
        return UnitOfWork(
            command.customer_id,
            [Change(command.customer_id, before, events), *both],
            subject=command.customer_id if events else None,
            forget=forget,
        )

    streams = [command.customer_id, *([command.into] if isinstance(command, MergeCustomer) else [])]
    return executor.run(context, work, body=body_of(context, command), streams=streams)


class LinkedMeanwhile(Exception):
    """Customers were linked with the one to be erased whose keys are not destroyed yet."""

    def __init__(self, customer_ids: Collection[str]) -> None:
        super().__init__(f"{len(customer_ids)} more")
        self.customer_ids = customer_ids


def erase(executor: CommandExecutor, customer_id: str, keyless: Collection[str], context: Context) -> Answer:
    """Erase a customer and every customer linked with it, in one append.

    `keyless`: customers whose keys the key store has destroyed (`commands/customer/erasing.py`); they are erased in any
    case. Raises LinkedMeanwhile, or Refusal as `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        # Each gets an event, so that the append detects a merge or a separation that comes in between.
        if more := set(linked(executor.load, customer_id)).difference(keyless):
            raise LinkedMeanwhile(more)
        changes = [_erased(executor, id) for id in sorted(keyless)]
        return UnitOfWork(customer_id, changes, forget=[change.stream_id for change in changes if change.events])

    return executor.run(context, work, body=_erasure(customer_id, context), streams=list(keyless))


def check_may_erase(executor: CommandExecutor, customer_id: str, context: Context) -> None:
    """Check all that could refuse the erasure, before a key is destroyed. Raises Refusal `not-found`,
    `idempotency-key-reused`, `unavailable`."""
    shown_as(executor.read, customer_id)  # raises where there is nobody to erase
    executor.check_command_id(context, _erasure(customer_id, context))


def _erasure(customer_id: str, context: Context) -> bytes | None:
    return body_of(context, EraseCustomer(customer_id=customer_id))


def _erased(executor: CommandExecutor, customer_id: str) -> Change:
    if kind_of(customer_id) == STRANGER.kind:
        stranger = executor.load(STRANGER, customer_id)
        return Change(customer_id, stranger, decide_stranger(stranger.state, EraseStranger(stranger_id=customer_id)))
    before = executor.load(CUSTOMER, customer_id)
    events = customer.decide(before.state, EraseCustomer(customer_id=customer_id), executor.clock())
    return Change(customer_id, before, events)
