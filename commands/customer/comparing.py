"""Compares by the present rules what was compared otherwise, and proposes to people who may be one person, or two.

Nothing here merges or separates anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from commands import stranger as strangers
from commands.customer.contact_points import ContactPoint, Held, Name, held, points_of
from commands.customer.links import check_may_merge, may_be_one, shown_as
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.read_ahead import ReadAhead
from commands.executor.state_cache import evolved
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain import customer
from domain.customer import (
    CUSTOMER,
    CompareContactPoints,
    ContactPointCompared,
    ContactPointContested,
    Customer,
    DismissProposal,
    WordsContested,
)
from domain.customer.contact_point import folded_otherwise
from domain.customer.decisions import check_there
from domain.kernel.event import Event
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.stranger import STRANGER, LeaveStrangerApart


def compare(executor: CommandExecutor, command: CompareContactPoints, context: Context) -> Answer:
    """Record the form in which each contact point of the customer is compared now, where it was another or none, and
    take its unique key, where that is free. Where another customer has it, the two may be one person.

    Raises Refusal `not-found`, `customer-erased`, or as `CommandExecutor.run`.
    """
    id = command.customer_id

    def work() -> UnitOfWork:
        found = executor.load(CUSTOMER, id)
        state = check_there(found.state, id)
        events: list[Event] = []
        taken: set[Name] = set()
        for contact, formerly in _compared_otherwise(executor, id, found.version):
            (point,) = held(executor, [contact])
            events += _compared(executor, state, id, point, formerly=formerly)
            state = evolved(id, found, events, 0).state
            if point.takes and not point.shared and point.holder in (None, id):
                taken.add(point.takes)
        keys = [(*name, id) for name in sorted(taken)]
        return UnitOfWork(id, [Change(id, found, events)], keys, subject=id)

    return executor.run(context, work, body=body_of(context, command), streams=[id])


def _compared_otherwise(
    executor: CommandExecutor, customer_id: str, version: int
) -> Sequence[tuple[ContactPoint, bool]]:
    """The contact points of the customer that were compared otherwise than they are now, each with whether a former
    release recorded it. Raises ReadAheadNeeded."""

    def read() -> ReadAhead[Sequence[tuple[ContactPoint, bool]]]:
        # Texts are no part of a state.
        stream = executor.log.streams([customer_id])[customer_id]
        points = [(ContactPoint(each.contact_kind, each.value), each.compared) for each in points_of(stream)]
        otherwise = [
            (contact, before is None)
            for contact, before in points
            if not contact.empty and before != contact.compared(executor.comparing)
        ]
        return ReadAhead({customer_id: len(stream)}, otherwise)

    return executor.read_ahead(f"compared otherwise {customer_id}", {customer_id: version}, read)


def _compared(
    executor: CommandExecutor, state: Customer, customer_id: str, point: Held, *, formerly: bool
) -> Iterator[Event]:
    kind, value = point.contact.kind, point.contact.value
    yield ContactPointCompared(customer_id=customer_id, contact_kind=kind, value=value, compared=point.compared)
    if point.shared:
        return
    other = point.holder
    if other is not None and other not in state.contested and may_be_one(executor.load, customer_id, other):
        yield ContactPointContested(customer_id=customer_id, contact_kind=kind, other_id=other)
    if formerly and None not in state.words_contested and folded_otherwise(kind, value):
        yield WordsContested(customer_id=customer_id, contact_kind=kind)


def dismiss(executor: CommandExecutor, command: DismissProposal, context: Context) -> Answer:
    """Leave everything as it is, so that it is proposed no more.

    Raises Refusal `forbidden`, `not-found`, `customer-erased`, `merge-with-itself`, `merged-already`, or as
    `CommandExecutor.run`.
    """
    check_may_merge(context)
    id, other = command.customer_id, command.other_id
    if command.what == "same-person" and other is not None and kind_of(other) == STRANGER.kind:
        return strangers.leave_apart(executor, LeaveStrangerApart(stranger_id=other, other_id=id), context)

    def work() -> UnitOfWork:
        before = executor.load(CUSTOMER, id)
        events = customer.decide(before.state, command, executor.clock())
        if other is not None:
            check_there(executor.existing(CUSTOMER, other).state, other)
            if command.what == "same-person" and shown_as(executor.load, id) == shown_as(executor.load, other):
                raise Refusal("merged-already", f"{id} and {other} are merged; separate them first")
        return UnitOfWork(id, [Change(id, before, events)], subject=id if events else None)

    return executor.run(context, work, body=body_of(context, command), streams=[id])
