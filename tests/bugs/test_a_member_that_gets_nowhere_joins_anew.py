"""A consumer that the library keeps spinning, and that fetches nothing or commits nothing, does not stop what comes in
for good."""

from __future__ import annotations

import pytest
from kafka import KafkaConsumer
from kafka.errors import RebalanceInProgressError

from commands.executor.executor import CommandExecutor
from consumers.inbound.consumer import Consumer
from domain.conversation.events import MessageReceived
from infra.kafka.clients import Kafka
from infra.log.application import Log
from tests.support.exactly_once import whole
from tests.support.inbound import Gateway, message, wait_until_taken_in
from tests.support.recorded import recorded_as


class Spinning(KafkaConsumer):  # type: ignore[misc]  # the library has no types
    """Fetches nothing if it is the first that subscribes."""

    subscribed = 0

    def subscribe(self, *topics: object, **settings: object) -> None:
        if not Spinning.subscribed:
            self._fetcher.send_fetches = list
        Spinning.subscribed += 1
        super().subscribe(*topics, **settings)


class Rebalancing(KafkaConsumer):  # type: ignore[misc]  # the library has no types
    """Believes for ever that its group changes if it is the first that subscribes."""

    subscribed = 0

    def subscribe(self, *topics: object, **settings: object) -> None:
        self.first = not Rebalancing.subscribed
        Rebalancing.subscribed += 1
        super().subscribe(*topics, **settings)

    def commit(self, *offsets: object, **settings: object) -> None:
        if self.first:
            raise RebalanceInProgressError
        super().commit(*offsets, **settings)


@pytest.mark.parametrize("stuck", [Spinning, Rebalancing])
def test_a_member_that_gets_nowhere_joins_anew(
    stuck: type[Spinning | Rebalancing],
    executor: CommandExecutor,
    log: Log,
    kafka: Kafka,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a message, and a member whose first consumer sends no fetch, or no offset
    gateway = Gateway(kafka)
    gateway.send([message("m1", "t1", "it drips")])
    gateway.close()
    monkeypatch.setattr("infra.kafka.clients.KafkaConsumer", stuck)
    monkeypatch.setattr(stuck, "subscribed", 0)
    monkeypatch.setattr(Consumer, "SILENT_SECONDS", 2.0)
    # When
    with Consumer(executor, kafka):
        wait_until_taken_in(kafka, 25)
    # Then
    (said,) = recorded_as(MessageReceived, whole(log))
    assert said.event.body == "it drips"
    assert stuck.subscribed == 2
