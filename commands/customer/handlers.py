"""What can be asked about a customer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from commands.customer.links import check_may_merge, linked, other_side, shown_as
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING, Loaded, evolved
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain import customer
from domain.customer import (
    CUSTOMER,
    AddContactPoint,
    ContactKind,
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


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A way to reach somebody. One contact point, one customer; `name` is used when the customer is new."""

    kind: ContactKind
    value: str
    name: str | None = None

    @property
    def name_key(self) -> tuple[KeyKind, str]:
        """The unique key of this contact point. Case and blanks around do not make another person of somebody."""
        return "contact-point", f"{self.kind}\x00{self.value.strip().casefold()}"


@dataclass(frozen=True, slots=True)
class FoundByName:
    """Something by its names: known, or with what has to be appended to make it known."""

    id: str
    changes: Sequence[Change] = ()
    unique_keys: Sequence[tuple[KeyKind, str, str]] = ()


def customer_for(
    executor: CommandExecutor, contacts: Sequence[ContactPoint], new: RegisterCustomer | None = None
) -> FoundByName:
    """Whom the first known contact point belongs to, with the others added; somebody new where none is known.

    `new` says more of them in that case. Part of other commands.
    """
    by_key = {contact.name_key: contact for contact in contacts}
    holders = executor.named(*by_key)
    now = executor.clock()
    id = next((holder for holder in holders if holder), None)
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
    free = [
        (name_key, contact) for (name_key, contact), holder in zip(by_key.items(), holders, strict=True) if not holder
    ]
    for _, contact in free:
        add = AddContactPoint(customer_id=id, contact_kind=contact.kind, value=contact.value)
        events += customer.decide(state, add, now)
    return FoundByName(id, [Change(id, before, events)], [(*name_key, id) for name_key, _ in free])


class OfCustomer(Protocol):
    """The state of something that is a customer's."""

    @property
    def customer_id(self) -> str: ...


T = TypeVar("T", bound=OfCustomer)
E = TypeVar("E", bound=Event)


def check_theirs(
    executor: CommandExecutor, stream: Stream[T, E], id: str, customer_id: str, *, to_them: bool = False
) -> None:
    """Check that a thing of this kind exists and is this customer's. Part of other commands.

    `to_them`: the customer asks, and must not learn what others have. Raises Refusal `not-found`, `not-theirs`.
    """
    if executor.existing(stream, id).state.customer_id != customer_id:
        if to_them:
            raise NotFound(f"the {stream.kind}")
        raise Refusal("not-theirs", f"{id} is not this customer's; check the ids")


def register(executor: CommandExecutor, contacts: Sequence[ContactPoint], context: Context) -> Answer:
    """Take up a customer by their contact points, or find whom the first known one belongs to and add the others.

    Raises Refusal as `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        found = customer_for(executor, contacts)
        return UnitOfWork(found.id, found.changes, list(found.unique_keys), subject=found.id)

    body = body_of(context, contacts)
    return executor.run(context, work, body=body, names=[contact.name_key for contact in contacts])


def act(executor: CommandExecutor, command: CustomerCommand, context: Context, *, only_of: str | None = None) -> Answer:
    """Ask anything else about a customer; `only_of`: who it has to be. Raises Refusal `forbidden` (who may not merge),
    `merge-cycle`, or as `domain.customer.decide`, `domain.customer.other_side` and `CommandExecutor.run`.

    A merge is one append to both streams, decided on both. Erasing puts this one customer behind the log's fence and
    deletes their unique keys; whoever is linked with them is erased by `erase`.
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
    """Others were merged with who is to be erased, and their keys are not destroyed yet."""

    def __init__(self, customer_ids: Collection[str]) -> None:
        super().__init__(f"{len(customer_ids)} more")
        self.customer_ids = customer_ids


def erase(executor: CommandExecutor, customer_id: str, keyless: Collection[str], context: Context) -> Answer:
    """Erase a customer, and with them everybody who is linked with them, in one append.

    `keyless`: whose keys the vault has destroyed for it (`commands/customer/erasing.py`); they are erased in any
    case. Raises LinkedMeanwhile, or Refusal as `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        # Each of them gets an event, so that the append finds out where somebody is merged or separated meanwhile.
        if more := set(linked(executor.load, customer_id)).difference(keyless):
            raise LinkedMeanwhile(more)
        changes = [_erased(executor, id) for id in sorted(keyless)]
        return UnitOfWork(customer_id, changes, forget=[change.stream_id for change in changes if change.events])

    return executor.run(context, work, body=_erasure(customer_id, context), streams=list(keyless))


def check_may_erase(executor: CommandExecutor, customer_id: str, context: Context) -> None:
    """Whatever would have the command refused is found out before a key is destroyed for it. Raises Refusal
    `not-found`, `idempotency-key-reused`, `unavailable`."""
    shown_as(executor.read, customer_id)  # or there is nobody to erase
    executor.check_command_id(context, _erasure(customer_id, context))


def _erasure(customer_id: str, context: Context) -> bytes | None:
    return body_of(context, EraseCustomer(customer_id=customer_id))


def _erased(executor: CommandExecutor, customer_id: str) -> Change:
    before = executor.load(CUSTOMER, customer_id)
    events = customer.decide(before.state, EraseCustomer(customer_id=customer_id), executor.clock())
    return Change(customer_id, before, events)
