"""Who placed an order is found by a contact point in whatever form a message from there is taken in, and a name that
comes with the order is taken where none is known: neither is a reason to refuse what happened."""

from __future__ import annotations

from typing import Any

import pytest

from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.order import order_id
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.customer.events import NameChanged
from domain.kernel.refusal import Refusal
from domain.order.state import ORDER
from infra.log.application import Log
from tests.support.companies import GATEWAY
from tests.support.inbound import step
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def place(executor: CommandExecutor, number: str, customer: dict[str, Any]) -> str:
    """The order system tells of an order; the id of who ordered."""
    sent = step(f"e-{number}", number, "placed", customer=customer)
    take_in(executor, Received(sent.topic, 0, 0, sent.key, sent.value, sent.headers))
    id = order_id(executor, number)
    assert id is not None
    return executor.existing(ORDER, id).state.customer_id


@pytest.mark.parametrize(
    ("kind", "wrote_from", "ordered_from"),
    [
        ("mail", "bob@example.org", "b\x00ob@example.org"),
        ("mail", "bob@example.org", "B" * 600 + " <bob@example.org>"),
        ("mail", "b" * 900 + "@example.org", "b" * 900 + "@example.org"),
        ("handle", "h" * 501, "h" * 501),
    ],
    ids=["NUL", "long name", "long address", "long handle"],
)
def test_an_odd_contact_point_finds_its_customer(
    kind: Any, wrote_from: str, ordered_from: str, executor: CommandExecutor
) -> None:
    # Given
    id = deliver(executor, Delivery("mail", "m1", ContactPoint(kind, wrote_from), "Hello"), GATEWAY).id
    # When
    who = place(executor, "K-1", {"kind": kind, "value": ordered_from, "name": "B" * 501 + "\x00"})
    # Then
    assert who == executor.read(id).state.customer_id


@pytest.mark.parametrize("empty", ["", " ", "\x00"])
def test_who_hides_the_address_is_not_guessed(empty: str, executor: CommandExecutor) -> None:
    # Given
    deliver(executor, Delivery("mail", "m1", ContactPoint("mail", empty), "Hello"), GATEWAY)
    # When, then
    with pytest.raises(Refusal, match="customer-unknown"):
        place(executor, "K-1", {"kind": "mail", "value": empty})


def test_a_name_told_with_an_order_is_taken_where_none_is_known(executor: CommandExecutor, log: Log) -> None:
    # Given
    delivery = Delivery("mail", "m1", ContactPoint("mail", "ada@example.org"), "Hello")
    ada = executor.read(deliver(executor, delivery, GATEWAY).id).state.customer_id
    # When
    for number, name in (("K-1", "Ada"), ("K-2", "A. Lovelace")):
        place(executor, number, {"kind": "mail", "value": "ada@example.org", "name": name})
    # Then
    assert [each.name for each in events_of(log, ada) if isinstance(each, NameChanged)] == ["Ada"]
