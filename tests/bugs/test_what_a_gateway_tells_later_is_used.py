"""A name that a gateway tells with a later message is recorded where none is known, and replaces none."""

from __future__ import annotations

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import Participant, ReceiveMessage
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


def named(log: Log, id: str) -> list[str | None]:
    """The names that were told later."""
    changes = ("customer.name-changed", "stranger.named")
    return [event.name for event in events_of(log, id) if event.stored_name in changes]


def test_a_name_in_which_nothing_can_be_seen_is_none(executor: CommandExecutor, log: Log) -> None:
    # Given
    blank = mail(1, " \u200b")
    assert [(each.field, each.how, each.kept) for each in blank.adjusted] == [("contact.name", "dropped", " \u200b")]
    ada = executor.read(deliver(executor, blank, GATEWAY).id).state.customer_id
    # When
    deliver(executor, mail(2, "Ada"), GATEWAY)
    # Then
    assert named(log, ada) == ["Ada"]


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


def test_the_name_of_a_stranger_is_recorded_once_and_is_the_strangers(executor: CommandExecutor, log: Log) -> None:
    # Given a stranger in Ada's thread, whose name came with neither of the first messages
    id = deliver(executor, mail(1, "Ada"), GATEWAY).id
    for number in (2, 3):
        deliver(executor, mail(number, None, value="bob@example.net"), GATEWAY)
    (bob,) = executor.read(id).state.participants
    assert named(log, bob) == []
    # When
    for number, name in ((4, "Bob"), (5, "Robert")):
        deliver(executor, mail(number, name, value="bob@example.net"), GATEWAY)
    # Then
    assert named(log, bob) == ["Bob"]
    assert named(log, executor.read(id).state.customer_id) == []


def test_the_name_of_a_stranger_that_came_first_stays(executor: CommandExecutor, log: Log) -> None:
    id = deliver(executor, mail(1, "Ada"), GATEWAY).id
    for number, name in ((2, "Bob"), (3, "Robert")):
        deliver(executor, mail(number, name, value="bob@example.net"), GATEWAY)
    (bob,) = executor.read(id).state.participants
    assert named(log, bob) == []


def test_the_name_of_another_customer_who_takes_part_is_used(executor: CommandExecutor, log: Log) -> None:
    # Given
    bo = customers.register(executor, [ContactPoint("mail", "bo@example.net")], GATEWAY).id
    id = deliver(executor, mail(1, "Ada"), GATEWAY).id
    # When
    for name in ("Bo", "Boris"):
        on_the_telephone = Participant(contact_kind="mail", contact="bo@example.net", name=name)
        conversations.act(executor, id, ReceiveMessage(body="Hello", participant=on_the_telephone), AGENT)
    # Then
    assert named(log, bo) == ["Bo"]
