"""Command handlers of legal holds. A hold stops what would erase; an erasure that was asked for waits, and is done when
the hold ends (`commands/customer/deferred.py`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import cast

from commands.customer.links import linked
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor, Load
from commands.executor.state_cache import Loaded
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER, Customer, CustomerMerged
from domain.customer.decisions import check_there
from domain.hold import (
    HOLDS,
    ErasureDeferred,
    ExpireHolds,
    HoldConversation,
    HoldCustomer,
    HoldPlaced,
    Holds,
    ReleaseHold,
    RemovalBegun,
    begin,
    expire,
    place,
    release,
    stream_of,
    stream_with,
    waits_already,
)
from domain.kernel.event import Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.staff import STAFF, Staff
from domain.stranger import STRANGER, Stranger

_CHANGES = frozenset({HoldPlaced.stored_name, CustomerMerged.stored_name})
"""The events by which somebody comes under a hold."""

DEFERRED = "erasure"
"""The kind of the id of a deferred erasure: the answer of a command that waits for the end of a hold."""


class UnderHold(Exception):
    """A hold of this customer stands, and what was asked for has to wait."""

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"a hold of {customer_id} stands")
        self.customer_id = customer_id


def hold(executor: CommandExecutor, command: HoldCustomer | HoldConversation, context: Context) -> Answer:
    """Place a hold. Raises Refusal `input-invalid` (no reason), `not-found`, `customer-erased`, or as
    `domain.hold.place` and `CommandExecutor.run`."""
    _check_reason(context, "it is held")
    of_one = isinstance(command, HoldConversation)
    named = command.conversation_id if isinstance(command, HoldConversation) else command.customer_id

    def work() -> UnitOfWork:
        customer_id = executor.existing(CONVERSATION, named).state.customer_id if of_one else named
        check_there(executor.load(CUSTOMER, customer_id).state, customer_id)
        before = executor.load(HOLDS, stream_of(customer_id))
        events = place(before.state, customer_id, named if of_one else None, command.until, executor.clock())
        return UnitOfWork(events[0].hold_id, [Change(stream_of(customer_id), before, events)], subject=customer_id)

    return executor.run(context, work, body=body_of(context, command), streams=[named])


def end(executor: CommandExecutor, command: ReleaseHold, context: Context) -> Answer:
    """Release a hold. Raises Refusal `input-invalid` (no reason), or as `domain.hold.release` and
    `CommandExecutor.run`."""
    _check_reason(context, "it is released")
    id = stream_with(command.hold_id)

    def work() -> UnitOfWork:
        before = executor.existing(HOLDS, id)
        return UnitOfWork(command.hold_id, [Change(id, before, release(before.state, command))])

    return executor.run(context, work, body=body_of(context, command), streams=[id])


def end_expired(
    executor: CommandExecutor, command: ExpireHolds, context: Context, *, not_before: datetime | None = None
) -> Answer:
    """Record which holds of a customer have ended by themselves. `not_before`: by another clock, it is so late already.
    Raises Refusal as `CommandExecutor.run`."""
    id = stream_of(command.customer_id)

    def work() -> UnitOfWork:
        now = max(filter(None, (executor.clock(), not_before)))
        before = executor.load(HOLDS, id)
        return UnitOfWork(id, [Change(id, before, expire(before.state, command.customer_id, now))])

    return executor.run(context, work, body=body_of(context, command), streams=[id])


def holds_of(
    executor: CommandExecutor, customer_id: str
) -> tuple[list[Recorded[HoldPlaced]], list[Recorded[ErasureDeferred]]]:
    """The holds that stand on a customer, on who is the same person and on their conversations, and the erasures that
    wait for them, each as it was recorded. Raises Refusal `not-found`, Overloaded, UnreadableEvent."""
    standing: list[Recorded[HoldPlaced]] = []
    waiting: list[Recorded[ErasureDeferred]] = []
    ids = [stream_of(id) for id in linked(executor.read, customer_id)]
    for id, stream in executor.log.streams(ids, opened=False).items():
        state = executor.read(HOLDS, id).state or Holds()
        for each in stream:
            if isinstance(each.event, HoldPlaced) and each.event.hold_id in state.standing:
                standing.append(cast("Recorded[HoldPlaced]", each))
            elif isinstance(each.event, ErasureDeferred) and each.event.erasure_id in state.waiting:
                waiting.append(cast("Recorded[ErasureDeferred]", each))
    return standing, waiting


# -- what erases asks


Holding = Mapping[str, Set[str]]
"""Of each customer whose holds count: the conversations that a hold may cover."""


def holding(executor: CommandExecutor, customer_id: str, conversation_ids: Collection[str]) -> Holding:
    """Whose holds cover these conversations of a customer: the customer's, and those of who is the same person; on one
    of the conversations, or on another into which they were merged. Raises Refusal `not-found`."""
    shown = {each for id in conversation_ids for each in _shown_at(executor, id)}
    return dict.fromkeys(linked(executor.read, customer_id), shown)


def begin_erasure(
    executor: CommandExecutor,
    people: Collection[str],
    context: Context,
    *,
    same: Collection[str] = (),
    took_part_in: Iterable[str] = (),
) -> None:
    """Record that the erasure of these people begins, unless it began before or they are erased. `same`: who is the
    same person and not erased with them; `took_part_in`: conversations of others. No hold may cover any of it: who
    places one at the same moment comes before this, or after it. Raises UnderHold, or Refusal as
    `CommandExecutor.run`."""
    elsewhere: dict[str, Set[str]] = {}
    for id in took_part_in:
        if (conversation := executor.read(CONVERSATION, id).state) is not None:
            for each, shown in holding(executor, conversation.customer_id, [id]).items():
                elsewhere[each] = elsewhere.get(each, frozenset()) | shown

    def work() -> UnitOfWork:
        unchanged = _uncovered(executor, {**elsewhere, **dict.fromkeys([*people, *same])})
        changes = []
        for id in sorted(people):
            before = unchanged.pop(stream_of(id))
            changes.append(Change(stream_of(id), before, [] if erased(executor.load, id) else begin(before.state, id)))
        return UnitOfWork(min(people), changes, unchanged=unchanged)

    streams = [*people, *map(stream_of, {*people, *same, *elsewhere})]
    executor.run(replace(context, command_id=None), work, streams=streams)


def changed_since(executor: CommandExecutor, position: int) -> bool:
    """Whether a hold was placed after this position of the log, or customers were merged: who is under a hold may be
    others now. Raises Overloaded."""
    while records := executor.log.read(position):
        if any(each.topic in _CHANGES for each in records):
            return True
        position = records[-1].id
    return False


def begin_removal(
    executor: CommandExecutor,
    customer_id: str,
    conversation_id: str,
    message_id: str,
    shown_in: Collection[str],
    context: Context,
) -> None:
    """Record that a message of a customer begins to be taken out, unless that began before. `shown_in`: the
    conversations that show the message. No hold may cover them, as with `begin_erasure`. Raises UnderHold, or Refusal
    as `CommandExecutor.run`."""
    held_by, own = holding(executor, customer_id, shown_in), stream_of(customer_id)

    def work() -> UnitOfWork:
        before = executor.load(HOLDS, own)
        if before.state is not None and message_id in before.state.removing:
            return UnitOfWork(own, [Change(own, before, [])])
        unchanged = _uncovered(executor, held_by)
        begun = RemovalBegun(customer_id=customer_id, conversation_id=conversation_id, message_id=message_id)
        return UnitOfWork(own, [Change(own, unchanged.pop(own), [begun])], unchanged=unchanged)

    executor.run(replace(context, command_id=None), work, streams=[stream_of(each) for each in held_by])


def _uncovered(executor: CommandExecutor, holding: Mapping[str, Set[str] | None]) -> dict[str, Loaded[Holds | None]]:
    """The holds of these people, by stream, none of which covers the person's conversations (None: any of them). Part
    of other commands. Raises UnderHold."""
    loaded: dict[str, Loaded[Holds | None]] = {}
    for id, conversations in holding.items():
        before = executor.load(HOLDS, stream_of(id))
        loaded[stream_of(id)] = before
        if before.state is not None and before.state.covers(conversations):
            raise UnderHold(id)
    return loaded


def erasure_of(person_id: str, context: Context, people: Iterable[str] | None = None) -> ErasureDeferred:
    """The erasure of a person, to be deferred. `people`: who is the same person."""
    return _deferred(context, person_id=person_id, people=None if people is None else tuple(sorted(people)))


def removal_of(conversation_id: str, message_id: str, context: Context) -> ErasureDeferred:
    """The removal of one message, to be deferred."""
    return _deferred(context, conversation_id=conversation_id, message_id=message_id)


def _deferred(context: Context, **what: str | tuple[str, ...] | None) -> ErasureDeferred:
    fields = {"requested_by": context.on_behalf_of, "asked_by": context.actor.id, "reason": context.reason, **what}
    return ErasureDeferred.model_validate({"erasure_id": "", "customer_id": "", **fields})


def defer(
    executor: CommandExecutor, held: UnderHold, what: ErasureDeferred, context: Context, body: bytes | None
) -> Answer | None:
    """Record that an erasure waits for the holds of the customer in `held`; None where none stands any more. Who asks
    for the same again finds the first. Raises Refusal as `CommandExecutor.run`."""
    id = stream_of(held.customer_id)

    def work() -> UnitOfWork:
        before = executor.load(HOLDS, id)
        state = before.state or Holds()
        if not state.covers():
            raise _Over
        erasure_id = f"{DEFERRED}-{held.customer_id.partition('-')[2]}-{state.deferred + 1}"
        event = what.model_copy(update={"erasure_id": erasure_id, "customer_id": held.customer_id})
        known = waits_already(state, event)
        return UnitOfWork(known or erasure_id, [Change(id, before, [] if known else [event])])

    try:
        return executor.run(context, work, body=body, streams=[id])
    except _Over:
        return None


class _Over(Exception):
    """No hold stands any more."""


def _check_reason(context: Context, what: str) -> None:
    if not context.reason:
        raise Refusal("input-invalid", f"reason: say why {what}; no personal text")


def _shown_at(executor: CommandExecutor, conversation_id: str) -> Iterator[str]:
    """The conversation, the one into which it was merged, and so on."""
    id: str | None = conversation_id
    while id is not None:
        yield id
        state = executor.read(CONVERSATION, id).state
        id = state.merged_into if state is not None else None


def erased(read: Load, person_id: str) -> bool:
    """Whether a customer, a stranger or a staff member is erased."""
    state: Customer | Stranger | Staff | None
    match kind_of(person_id):
        case "stranger":
            state = read(STRANGER, person_id).state
        case "staff":
            state = read(STAFF, person_id).state
        case _:
            state = read(CUSTOMER, person_id).state
    return state is None or state.erased
