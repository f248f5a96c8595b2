"""Whatever is of kind order can be looked up: it is so from the beginning, and cannot become so without an order."""

from __future__ import annotations

import pytest

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddInteraction, ChangeKind
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_what_names_no_order_does_not_become_of_kind_order(executor: CommandExecutor) -> None:
    # Given an inquiry
    id = deliver(executor, mail(1), GATEWAY).id
    # Then
    with pytest.raises(Refusal, match="order-missing"):
        conversations.act(executor, id, ChangeKind(kind="order"), AGENT)


def test_what_names_its_order_may_be_of_kind_order_again(executor: CommandExecutor) -> None:
    # Given an interaction about an order, taken for a complaint meanwhile
    id = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(id).state.customer_id
    order_id = orders.place(executor, PlaceOrder(customer_id=customer_id), AGENT).id
    added = AddInteraction(kind="order", order_id=order_id)
    conversations.act(executor, id, added, AGENT)
    conversations.act(executor, id, ChangeKind(kind="complaint", interaction_id=added.interaction_id), AGENT)
    # When
    conversations.act(executor, id, ChangeKind(kind="order", interaction_id=added.interaction_id), AGENT)
    # Then
    assert executor.read(id).state.interactions[added.interaction_id] == "order"
