"""A conversation has the segment of its customer, however it is opened: so a signal is held against customers who are
told apart by the same segments as those who speak."""

from __future__ import annotations

import pytest

from commands.conversation.delivering import Delivery, deliver
from commands.conversation.handlers import open_conversation
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import OpenConversation
from domain.conversation.events import Opened
from domain.customer import ChangeSegment
from infra.log.application import Log
from infra.postgres.database import Database
from tests.projections.test_signals import Company
from tests.support.companies import AGENT, GATEWAY
from tests.support.feedback import LEAKS


@pytest.fixture
def ada(executor: CommandExecutor) -> str:
    """A trader."""
    id = customers.register(executor, [ContactPoint("handle", "ada")], AGENT).id
    customers.act(executor, ChangeSegment(customer_id=id, segment="trade"), AGENT)
    return id


def segment(executor: CommandExecutor, conversation_id: str) -> str | None:
    (first, *_) = executor.log.streams([conversation_id])[conversation_id]
    assert isinstance(first.event, Opened)
    return first.event.segment


def test_a_conversation_that_is_opened_or_delivered(executor: CommandExecutor, ada: str) -> None:
    opening = OpenConversation(customer_id=ada, kind="inquiry", channel="mail", body="Hm")
    assert segment(executor, open_conversation(executor, opening, AGENT).id) == "trade"
    delivery = Delivery("mail", "1", ContactPoint("handle", "ada"), "Hm")
    assert segment(executor, deliver(executor, delivery, GATEWAY).id) == "trade"
    # What the source says counts
    told = opening.model_copy(update={"segment": "private"})
    assert segment(executor, open_conversation(executor, told, AGENT).id) == "private"


def test_who_speaks_is_of_the_segments_of_all_customers(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given customers of one segment who write about kettles, of whom few say that they leak
    company = Company(executor, log, projector)
    for number in range(20):
        id = company.customer(f"customer {number}")
        customers.act(executor, ChangeSegment(customer_id=id, segment="trade"), AGENT)
        said = Delivery("mail", f"{number}", ContactPoint("handle", f"customer {number}"), "Hm", product_area="kettles")
        deliver(executor, said, GATEWAY)
    for number in range(3):
        company.says(f"customer {number}")
    # When
    found = company.evidence.evidence(LEAKS)
    # Then
    assert found is not None
    assert dict(found.base.segments) == {"trade": 20}
    assert {each.segment for each in found.contributors} == {"trade"}
