"""A phone number is one customer's, in whatever form it is written, at every edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commands.conversation.delivering import Delivery, deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint, find
from commands.executor.executor import CommandExecutor
from domain.customer.contact_point import Comparing
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.recorded import events_of

EIGHT = (
    "+49 30 1234567", "030 1234567", "030/1234567", "(030) 123-4567",
    "+49 (0)30 1234567", "0049 30 1234567", "tel:+49-30-1234567", "+49301234567",
)  # fmt: skip


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def executor(log: Log) -> Iterator[CommandExecutor]:
    """Commands of a company in Germany."""
    executor = CommandExecutor(log, comparing=Comparing("DE"))
    yield executor
    executor.close()


def test_eight_ways_to_write_one_number_are_one_customer(executor: CommandExecutor, log: Log) -> None:
    # When
    ids = [
        deliver(executor, Delivery("phone", f"m{number}", ContactPoint("phone", said), "Hello"), GATEWAY).id
        for number, said in enumerate(EIGHT)
    ]
    # Then
    (ada,) = {executor.read(id).state.customer_id for id in ids}
    assert {find(executor, ContactPoint("phone", said)) for said in EIGHT} == {ada}
    assert customers.register(executor, [ContactPoint("phone", said) for said in EIGHT], AGENT).id == ada
    # Kept as it was said first, and as it is compared
    (point,) = events_of(log, ada)[1:]
    assert (point.value, point.compared) == ("+49 30 1234567", "+49301234567")
