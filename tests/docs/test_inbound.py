"""A gateway's first message, as the page tells it, and every other example on it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from commands.conversation.outbound import TYPE, OutboundMessage
from commands.executor.executor import CommandExecutor
from consumers.inbound.consumer import Consumer
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import TYPES
from consumers.publishing.outbound import TOPIC
from domain.conversation.events import MessageReceived
from infra.kafka.clients import Kafka
from infra.kafka.topics import TOPICS
from infra.log.application import Log
from tests.support.exactly_once import whole
from tests.support.inbound import wait_until_taken_in

PAGE = (Path(__file__).parents[2] / "docs" / "inbound.md").read_text()
EXAMPLES = re.findall(r"^```json (\S+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_gateway_on_the_page_delivers(
    executor: CommandExecutor, log: Log, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap_servers)
    monkeypatch.setenv("ANTIPHON_TOPIC_PREFIX", kafka.prefix)
    # When
    exec(program, {})
    with Consumer(executor, kafka):
        wait_until_taken_in(kafka, 20)
    # Then
    assert DeadLetters(executor).all() == []
    said = [each.event.body for each in whole(log) if isinstance(each.event, MessageReceived)]
    assert said == ["The kettle drips at the handle."]


@pytest.mark.parametrize(("topic", "example"), EXAMPLES)
def test_an_example_is_what_it_should_be(topic: str, example: str) -> None:
    fields = json.loads(example)
    if topic == TOPIC:
        assert json.loads(OutboundMessage(**fields).model_dump_json()) == fields
    else:
        TYPES[topic][1].validate_python(fields)


def test_the_page_has_an_example_of_each_topic_and_names_each_type() -> None:
    assert {topic for topic, _ in EXAMPLES} == {*TYPES, TOPIC}
    assert set(TYPES) == {each.name for each in TOPICS if each.direction == "in"}
    assert all(f"{type}.v1" in PAGE for type, _ in TYPES.values())
    assert f"`{TYPE}`" in PAGE
