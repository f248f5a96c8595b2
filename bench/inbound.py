"""What gateways deliver over a topic, from behind to the topic's end, on a real broker."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Iterator

from bench.publish import cluster
from bench.rows import Row, Size
from bench.traffic import CALLERS, SENTENCE, Caller, all_at_once, process_over
from consumers.inbound.consumer import Consumer
from infra.kafka.clients import Kafka
from tests.support.databases import Databases

TOPIC = "inbound.messages.v1"
FEWEST = 1_500


def inbound(databases: Databases, size: Size) -> Row:
    """Messages a second that one consumer takes in once it is behind, against those that callers delivered just before:
    the same mix, one of five from somebody new."""
    ratios, ours, theirs = [], [], []
    callers = [Caller(number) for number in range(CALLERS)]
    sent = 0
    with cluster() as kafka, databases.fresh() as urls, process_over(urls) as executor:
        for number in range(size.rounds + 1):
            load = all_at_once(executor, callers, seconds=size.seconds)
            # More than one batch: the first to be taken in only shows that the consumer has begun.
            messages = max(len(load.latencies_ms), FEWEST)
            _send(kafka, sent, messages)
            sent += messages
            with Consumer(executor, kafka) as consumer:
                began = _until(consumer, 1)
                before = consumer.fates.total()
                seconds = _until(consumer, messages) - began
            assert consumer.fates == {"taken in": messages}, consumer.fates
            if number:  # the first round warms the broker up
                theirs.append(len(load.latencies_ms) / load.seconds)
                ours.append((messages - before) / seconds)
                ratios.append(ours[-1] / theirs[-1])
    return Row(
        "inbound",
        "one consumer behind: read from one broker, taken in, each in order by its thread, messages/s",
        f"the same commands by {CALLERS} callers just before, commands/s",
        ">=",
        None,
        ratios,
        {"messages/s": statistics.median(ours), "commands/s": statistics.median(theirs), "taken in": sent},
    )


def _until(consumer: Consumer, count: int) -> float:
    """When it had come to so many."""
    while consumer.fates.total() < count:
        threading.Event().wait(0.0005)
    return time.perf_counter()


def _send(kafka: Kafka, first: int, count: int) -> None:
    producer = kafka.producer()
    for thread, message in _messages(first, count):
        headers = {
            "ce_specversion": "1.0",
            "ce_type": "antiphon.inbound.message.v1",
            "ce_source": "/bench",
            "ce_id": message["message_id"],
        }
        value = json.dumps(message).encode()
        told = [(name, str(text).encode()) for name, text in headers.items()]
        producer.send(kafka.topic(TOPIC), value, thread.encode(), headers=told)
    producer.flush()
    producer.close()


def _messages(first: int, count: int) -> Iterator[tuple[str, dict[str, object]]]:
    # Five of a thread, far enough apart that they are seldom in flight together, as in the callers' traffic.
    threads = max(1, count // 5)
    for number in range(first, first + count):
        thread = f"{first}.{(number - first) % threads}@example.org"
        contact = {"kind": "mail", "value": thread, "name": "Ada"}
        yield (
            thread,
            {
                "channel": "topic",
                "message_id": str(number),
                "thread": thread,
                "contact": contact,
                "body": SENTENCE[: 40 + number % 60],
                "language": "en",
            },
        )
