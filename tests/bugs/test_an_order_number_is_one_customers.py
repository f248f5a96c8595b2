"""An order number that somebody else's order has is not taken for theirs."""

from __future__ import annotations

import pytest

from commands import order as orders
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from infra.log.application import Log

SHOP = Context(Actor(id="service-shop", kind="service"))


def customer(executor: CommandExecutor, mail: str) -> str:
    return customers.register(executor, [ContactPoint("mail", mail)], SHOP).id


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_taken_order_number_is_refused_to_others_and_found_by_its_own(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, ben = customer(executor, "ada@example.org"), customer(executor, "ben@example.org")
    first = orders.place(executor, PlaceOrder(customer_id=ada, number="A-17"), SHOP)
    end = log.position()
    # When
    with pytest.raises(Refusal) as refused:
        orders.place(executor, PlaceOrder(customer_id=ben, number="A-17"), SHOP)
    again = orders.place(executor, PlaceOrder(customer_id=ada, number="A-17"), SHOP)
    # Then
    assert refused.value.code == "order-number-taken"
    assert again.id == first.id
    assert log.position() == end
