"""An order number that another customer's order has is not taken for theirs; an order system's record is kept and
marked, and a person's is refused."""

from __future__ import annotations

import pytest

from commands import order as orders
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder, ShipOrder
from domain.order.events import Amended, NumberContested, Placed
from infra.log.application import Log
from projections.order import ORDERS, OrderRow
from tests.support.importing import everything

SHOP = Context(Actor(id="service-shop", kind="service"))
AGENT = Context(Actor(id="agent-1", kind="agent", roles=("agent", "dpo")))


def customer(executor: CommandExecutor, mail: str) -> str:
    return customers.register(executor, [ContactPoint("mail", mail)], SHOP).id


def placed(executor: CommandExecutor, customer_id: str, item_count: int | None = None, by: Context = SHOP) -> str:
    command = PlaceOrder(customer_id=customer_id, number="A-17", item_count=item_count)
    return orders.place(executor, command, by).id


def row(log: Log, order_id: str) -> OrderRow:
    found: OrderRow | None = None
    for recorded in everything(log):
        if recorded.originator_id == order_id:
            found = ORDERS.fold(found, recorded)
    assert found is not None
    return found


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_number_that_a_person_gives_to_another_customer_is_refused(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, ben = customer(executor, "ada@example.org"), customer(executor, "ben@example.org")
    first = placed(executor, ada)
    end = log.position()
    # When
    with pytest.raises(Refusal) as refused:
        placed(executor, ben, by=AGENT)
    again = placed(executor, ada)
    # Then
    assert refused.value.code == "order-number-taken"
    assert again == first
    assert log.position() == end


def test_the_order_systems_record_is_kept_and_both_orders_say_so(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, ben = customer(executor, "ada@example.org"), customer(executor, "ben@example.org")
    first = placed(executor, ada, 2)
    # When
    second = placed(executor, ben, 2)
    # Then: both orders are there, and later steps by the number are of the latter
    assert second != first
    assert orders.order_id(executor, "a-17") == second
    assert (row(log, first).customer_id, row(log, first).same_number, row(log, first).number_leads_to) == (
        ada, (second,), second,
    )  # fmt: skip
    assert (row(log, second).customer_id, row(log, second).same_number, row(log, second).number_leads_to) == (
        ben, (first,), None,
    )  # fmt: skip
    # And told again, it is the same order
    end = log.position()
    assert placed(executor, ben, 2) == second
    assert log.position() == end
    # And the former order still takes its steps
    orders.act(executor, first, ShipOrder(), SHOP)
    assert (row(log, first).status, row(log, second).status) == ("shipped", "placed")


def test_a_number_told_of_its_first_customer_again_leads_back(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, ben = customer(executor, "ada@example.org"), customer(executor, "ben@example.org")
    first, second = placed(executor, ada, 2), placed(executor, ben, 2)
    # When
    again = placed(executor, ada, 3)
    # Then
    assert again == first == orders.order_id(executor, "A-17")
    assert (row(log, first).item_count, row(log, first).number_leads_to) == (3, None)
    assert row(log, second).number_leads_to == first
    kinds = [type(each.event) for each in everything(log) if isinstance(each.event, Placed | Amended | NumberContested)]
    assert kinds.count(Placed) == 2
    assert kinds.count(NumberContested) == 4


def test_a_number_of_an_erased_customer_leads_back_to_the_other(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, ben = customer(executor, "ada@example.org"), customer(executor, "ben@example.org")
    first = placed(executor, ada)
    placed(executor, ben)
    customers.erase(executor, ben, (ben,), AGENT)
    assert orders.order_id(executor, "A-17") is None
    # When
    again = placed(executor, ada, 5)
    # Then
    assert again == first == orders.order_id(executor, "A-17")
    assert row(log, first).item_count == 5
