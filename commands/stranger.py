"""Command handlers of strangers: merging a stranger with a customer, undoing that, and erasing a stranger."""

from __future__ import annotations

from functools import partial

from commands import content, letters
from commands import hold as holds
from commands.customer.contact_points import ContactPoint, held, stranger_at
from commands.customer.links import check_may_merge, same_person
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.read_ahead import ReadAhead
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.hold import UnderHold
from commands.open_work import OpenWork
from domain.customer import CUSTOMER, with_stranger
from domain.customer.decisions import check_there
from domain.hold import ErasureDeferred
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.stranger import (
    STRANGER,
    EraseStranger,
    LeaveStrangerApart,
    MergeStranger,
    SeparateStranger,
    StrangerMet,
    decide,
    merged_already,
)


def became(executor: CommandExecutor, contact: ContactPoint, customer_id: str) -> Change | None:
    """The stranger who has this contact point becomes the customer; None where there is no such stranger. Part of other
    commands, which have the customer's side of it (`domain.customer.with_stranger`)."""
    stranger = stranger_at(executor, contact)
    if stranger is None:
        return None
    before = executor.existing(STRANGER, stranger)
    if before.state.erased or before.state.into is not None:
        return None
    return Change(stranger, before, decide(before.state, MergeStranger(stranger_id=stranger, into=customer_id)))


def compare(executor: CommandExecutor, stranger_id: str, context: Context) -> str | None:
    """Make a stranger known by the form in which the stranger's contact point is compared now. Answers who else is
    known by it, a customer or a stranger, who may be the same person, unless people left the two apart; nobody is
    merged.

    Raises Refusal `not-found`, `customer-erased`, or as `CommandExecutor.run`.
    """
    other: str | None = None

    def work() -> UnitOfWork:
        nonlocal other
        before = executor.existing(STRANGER, stranger_id)
        nothing = UnitOfWork(stranger_id, [Change(stranger_id, before, [])])
        other = None
        if before.state.erased or before.state.into is not None:
            return nothing
        contact = executor.read_ahead(
            f"met {stranger_id}", {stranger_id: before.version}, partial(_met, executor, stranger_id)
        )
        if contact is None or contact.empty:
            return nothing
        (point,) = held(executor, [contact])
        name = contact.stranger_key(executor.comparing)
        (known,) = executor.named(name)
        maybe = [None if point.shared else point.holder, known if known != stranger_id else None]
        other = next((each for each in maybe if each and not _apart(executor, stranger_id, each)), None)
        if known is not None:
            return nothing
        return UnitOfWork(stranger_id, nothing.changes, [(*name, stranger_id)], subject=stranger_id)

    executor.run(context, work, streams=[stranger_id])
    return other


def _met(executor: CommandExecutor, stranger_id: str) -> ReadAhead[ContactPoint | None]:
    stream = executor.log.streams([stranger_id])[stranger_id]
    met = (each.event for each in stream if isinstance(each.event, StrangerMet))
    points = [ContactPoint(each.contact_kind, each.value) for each in met]
    return ReadAhead({stranger_id: len(stream)}, points[0] if points else None)


def leave_apart(executor: CommandExecutor, command: LeaveStrangerApart, context: Context) -> Answer:
    """Leave a stranger and a customer, or two strangers, apart, so that it is proposed no more that they are one.

    Raises Refusal `forbidden`, `not-found`, `customer-erased`, `merge-with-itself`, `merged-already`, or as
    `CommandExecutor.run`.
    """
    check_may_merge(context)
    id, other = command.stranger_id, command.other_id

    def work() -> UnitOfWork:
        before = executor.existing(STRANGER, id)
        events = decide(before.state, command)
        if kind_of(other) == STRANGER.kind:
            decide(executor.existing(STRANGER, other).state, LeaveStrangerApart(stranger_id=other, other_id=id))
        else:
            check_there(executor.existing(CUSTOMER, other).state, other)
        if other in same_person(executor.load, id):
            raise Refusal("merged-already", f"{id} and {other} are merged; separate them first")
        nothing_new = not events or _apart(executor, id, other)
        return UnitOfWork(id, [Change(id, before, [] if nothing_new else events)], subject=None if nothing_new else id)

    return executor.run(context, work, body=body_of(context, command), streams=[id])


def _apart(executor: CommandExecutor, stranger_id: str, other_id: str) -> bool:
    """Whether people decided that a stranger and somebody else are two. Raises NotFound."""
    one = executor.existing(STRANGER, stranger_id).state
    if other_id in one.apart or kind_of(other_id) != STRANGER.kind:
        return other_id in one.apart
    return stranger_id in executor.existing(STRANGER, other_id).state.apart


def link(executor: CommandExecutor, command: MergeStranger | SeparateStranger, context: Context) -> Answer:
    """Merge a stranger with a customer, or undo that. Nothing is moved: what each of them said stays theirs.

    Raises Refusal `forbidden` (who may not merge), or as `domain.stranger.decide`, `domain.customer.with_stranger` and
    `CommandExecutor.run`.
    """
    check_may_merge(context)
    id = command.stranger_id

    def work() -> UnitOfWork:
        before = executor.existing(STRANGER, id)
        events = decide(before.state, command)
        other = command.into if isinstance(command, MergeStranger) else before.state.into
        assert other is not None
        customer = executor.existing(CUSTOMER, other)
        theirs = with_stranger(customer.state, other, id, merged=isinstance(command, MergeStranger))
        changes = [Change(id, before, events), Change(other, customer, theirs)]
        return UnitOfWork(id, changes, subject=other, participant=id)

    streams = [id, *([command.into] if isinstance(command, MergeStranger) else [])]
    return executor.run(context, work, body=body_of(context, command), streams=streams)


def erase(
    executor: CommandExecutor,
    command: EraseStranger,
    context: Context,
    open_work: OpenWork,
    *,
    waited: ErasureDeferred | None = None,
) -> Answer:
    """Erase a stranger: the key is destroyed, the log records the erasure, views wipe the stranger's text. A repeat
    finds the first erasure; after a crash half-way, a repeat or the next start does the rest, as for customers
    (`commands/customer/erasing.py`). While a legal hold covers a conversation in which the stranger took part, the
    erasure waits, and the answer has the id of what waits. `waited`: what is done now.

    A stranger who is merged is erased with the customer. Raises Refusal `not-found`, `merged-already`, `unavailable`,
    or as `CommandExecutor.run`.
    """
    stranger = executor.read(STRANGER, command.stranger_id).existing(STRANGER.kind).state
    if stranger.into is not None and not stranger.erased:
        raise merged_already(command.stranger_id, stranger.into)
    body = body_of(context, command)
    first = executor.check_command_id(context, body)
    if first is not None and kind_of(first.id) == holds.DEFERRED:
        return first
    if not stranger.erased and (deferred := _begin_or_defer(executor, command, context, body, open_work, waited)):
        return deferred
    executor.log.vault.destroy(command.stranger_id)
    letters.destroy(executor, command.stranger_id)
    answer = record_erasure(executor, command, context)
    content.destroy(executor, command.stranger_id)
    return answer


def _begin_or_defer(
    executor: CommandExecutor,
    command: EraseStranger,
    context: Context,
    body: bytes | None,
    open_work: OpenWork,
    waited: ErasureDeferred | None,
) -> Answer | None:
    """Begin the erasure; or the answer of what waits, while a legal hold stands."""
    id = command.stranger_id
    while True:
        try:
            took_part_in = open_work.of_participant(id, executor.log.position())
            holds.begin_erasure(executor, [id], context, took_part_in=took_part_in)
            return None
        except UnderHold as held:
            if deferred := holds.defer(executor, held, waited or holds.erasure_of(id, context), context, body):
                return deferred


def record_erasure(executor: CommandExecutor, command: EraseStranger, context: Context) -> Answer:
    """Record the erasure of a stranger whose key is destroyed. Raises as `erase`."""
    id = command.stranger_id

    def work() -> UnitOfWork:
        before = executor.load(STRANGER, id)
        events = decide(before.state, command)
        return UnitOfWork(id, [Change(id, before, events)], forget=[id] if events else [])

    return executor.run(context, work, body=body_of(context, command), streams=[id])
