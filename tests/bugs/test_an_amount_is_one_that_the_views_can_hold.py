"""What an order costs and how many things it has is what the views can hold: a person is refused anything else, an
order system is not, and what is in the log stays readable."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from commands import order as orders
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Refusal
from domain.order.commands import OrderLine, PlaceOrder
from domain.order.events import Placed
from infra.log.application import Log
from infra.postgres.database import Database
from projections import order as view
from tests.support.companies import AGENT
from tests.support.following import catch_up

TOO_MUCH: list[dict[str, Any]] = [
    *({"value": value} for value in ("1e200000", "1e-200000", "NaN", "Infinity", "1e14", "0.00001", 1e300)),
    {"item_count": 2**31},
    {"lines": [{"item": "bell", "count": 1, "price": "1e200000"}]},
    {"lines": [{"item": "bell", "count": 2**31}]},
]


@pytest.mark.parametrize("asked", TOO_MUCH, ids=str)
def test_what_cannot_be_held_is_refused_where_a_person_asks(asked: dict[str, Any]) -> None:
    command = PlaceOrder.model_validate({"customer_id": "customer-1", **asked})
    with pytest.raises(Refusal, match="input-invalid"):
        orders.check_typed(command, AGENT)


@pytest.mark.parametrize("asked", TOO_MUCH, ids=str)
def test_what_cannot_be_held_is_kept_as_an_order_system_told_it(asked: dict[str, Any]) -> None:
    command = PlaceOrder.model_validate({"customer_id": "customer-1", **asked})
    assert command.adjusted
    assert all(each.kept for each in command.adjusted)


@pytest.mark.parametrize(
    ("written", "held"),
    [
        ("99999999999999.9999", "99999999999999.9999"),
        ("-87.40", "-87.40"),
        ("1e13", "10000000000000"),
        ("0e200000", "0"),
        ("0e-200000", "0.0000"),
        ("1." + 20_000 * "0", "1.0000"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_taken_in_is_held(
    executor: CommandExecutor, log: Log, projector: Database, written: str, held: str
) -> None:
    # Given
    customer_id = customers.register(executor, [ContactPoint("mail", "ada@example.org")], AGENT).id
    line = OrderLine(item="bell", count=2**31 - 1, price=Decimal(written))
    command = PlaceOrder(customer_id=customer_id, value=Decimal(written), item_count=2**31 - 1, lines=(line,))
    # When
    order_id = orders.place(executor, command, AGENT).id
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        (row,) = view.of_customer(connection, customer_id).rows
    assert row.order_id == order_id
    assert [str(row.value), row.lines[0]["price"]] == [held, held]


def test_an_event_of_any_amount_can_be_read() -> None:
    for asked in TOO_MUCH[:2] + TOO_MUCH[-3:]:
        kept = {"order_id": "order-1", "customer_id": "customer-1", **asked}
        assert Placed.model_validate(kept).model_dump(exclude_unset=True, mode="json").keys() == kept.keys()
