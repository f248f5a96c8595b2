"""People are told of customers who may be one person, or two; nobody is merged or separated."""

from __future__ import annotations

import pytest

from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.customer.proposals import Proposal, Reached, proposals
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Change, UnitOfWork
from domain.customer import ContactPointAdded, MergeCustomer, Registered
from domain.kernel.ids import new_id
from infra.log.application import Log
from tests.support.companies import AGENT


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def recorded_formerly(executor: CommandExecutor, contact: ContactPoint) -> Reached:
    """Somebody as a former release recorded them."""
    id = new_id("customer")
    added = ContactPointAdded(customer_id=id, contact_kind=contact.kind, value=contact.value)
    change = Change(id, NOTHING, [Registered(customer_id=id), added])
    executor.run(AGENT, lambda: UnitOfWork(id, [change], [(*contact.former_key, id)], subject=id))
    return Reached(id, contact.kind, contact.value)


def test_two_spellings_of_one_number_are_proposed_until_merged(executor: CommandExecutor, log: Log) -> None:
    # Given
    said = ("+49 30 1234567", "tel:+49-30-1234567", "+49 40 1234567")
    one, two, other = (recorded_formerly(executor, ContactPoint("phone", each)) for each in said)
    end = log.position()
    # Then
    found = [*proposals(executor, [one, other, two, one])]
    assert found == [Proposal("one", [one.customer_id, two.customer_id], "phone")]
    assert log.position() == end
    # When they are merged
    customers.act(executor, MergeCustomer(customer_id=one.customer_id, into=two.customer_id), AGENT)
    # Then
    assert [*proposals(executor, [one, other, two])] == []


def test_an_address_that_was_folded_into_another_is_proposed(executor: CommandExecutor) -> None:
    # Given one of a former release, and one of this release
    sharp = recorded_formerly(executor, ContactPoint("mail", "a@stra\u00dfe.example"))
    plain = recorded_formerly(executor, ContactPoint("mail", "B@example.org"))
    now = ContactPoint("mail", "c@stra\u00dfe.example")
    id = customers.register(executor, [now], AGENT).id
    # Then
    found = [*proposals(executor, [sharp, plain, Reached(id, now.kind, now.value)])]
    assert found == [Proposal("two", [sharp.customer_id], "mail")]
