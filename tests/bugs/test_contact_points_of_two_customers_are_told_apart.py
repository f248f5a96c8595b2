"""A call with contact points of two customers is refused and names both; what happened is taken in, and recorded."""

from __future__ import annotations

import pytest

from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.importing import SourceFact, SourceRecord, take_in
from domain.conversation.commands import OpenConversation
from domain.customer import MergeCustomer, RegisterCustomer
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, names
from tests.support.recorded import events_of

ADA, BO = ContactPoint("mail", "ada@example.org"), ContactPoint("phone", "+49 30 1234567")


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_call_that_names_two_people_as_one_is_refused(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, bo = (customers.register(executor, [each], AGENT).id for each in (ADA, BO))
    end = log.position()
    # Then
    with pytest.raises(Refusal, match=rf"contact-points-differ.*{ada} and {bo}"):
        customers.register(executor, [ADA, BO, ContactPoint("handle", "@ada")], AGENT)
    assert log.position() == end
    # When they turn out to be one person
    customers.act(executor, MergeCustomer(customer_id=bo, into=ada), AGENT)
    # Then
    assert customers.register(executor, [BO, ADA], AGENT).id == bo


def test_a_record_that_names_two_people_as_one_is_taken_in(executor: CommandExecutor, log: Log) -> None:
    # Given
    ada, bo = (customers.register(executor, [each], AGENT).id for each in (ADA, BO))
    # When
    for number in (1, 2):
        new = RegisterCustomer(customer_id=new_id("customer"))
        opening = OpenConversation(customer_id=new.customer_id, kind="inquiry", channel="mail", body=f"Hello {number}")
        assert take_in(
            executor,
            SourceRecord("shop", str(number), new, GATEWAY, [SourceFact("opened", opening, GATEWAY)], [ADA, BO]),
        )
    # Then it is the first one's, and says once whose it may be, too
    contested = events_of(log, ada)[2:]
    assert [(each.stored_name, each.other_id) for each in contested] == [("customer.contact-point-contested", bo)]
    assert "customer.contact-point-contested" not in names(log, bo)
