"""Command handlers of legal holds. A hold stops what would erase; an erasure that was asked for waits, and is done when
the hold ends (`commands/customer/deferred.py`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import cast

from commands.customer.links import linked
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor, Load
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER
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
from domain.stranger import STRANGER

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


def check_free(executor: CommandExecutor, customer_id: str, conversation_ids: Collection[str]) -> None:
    """Check that no hold covers these conversations of a customer: neither one of the conversations, nor of another
    into which they were merged, nor of all that is the customer's or of who is the same person. Raises UnderHold,
    Refusal `not-found`."""
    shown = {each for id in conversation_ids for each in _shown_at(executor, id)}
    for each in linked(executor.read, customer_id):
        state = executor.read(HOLDS, stream_of(each)).state
        if state is not None and state.covers(shown):
            raise UnderHold(each)


def check_free_elsewhere(executor: CommandExecutor, conversation_ids: Iterable[str]) -> None:
    """Check that no hold covers any of these conversations, in which somebody to be erased took part. Raises
    UnderHold."""
    for id in conversation_ids:
        if (conversation := executor.read(CONVERSATION, id).state) is not None:
            check_free(executor, conversation.customer_id, [id])


def begin_erasure(executor: CommandExecutor, people: Collection[str], context: Context) -> None:
    """Record that the erasure of these people begins, unless it began before or they are erased. Who places a hold at
    the same moment comes before this, or is refused. Raises UnderHold, or Refusal as `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        changes = []
        for id in sorted(people):
            before = executor.load(HOLDS, stream_of(id))
            if before.state is not None and before.state.covers():
                raise UnderHold(id)
            changes.append(Change(stream_of(id), before, [] if erased(executor.load, id) else begin(before.state, id)))
        return UnitOfWork(min(people), changes)

    executor.run(replace(context, command_id=None), work, streams=[*people, *map(stream_of, people)])


def erasure_of(person_id: str, context: Context) -> ErasureDeferred:
    """The erasure of a person, to be deferred."""
    return _deferred(context, person_id=person_id)


def removal_of(conversation_id: str, message_id: str, context: Context) -> ErasureDeferred:
    """The removal of one message, to be deferred."""
    return _deferred(context, conversation_id=conversation_id, message_id=message_id)


def _deferred(context: Context, **what: str) -> ErasureDeferred:
    return ErasureDeferred(erasure_id="", customer_id="", asked_by=context.actor.id, reason=context.reason, **what)


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
    """Whether a customer or a stranger is erased."""
    state = read(STRANGER, person_id).state if kind_of(person_id) == STRANGER.kind else read(CUSTOMER, person_id).state
    return state is None or state.erased
