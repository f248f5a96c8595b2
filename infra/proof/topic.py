"""A Kafka topic in which checkpoints are kept. Apart from the other places, since most installations have none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from domain.kernel.refusal import Overloaded
from infra.kafka.clients import Kafka
from infra.kafka.topics import Topic
from infra.proof.places import MOST_BYTES, KeptNote

ASK_MS = 500
"""How long one request for notes waits for them."""


def topic_of(series: int) -> Topic:
    """The topic of a series of checkpoints. It is compacted by day: of each day, at least the last one stays."""
    return Topic(f"checkpoints.{series}.v1", "out", None)


class CheckpointTopicAway(OSError):
    """Kafka does not answer, or does not take what is written."""


class CheckpointTopic:
    """A topic of one partition, which has every checkpoint of today and at least the last one of each day before. Who
    may write to it is set in Kafka. For one thread."""

    def __init__(self, kafka: Kafka, series: int) -> None:
        self._kafka = kafka
        self._topic = topic_of(series)
        self._partition = TopicPartition(kafka.topic(self._topic.name), 0)
        self.name = f"the topic {self._partition.topic}"

    def last(self) -> str | None:
        """The last note. Raises OSError."""
        with self._reading() as consumer:
            end = self._end(consumer)
            # The newest message stays, whatever the broker has taken out before it.
            return next((note.text for note in self._read(consumer, end - 1, end)), None) if end else None

    def write(self, day: str, note: str) -> None:
        """Keep a note. It is with all replicas in sync when this returns. Raises OSError."""
        with _answering(), closing(self._kafka.producer(linger_ms=0)) as producer:
            sent = producer.send(self._partition.topic, note.encode(), day.encode(), partition=0)
            sent.get(timeout=self._kafka.deadline_seconds)

    def notes(self) -> Iterator[KeptNote]:
        """All notes that are there, the oldest first. Raises OSError."""
        with self._reading() as consumer:
            yield from self._read(consumer, 0, self._end(consumer))

    @contextmanager
    def _reading(self) -> Iterator[KafkaConsumer]:
        with _answering(), closing(self._kafka.consumer()) as consumer:
            consumer.assign([self._partition])
            yield consumer

    def _end(self, consumer: KafkaConsumer) -> int:
        return int(consumer.end_offsets([self._partition])[self._partition])

    def _read(self, consumer: KafkaConsumer, start: int, end: int) -> Iterator[KeptNote]:
        consumer.seek(self._partition, start)
        while consumer.position(self._partition) < end:
            for records in consumer.poll(ASK_MS).values():
                for record in records:
                    where = f"{self.name}, offset {record.offset}"
                    value = record.value if record.value and len(record.value) <= MOST_BYTES else None
                    yield KeptNote(where, value.decode(errors="replace") if value is not None else None)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (KafkaError, Overloaded) as error:
        raise CheckpointTopicAway(type(error).__name__) from error
