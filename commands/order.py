"""Command handlers of orders."""

from __future__ import annotations

from collections.abc import Mapping

from commands.customer.handlers import FoundByName
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, KeyKind, UnitOfWork
from domain import promise
from domain.customer import CUSTOMER
from domain.kernel.refusal import Refusal
from domain.order import decisions as order
from domain.order.commands import CancelOrder, DeliverOrder, OrderCommand, PlaceOrder, ReturnOrder
from domain.order.state import ORDER
from domain.promise import PROMISE, KeepPromise, WithdrawPromise


def order_for(executor: CommandExecutor, command: PlaceOrder) -> FoundByName:
    """The order with this number, known or new. Part of other commands. Raises Refusal `order-number-taken`."""
    if command.number is None:
        return _new(executor, command)
    number: tuple[KeyKind, str] = ("order-number", command.number)
    (known,) = executor.named(number)
    if known is None:
        return _new(executor, command, (*number, command.order_id))
    before = executor.existing(ORDER, known)
    if before.state.customer_id != command.customer_id:
        raise Refusal("order-number-taken", f"{known} of another customer has this number; check who ordered")
    return FoundByName(known, [Change(known, before, [])])


def place(executor: CommandExecutor, command: PlaceOrder, context: Context) -> Answer:
    """Record an order of a known customer. An order number belongs to one order: the same number again finds the same
    order. Raises Refusal `not-found`, `order-number-taken` (by another customer), or as `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        executor.existing(CUSTOMER, command.customer_id)
        found = order_for(executor, command)
        return UnitOfWork(found.id, found.changes, list(found.unique_keys), subject=command.customer_id)

    return executor.run(context, work, body=body_of(context, command), streams=[command.customer_id])


def act(executor: CommandExecutor, order_id: str, command: OrderCommand, context: Context) -> Answer:
    """Run any other command on an order: ship, deliver, check, cancel or return it.

    A standing promise of the delivery is kept by the delivery, or withdrawn if the order will not come any more.
    Raises Refusal as `domain.order.decisions.decide` and `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        before = executor.existing(ORDER, order_id)
        events = order.decide(before.state, command, executor.clock())
        changes = [Change(order_id, before, events)]
        if before.state.promise_id and (ending := _ENDS.get(type(command))):
            promised = executor.existing(PROMISE, before.state.promise_id)
            if promised.state.end is None:
                ended = promise.decide(promised.state, ending(), executor.clock())
                changes.append(Change(before.state.promise_id, promised, ended))
        return UnitOfWork(order_id, changes, subject=before.state.customer_id)

    return executor.run(context, work, body=body_of(context, command, order_id), streams=[order_id])


def order_id(executor: CommandExecutor, number: str) -> str | None:
    """The id of the order with this number, if any."""
    return executor.find("order-number", number)


_ENDS: Mapping[type[OrderCommand], type[KeepPromise | WithdrawPromise]] = {
    DeliverOrder: KeepPromise,
    CancelOrder: WithdrawPromise,
    ReturnOrder: WithdrawPromise,
}
"""The commands that end an order, and what each does to the promise of the delivery."""


def _new(executor: CommandExecutor, command: PlaceOrder, *unique_keys: tuple[KeyKind, str, str]) -> FoundByName:
    events = order.decide(None, command, executor.clock())
    return FoundByName(command.order_id, [Change(command.order_id, NOTHING, events)], unique_keys)
