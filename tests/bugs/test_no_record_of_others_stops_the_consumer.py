"""Whatever a gateway's client puts onto an inbound topic can be read: a header whose name is no UTF-8, a batch that is
compressed in a way for which no library is there. Until now, the consumer came to such a record again and again, and
never beyond it; and a batch of 1 MiB could unpack to 1 GiB."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import MessageSizeTooLargeError

from commands.executor.executor import CommandExecutor
from consumers.inbound.consumer import Consumer
from consumers.inbound.dead_letters import DeadLetters
from infra.kafka.clients import Kafka
from infra.kafka.topics import UNPACKED, prepare_topics
from tests.support.inbound import Gateway, Sent, message, wait_until_taken_in

SECONDS = 60
TOPIC = "inbound.messages.v1"


class AnyName(str):
    """The name of a header, whose bytes are no UTF-8."""

    def encode(self, *_: Any) -> bytes:
        return b"\xff\x00\xfe"


def sent(kafka: Kafka, records: list[Sent], **settings: Any) -> None:
    """Send the records, in order, with a client of these settings."""
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap_servers, **settings)
    try:
        for each in records:
            producer.send(kafka.topic(each.topic), each.value, each.key, headers=list(each.headers)).get(timeout=20)
    finally:
        producer.close()


def test_a_header_of_any_name_is_read_and_what_follows_too(executor: CommandExecutor, kafka: Kafka) -> None:
    # Given a record with such a header, and one whose header of ours has such a name instead
    odd, after = message("m1", "t1", "one"), message("m3", "t1", "three")
    odd = Sent(odd.topic, odd.key, odd.value, ((AnyName("x"), b"1"), *odd.headers, (AnyName("y"), b"2")))
    nameless = message("m2", "t1", "two")
    nameless = Sent(nameless.topic, nameless.key, nameless.value, ((AnyName("ce_type"), b"1"), *nameless.headers[:1]))
    gateway = Gateway(kafka)
    gateway.send([odd, nameless, after])
    gateway.close()
    # When
    with Consumer(executor, kafka) as consumer:
        wait_until_taken_in(kafka, SECONDS)
    # Then
    assert (consumer.fates["taken in"], consumer.fates["dead"]) == (2, 1)
    letters = DeadLetters(executor)
    (letter,) = letters.all(None, limit=10)
    assert letter.code == "not-cloudevents"
    assert letters.open(letter.id).received.headers[0] == ("\\xff\x00\\xfe", b"1")


def literally(content: bytes) -> bytes:
    """The content in the form of Snappy, of which any compressor may make the least: all of it literally."""
    length, parts, left = len(content), bytearray(), len(content)
    while left > 0x7F:
        parts.append(left & 0x7F | 0x80)
        left >>= 7
    parts.append(left)
    for begin in range(0, length, 60):
        piece = content[begin : begin + 60]
        parts += bytes([(len(piece) - 1) << 2]) + piece
    return bytes(parts)


def test_a_batch_is_read_however_it_is_compressed(
    executor: CommandExecutor, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a gateway whose client has a library that ours has not
    monkeypatch.setattr("kafka.codec.snappy", SimpleNamespace(compress=literally))
    sent(kafka, [message("m1", "t1", "one")], compression_type="snappy")
    sent(kafka, [message("m2", "t1", "two")], compression_type="gzip")
    # When
    with Consumer(executor, kafka) as consumer:
        wait_until_taken_in(kafka, SECONDS)
    # Then
    assert consumer.fates["taken in"] == 2


def test_a_batch_has_its_limit_unpacked(kafka: Kafka) -> None:
    bomb = Sent(TOPIC, b"t1", bytes(40 * 2**20), ())
    with pytest.raises(MessageSizeTooLargeError):
        sent(kafka, [bomb], compression_type="gzip", max_request_size=50 * 2**20)


def test_a_topic_of_a_former_release_is_set_alike(kafka: Kafka) -> None:
    name = kafka.topic(TOPIC)
    ((key, value),) = UNPACKED.items()
    with kafka.admin() as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {key: "producer"})])
    assert prepare_topics(kafka, 1) == [f"{name}: {key}={value}"]
    assert prepare_topics(kafka, 1) == []
    with kafka.admin() as admin:
        (settings,) = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])["topic"].values()
    assert settings[key]["value"] == value
