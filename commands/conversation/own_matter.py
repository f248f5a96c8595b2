"""A customer opens a matter of their own."""

from __future__ import annotations

from functools import partial

from commands.content import attached, check_attached, ids_in
from commands.conversation.segment import with_segment
from commands.conversation.with_content import with_content
from commands.customer.handlers import check_theirs
from commands.executor.context import Context, body_of
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.order import order_named
from domain.conversation.as_sent import as_sent
from domain.conversation.commands import OpenConversation
from domain.conversation.decisions import decide
from domain.conversation.events import OrderNamed
from domain.customer import CUSTOMER
from domain.kernel.ids import new_id
from domain.kernel.values import Fields
from domain.order.state import ORDER


def own_opening(sent: Fields) -> tuple[OpenConversation, str | None]:
    """The command that opens a matter with what its customer sent, and the number of an order that the customer names,
    both within our limits."""
    within = as_sent(sent)
    number: str | None = within.pop("order_number", None)
    return OpenConversation(**within), number


def open_own(executor: CommandExecutor, command: OpenConversation, number: str | None, context: Context) -> Answer:
    """Open a conversation for the customer who asks, about one of their own orders if they name one: by its id, or by
    its number as they say it, which is never a reason to refuse.

    Raises Refusal `not-found` (of an order or a file, also another customer's), or as
    `domain.conversation.decisions.decide` and `CommandExecutor.run`.
    """
    conversation_id = new_id("conversation")
    named = [command.order_id] if command.order_id else []

    def work() -> UnitOfWork:
        executor.existing(CUSTOMER, command.customer_id)
        for order_id in named:
            check_theirs(executor, ORDER, order_id, command.customer_id, to_them=True)
        check_attached(executor, attached(command), command.customer_id, to_them=True)
        order = order_named(executor, command.customer_id, number) if number else None
        about = named[0] if named else order.id if order else None
        opening = with_segment(executor, command.model_copy(update={"order_id": about}))
        events = decide(None, opening, executor.clock())
        if order is not None and number is not None:
            events.append(
                OrderNamed(
                    customer_id=command.customer_id,
                    message_id=command.message_id,
                    order_id=order.id,
                    number=number,
                )
            )
        return UnitOfWork(
            conversation_id,
            [Change(conversation_id, NOTHING, events)],
            list(order.unique_keys) if order else [],
            subject=command.customer_id,
        )

    body = body_of(context, command, number or "")
    run = partial(with_content, executor, work)
    return executor.run(context, run, body=body, streams=[command.customer_id, *named, *ids_in(attached(command))])
