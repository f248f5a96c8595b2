"""An item names the order and the product that it is about, where they are known."""

from __future__ import annotations

import pytest

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import items
from domain.conversation.commands import AddInteraction, ReceiveMessage
from domain.conversation.state import CONVERSATION
from domain.order.commands import OrderLine, PlaceOrder
from domain.signal.item import FileItem, ItemFiled, MarkPassage
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.feedback import THEMES


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def conversation(executor: CommandExecutor) -> tuple[str, str]:
    """A conversation, and its customer."""
    id = deliver(executor, Delivery("mail", "1", ContactPoint("handle", "ada"), "It drips"), GATEWAY).id
    return id, executor.read(CONVERSATION, id).existing("conversation").state.customer_id


def order(executor: CommandExecutor, customer_id: str, *products: str) -> str:
    lines = tuple(OrderLine(item=each, count=1) for each in products)
    return orders.place(executor, PlaceOrder(customer_id=customer_id, lines=lines), AGENT).id


def about(executor: CommandExecutor, id: str) -> tuple[str | None, str | None]:
    filed = executor.log.streams([id])[id][0].event
    assert isinstance(filed, ItemFiled)
    return filed.source.order_id, filed.product


def test_an_item_is_about_the_order_of_its_conversation(executor: CommandExecutor) -> None:
    # Given
    put(executor, {"themes": THEMES}, AGENT)
    there, customer_id = conversation(executor)
    kettle = order(executor, customer_id, "kettle", "kettle")
    conversations.act(executor, there, AddInteraction(kind="complaint", order_id=kettle), AGENT)
    said = ReceiveMessage(body="The spout leaks")
    conversations.act(executor, there, said, GATEWAY)
    # When
    verdict = FileItem(kind="verdict", conversation_id=there, part="2", said_at=executor.clock())
    filed = items.file(executor, verdict, AGENT).id
    marked = items.mark(executor, there, MarkPassage(message_id=said.message_id, start=0, end=9), AGENT).id
    # Then
    assert about(executor, filed) == about(executor, marked) == (kettle, "kettle")
    # When the conversation is about a second order
    other = order(executor, customer_id, "lid", "spout")
    conversations.act(executor, there, AddInteraction(kind="complaint", order_id=other), AGENT)
    later = verdict.model_copy(update={"part": "3"})
    complaint = FileItem(kind="complaint", conversation_id=there, order_id=other, part="4", said_at=executor.clock())
    # Then nobody guesses which one is meant, or which of two products
    assert about(executor, items.file(executor, later, AGENT).id) == (None, None)
    assert about(executor, items.file(executor, complaint, AGENT).id) == (other, None)


def test_what_somebody_did_is_about_what_was_ordered(executor: CommandExecutor) -> None:
    put(executor, {"themes": THEMES}, AGENT)
    _, customer_id = conversation(executor)
    kettle = order(executor, customer_id, "kettle")
    deed = FileItem(kind="behaviour", did="return", order_id=kettle, part="2", said_at=executor.clock())
    assert about(executor, items.file(executor, deed, AGENT).id) == (kettle, "kettle")
