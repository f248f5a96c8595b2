"""What former releases recorded is found for good, and only by the contact points that it is about.

They took a contact point under its text in folded case, whatever it was, and recorded it without its compared form.
"""

from __future__ import annotations

import pytest

from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint, find
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Change, UnitOfWork
from domain.customer import ContactPointAdded, Registered
from domain.customer.contact_point import Comparing
from domain.kernel.ids import new_id
from infra.log.application import Log
from tests.support.companies import GATEWAY, names
from tests.support.open_work import erase


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def recorded_formerly(executor: CommandExecutor, *contacts: ContactPoint) -> str:
    """A customer as a former release recorded one."""
    id = new_id("customer")
    added = [ContactPointAdded(customer_id=id, contact_kind=each.kind, value=each.value) for each in contacts]
    change = Change(id, NOTHING, [Registered(customer_id=id), *added])
    taken = [(*each.former_key, id) for each in contacts]
    executor.run(GATEWAY, lambda: UnitOfWork(id, [change], list(taken), subject=id))
    return id


def test_who_was_recorded_formerly_is_found_and_taken_anew(executor: CommandExecutor, log: Log) -> None:
    # Given
    mail = ContactPoint("mail", "Ada@Example.org")
    ada = recorded_formerly(executor, mail)
    same = ContactPoint("mail", "ada@EXAMPLE.org ")
    assert find(executor, same) == ada
    # When she is heard of again
    assert customers.register(executor, [same], GATEWAY).id == ada
    # Then nothing is added but the key that this release takes
    assert executor.find(*same.name_key(Comparing())) == ada
    assert names(log, ada) == ["customer.registered", "customer.contact-point-added"]
    assert customers.register(executor, [ContactPoint("mail", "<ada@example.org>")], GATEWAY).id == ada


def test_a_former_key_that_two_people_share_leads_to_its_own_only(executor: CommandExecutor) -> None:
    # Given
    ss, sharp = ContactPoint("mail", "a@strasse.example"), ContactPoint("mail", "a@straße.example")
    assert ss.former_key == sharp.former_key
    first = recorded_formerly(executor, sharp)
    # Then
    assert find(executor, ss) is None
    # When
    second = customers.register(executor, [ss], GATEWAY).id
    # Then
    assert second != first
    assert (find(executor, ss), find(executor, sharp)) == (second, first)
    assert customers.register(executor, [sharp], GATEWAY).id == first


def test_who_was_erased_is_found_by_no_key(executor: CommandExecutor) -> None:
    # Given
    mail = ContactPoint("mail", "ada@example.org")
    ada = recorded_formerly(executor, mail)
    assert customers.register(executor, [mail], GATEWAY).id == ada
    # When
    erase(executor, ada, GATEWAY)
    # Then
    assert find(executor, mail) is None
    assert customers.register(executor, [mail], GATEWAY).id != ada
