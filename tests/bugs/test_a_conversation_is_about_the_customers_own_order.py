"""An order that a conversation names is there, and is the customer's; a customer does not learn of others' orders."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.conversation.commands import AddInteraction, OpenConversation
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_another_customers_order_is_refused_and_unknown_to_a_customer(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_ids = [deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in (1, 2)]
    ada, ben = (executor.read(id).state.customer_id for id in conversation_ids)
    hers, his = (orders.place(executor, PlaceOrder(customer_id=id), AGENT).id for id in (ada, ben))

    def add(order_id: str, only_of: str | None = None) -> Answer:
        command = AddInteraction(kind="complaint", order_id=order_id)
        return conversations.act(executor, conversation_ids[0], command, AGENT, only_of=only_of)

    def open_(order_id: str) -> Answer:
        command = OpenConversation(customer_id=ada, kind="order", channel="mail", order_id=order_id)
        return conversations.open_conversation(executor, command, AGENT)

    def as_customer(order_id: str) -> Answer:
        return add(order_id, only_of=ada)

    def refusal(ask: Callable[[str], Answer], order_id: str) -> str:
        with pytest.raises(Refusal) as refused:
            ask(order_id)
        return str(refused.value)

    end = log.position()
    # When
    unknown = {refusal(ask, id) for ask in (add, open_, as_customer) for id in (new_id("order"), ada, "order", "")}
    others = [refusal(ask, his).partition(":")[0] for ask in (add, open_)]
    # Then
    assert unknown == {"not-found: the order is not known here; check the id"} == {refusal(as_customer, his)}
    assert others == ["not-theirs", "not-theirs"]
    assert log.position() == end
    for ask in (add, open_, as_customer):
        assert ask(hers).position > end
