"""Command handlers that put right how a customer is reached: contact points are added, removed, moved, shared."""

from __future__ import annotations

from collections.abc import Sequence

from commands.customer import failing
from commands.customer.contact_points import ContactPoint, Held, held, names_of, points
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import Loaded
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.stranger import became
from domain.customer import (
    CUSTOMER,
    AddContactPoint,
    ContactPointAdded,
    ContactPointRemoved,
    ContactPointShared,
    Customer,
    MoveContactPoint,
    RemoveContactPoint,
    ShareContactPoint,
    with_stranger,
)
from domain.customer.contact_point import check_usable
from domain.customer.decisions import check_there
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.stranger import STRANGER

SHARED = "shared"
"""What the unique key of a shared contact point names: nobody."""


def act(
    executor: CommandExecutor,
    command: AddContactPoint | RemoveContactPoint | MoveContactPoint | ShareContactPoint,
    context: Context,
) -> Answer:
    """Add, remove, move or share a contact point. A conversation stays with the customer whose it is.

    Raises Refusal `not-found`, `customer-erased`, `contact-point-unknown`, `contact-point-taken`,
    `contact-point-unusable`, or as `CommandExecutor.run`.
    """
    contact = ContactPoint(command.contact_kind, command.value)

    def work() -> UnitOfWork:
        before = _there(executor, command.customer_id)
        (point,) = held(executor, [contact])
        recorded = points(executor, command.customer_id, contact, before.version)
        if isinstance(command, AddContactPoint):
            check_usable(command.contact_kind, command.value, executor.comparing)
            return _added(executor, command.customer_id, before, point, recorded)
        if not recorded:
            raise Refusal("contact-point-unknown", f"{command.customer_id} has no such contact point; check the ids")
        match command:
            case RemoveContactPoint():
                return _removed(executor, command.customer_id, before, point, recorded)
            case MoveContactPoint():
                return _moved(executor, command, before, point, recorded)
            case ShareContactPoint():
                return _shared(executor, command, before, point, recorded)

    streams = [command.customer_id, *([command.into] if isinstance(command, MoveContactPoint) else [])]
    names = names_of(executor, [contact])
    return executor.run(context, work, body=body_of(context, command), streams=streams, names=names)


def _there(executor: CommandExecutor, customer_id: str) -> Loaded[Customer]:
    found = executor.load(CUSTOMER, customer_id)
    return Loaded(check_there(found.state, customer_id), found.version, found.position)


def _added(
    executor: CommandExecutor, customer_id: str, before: Loaded[Customer], point: Held, recorded: Sequence[str]
) -> UnitOfWork:
    if not point.shared and point.holder not in (None, customer_id):
        raise Refusal("contact-point-taken", f"{point.holder} has it; move it from there, or share it")
    events: list[Event] = [] if recorded else [_addition(customer_id, point, point.contact.value)]
    met = None if recorded or point.shared else became(executor, point.contact, customer_id)
    if met is not None:  # whoever has it was a stranger before, and is this customer
        events += with_stranger(before.state, customer_id, met.stream_id, merged=True)
    taken = [(*point.takes, customer_id)] if point.takes and not point.shared else []
    changes = [Change(customer_id, before, events), *([met] if met else [])]
    return UnitOfWork(customer_id, changes, taken, subject=customer_id)


def _addition(customer_id: str, point: Held, said: str) -> ContactPointAdded:
    kind = point.contact.kind
    return ContactPointAdded(customer_id=customer_id, contact_kind=kind, value=said, compared=point.compared)


def _removed(
    executor: CommandExecutor, customer_id: str, before: Loaded[Customer], point: Held, recorded: Sequence[str]
) -> UnitOfWork:
    kind = point.contact.kind
    known = failing.known(executor, customer_id, point.contact, before.version)
    events = failing.cleared(customer_id, point.contact, known)
    events += [ContactPointRemoved(customer_id=customer_id, contact_kind=kind, value=said) for said in recorded]
    # The key of a former release stays: whoever finds it looks at what the customer has.
    release = [point.contact.name_key(executor.comparing)] if point.holder == customer_id and not point.takes else []
    for by_stranger in point.contact.stranger_keys(executor.comparing):
        (stranger,) = executor.named(by_stranger)
        if stranger is not None and executor.existing(STRANGER, stranger).state.into == customer_id:
            release.append(by_stranger)  # who writes from there is not the stranger who became this customer
    return UnitOfWork(customer_id, [Change(customer_id, before, events)], subject=customer_id, release=release)


def _moved(
    executor: CommandExecutor,
    command: MoveContactPoint,
    before: Loaded[Customer],
    point: Held,
    recorded: Sequence[str],
) -> UnitOfWork:
    into = _there(executor, command.into)
    if command.into == command.customer_id:
        return UnitOfWork(command.into, [Change(command.into, into, [])], subject=command.into)
    removed = _removed(executor, command.customer_id, before, point, recorded)
    there = points(executor, command.into, point.contact, into.version)
    added = [] if there else [_addition(command.into, point, recorded[0])]
    held_before = point.holder == command.customer_id
    taken = [(*point.contact.name_key(executor.comparing), command.into)] if held_before else []
    changes = [*removed.changes, Change(command.into, into, added)]
    subject, participant = command.into, command.customer_id
    return UnitOfWork(command.into, changes, taken, subject=subject, participant=participant, release=removed.release)


def _shared(
    executor: CommandExecutor,
    command: ShareContactPoint,
    before: Loaded[Customer],
    point: Held,
    recorded: Sequence[str],
) -> UnitOfWork:
    id, kind = command.customer_id, command.contact_kind
    if point.shared == command.shared:
        return UnitOfWork(id, [Change(id, before, [])], subject=id)
    events = [
        ContactPointShared(customer_id=id, contact_kind=kind, value=said, shared=command.shared) for said in recorded
    ]
    keys = point.contact.shared_keys(executor.comparing)
    taken = [(*keys[0], SHARED)] if command.shared else []
    release = [] if command.shared else [key for key in keys if executor.named(key) != [None]]
    return UnitOfWork(id, [Change(id, before, events)], taken, subject=id, release=release)
