"""Command handlers of promises. Every handler answers with the position at which its effect shows."""

from __future__ import annotations

from commands.customer.handlers import check_theirs
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.legible import check_legible
from domain import promise
from domain.conversation.state import CONVERSATION
from domain.customer import CUSTOMER
from domain.kernel.refusal import Refusal
from domain.order.decisions import promise_delivery
from domain.order.state import ORDER
from domain.promise import PROMISE, DetectOverdue, MakePromise, PromiseCommand


def make(executor: CommandExecutor, command: MakePromise, context: Context) -> Answer:
    """Make a promise to a customer, in a conversation or about one of the customer's orders.

    The order records a promise of its delivery, too, and is thereby kept when the order is delivered
    (`commands/order.py`); one such promise stands at a time. Raises Refusal `not-found`, `not-theirs`,
    `delivery-promised`, or as `domain.promise.decide`, `domain.order.decisions.promise_delivery` and
    `CommandExecutor.run`.
    """

    def work() -> UnitOfWork:
        check_legible(context, command)
        executor.existing(CUSTOMER, command.customer_id)
        if command.conversation_id:
            check_theirs(executor, CONVERSATION, command.conversation_id, command.customer_id)
        if command.order_id:
            check_theirs(executor, ORDER, command.order_id, command.customer_id)
        made = promise.decide(None, command, context.counted_at(executor.clock()))
        changes = [Change(command.promise_id, NOTHING, made)]
        if command.delivery and command.order_id:
            changes.append(_promised_delivery(executor, command, command.order_id))
        return UnitOfWork(command.promise_id, changes, subject=command.customer_id)

    streams = [command.customer_id, *filter(None, (command.conversation_id, command.order_id))]
    return executor.run(context, work, body=body_of(context, command), streams=streams)


def act(executor: CommandExecutor, promise_id: str, command: PromiseCommand, context: Context) -> Answer:
    """Run any other command on a promise: keep, break, revise or withdraw it.

    Raises Refusal as `domain.promise.decide` and `CommandExecutor.run`.
    """
    return _decided(executor, promise_id, command, context, body_of(context, command, promise_id))


def detect_overdue(executor: CommandExecutor, promise_id: str, command: DetectOverdue, context: Context) -> Answer:
    """Record that a promise's date passed. The promise's stream decides whether that is so.

    The time of the detection does not count for a repeat: two detections of the same date are one. Raises as `act`.
    """
    return _decided(executor, promise_id, command, context, body_of(context, promise_id, command.due_at))


def _promised_delivery(executor: CommandExecutor, command: MakePromise, order_id: str) -> Change:
    before = executor.existing(ORDER, order_id)
    if (earlier := before.state.promise_id) and executor.existing(PROMISE, earlier).state.end is None:
        raise Refusal("delivery-promised", f"{earlier} promises this delivery already; revise it")
    return Change(order_id, before, promise_delivery(before.state, command.promise_id, command.due_at))


def _decided(
    executor: CommandExecutor,
    promise_id: str,
    command: PromiseCommand | DetectOverdue,
    context: Context,
    body: bytes | None,
) -> Answer:
    def work() -> UnitOfWork:
        before = executor.existing(PROMISE, promise_id)
        check_legible(context, command)
        events = promise.decide(before.state, command, context.counted_at(executor.clock()))
        return UnitOfWork(promise_id, [Change(promise_id, before, events)], subject=before.state.customer_id)

    return executor.run(context, work, body=body, streams=[promise_id])
