"""A name that a gateway tells with a later message is recorded where none is known, and replaces none."""

from __future__ import annotations

import pytest

from commands.conversation.handlers import Delivery, deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.customer import ChangeName
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def mail(number: int, name: str | None, thread: str = "t1", value: str = "ada@example.org") -> Delivery:
    return Delivery("mail", f"m{number}", ContactPoint("mail", value, name), "Hello", thread)


def named(log: Log, customer_id: str) -> list[str | None]:
    return [event.name for event in events_of(log, customer_id) if event.stored_name == "customer.name-changed"]


@pytest.mark.parametrize("thread", ["t1", "t2"])
def test_a_name_told_with_the_second_message_is_recorded_once(executor: CommandExecutor, log: Log, thread: str) -> None:
    # Given
    ada = executor.read(deliver(executor, mail(1, None), GATEWAY).id).state.customer_id
    # When
    for number, name in ((2, "Ada"), (2, "Ada"), (3, "A. Lovelace")):
        deliver(executor, mail(number, name, thread), GATEWAY)
    # Then
    assert named(log, ada) == ["Ada"]


@pytest.mark.parametrize("name", ["Ada Lovelace", None])
def test_what_a_person_said_of_the_name_stays(executor: CommandExecutor, log: Log, name: str | None) -> None:
    # Given
    ada = executor.read(deliver(executor, mail(1, None), GATEWAY).id).state.customer_id
    customers.act(executor, ChangeName(customer_id=ada, name=name), AGENT)
    # When
    deliver(executor, mail(2, "Info Desk"), GATEWAY)
    # Then
    assert named(log, ada) == [name]


def test_the_name_of_who_writes_into_anothers_thread_is_not_theirs(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada = executor.read(deliver(executor, mail(1, None), GATEWAY).id).state.customer_id
    # When
    deliver(executor, mail(2, "Bob", value="bob@example.net"), GATEWAY)
    # Then
    assert named(log, ada) == []
