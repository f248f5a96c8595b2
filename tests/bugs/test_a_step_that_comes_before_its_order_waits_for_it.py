"""On a topic, a step of an order that nobody has placed waits, and is taken in once the order is placed in any way."""

from __future__ import annotations

from collections import Counter

import pytest

from commands import order as orders
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from consumers.inbound import holding
from consumers.inbound.consumer import Consumer
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import Received
from domain.conversation.state import CONVERSATION
from domain.kernel.event import Actor
from domain.order.commands import PlaceOrder
from domain.order.events import Delivered, Placed, Shipped
from infra.kafka.clients import Kafka
from infra.log.application import Log
from tests.support.companies import GATEWAY, mail
from tests.support.exactly_once import whole
from tests.support.inbound import Sent, step

KNOWN = {"kind": "mail", "value": "ada@example.org"}


def batch(*sent: Sent, first: int = 0) -> list[Received]:
    return [
        Received(each.topic, 0, offset, each.key, each.value, each.headers)
        for offset, each in enumerate(sent, start=first)
    ]


def test_a_step_that_comes_before_its_order_waits_for_it(executor: CommandExecutor, log: Log) -> None:
    # Given two orders, of both of which steps come first
    deliver(executor, mail(1), GATEWAY)
    consumer, letters = Consumer(executor, Kafka("127.0.0.1:1")), DeadLetters(executor)
    early = batch(
        step("e1", "K-1", "delivered", in_full=True), step("e2", "K-1", "shipped", carrier="DHL"),
        step("e3", "K-2", "shipped"),
    )  # fmt: skip
    assert consumer.take_in_batch(early) == Counter({"dead": 3})
    # When one of them is placed
    placed = batch(step("e4", "K-1", "placed", customer=KNOWN), first=3)
    assert consumer.take_in_batch(placed)["taken in"] == 1
    # Then its steps are taken in, in the order in which they came, and the other's wait
    kinds = [type(each.event) for each in whole(log) if isinstance(each.event, Placed | Delivered | Shipped)]
    assert kinds == [Placed, Delivered, Shipped]
    assert [each.offset for each in letters.all("waiting")] == [2]
    # And read again from the beginning, nothing happens
    end = log.position()
    consumer.take_in_batch([*early, *placed])
    assert log.position() == end


def test_an_order_placed_in_another_way_lets_its_steps_in(executor: CommandExecutor, log: Log) -> None:
    # Given steps of two orders that nobody has placed, under a spelling of the number that the shop does not use
    whose = deliver(executor, mail(1), GATEWAY)
    ada = executor.read(CONVERSATION, whose.id).existing("conversation").state.customer_id
    consumer, letters = Consumer(executor, Kafka("127.0.0.1:1")), DeadLetters(executor)
    sent = [step("e1", "#k-1", "shipped"), step("e2", "#k-1", "delivered", in_full=True), step("e3", "K-2", "shipped")]
    consumer.take_in_batch(batch(*sent))
    consumer.retry_held()
    assert len(letters.all("waiting")) == 3
    # When one of them is placed over HTTP, by the command that its route runs
    orders.place(executor, PlaceOrder(customer_id=ada, number="K-1"), Context(Actor(id="service-shop", kind="service")))
    consumer.retry_held()
    # Then
    kinds = [type(each.event) for each in whole(log) if isinstance(each.event, Placed | Delivered | Shipped)]
    assert kinds == [Placed, Shipped, Delivered]
    assert [each.offset for each in letters.all("waiting")] == [2]
    # And nothing is retried that still cannot be taken in
    (waits,) = letters.all("waiting")
    assert letters.decisions(waits.id) == []


def test_however_many_steps_wait_each_order_has_its_turn(
    executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given more orders than are looked up at once
    monkeypatch.setattr(holding, "LOOKED_AT", 2)
    whose = deliver(executor, mail(1), GATEWAY)
    ada = executor.read(CONVERSATION, whose.id).existing("conversation").state.customer_id
    consumer, letters = Consumer(executor, Kafka("127.0.0.1:1")), DeadLetters(executor)
    consumer.take_in_batch(batch(*(step(f"e{number}", f"K-{number}", "shipped") for number in range(5))))
    # When
    for number in range(5):
        placed = PlaceOrder(customer_id=ada, number=f"K-{number}")
        orders.place(executor, placed, Context(Actor(id="service-shop", kind="service")))
    for _ in range(5):
        consumer.retry_held()
    # Then
    assert letters.all("waiting") == []
