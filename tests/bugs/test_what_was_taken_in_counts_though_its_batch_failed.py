"""What of a batch was taken in counts, although another message of the batch could not be just then: so the consumer
gets on where each batch fails somewhere, as on a machine that is too busy for the deadline of every command."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from kafka import TopicPartition

from commands.executor.executor import CommandExecutor
from consumers.inbound import consumer as inbound
from consumers.inbound.consumer import GROUP, Consumer
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.kernel.refusal import Overloaded
from infra.kafka.clients import Kafka
from infra.log.application import Log
from tests.support.exactly_once import assert_said_once, whole
from tests.support.inbound import Gateway, message, wait_until_taken_in
from tests.support.waiting import wait_until

MESSAGES = 20
TOPIC = "inbound.messages.v1"


def test_the_group_gets_on_up_to_the_first_message_that_fails(
    executor: CommandExecutor, log: Log, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given messages of one key, of which the database cannot take the last one
    gateway = Gateway(kafka)
    gateway.send(message(f"m{number}", "t1", f"word {number}") for number in range(MESSAGES))
    gateway.close()
    (partition,) = {partition for _, partition, _ in gateway.at}
    last, away = max(offset for *_, offset in gateway.at), threading.Event()
    away.set()

    def fails(executor: CommandExecutor, received: Received, **more: Any) -> None:
        if received.offset == last and away.is_set():
            raise Overloaded("the database does not answer in time")
        take_in(executor, received, **more)

    monkeypatch.setattr(inbound, "take_in", fails)
    asking = kafka.consumer(group=kafka.topic(GROUP))
    at = TopicPartition(kafka.topic(TOPIC), partition)
    try:
        with Consumer(executor, kafka) as consumer:
            # Then the others count
            wait_until(lambda: asking.committed(at) == last, 30, "all before the last message is committed")
            # And once the last one is taken, each has counted once
            away.clear()
            wait_until_taken_in(kafka, 30)
    finally:
        asking.close()
    assert consumer.fates == {"taken in": MESSAGES}
    assert_said_once(whole(log), [f"word {number}" for number in range(MESSAGES)])
