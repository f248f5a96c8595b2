"""The publisher of integration events: sends one message per event, waits until Kafka has them, and only then moves its
position. So each event is sent at least once, and those of a stream in order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError

from consumers.publishing.messages.catalogue import PUBLISHED, as_message
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import Overloaded
from infra.kafka.clients import Kafka
from infra.postgres.database import Connection

NAME, VERSION = "publisher", 1

# Both the start of a producer and the sending end before PostgreSQL ends the waiting transaction
# (`idle_in_transaction_session_timeout`, 10 s).
REQUEST_MS = 2_000
DELIVERY_MS = 4_000

Outgoing = tuple[str, bytes, bytes, list[tuple[str, bytes]]]
"""Topic, key, value, headers."""


class Publisher:
    """The subscription. Its pages are Kafka transactions for one reason only: a transactional id belongs to its last
    user. So a former lease holder that was paused, and wakes up behind its successor, sends nothing more."""

    name = NAME
    version = VERSION
    shard = 0
    shards = 1
    orders = NAME
    reads = frozenset(PUBLISHED)
    at_once: frozenset[str] = frozenset()
    opened = False

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._producer: KafkaProducer | None = None
        self._topics = {name: kafka.topic(kind.topic) for name, kind in PUBLISHED.items()}

    def take(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> None:
        """Send a page, and return when Kafka has all of it. Raises Overloaded: then none of it counts as sent."""
        messages = self._messages(recorded_events)
        if not messages:
            return
        try:
            producer = self._producer = self._producer or self._take_over()
            producer.begin_transaction()
            futures = [producer.send(topic, value, key, headers) for topic, key, value, headers in messages]
            producer.commit_transaction()
            for future in futures:
                future.get(timeout=0)
        except MessageSizeTooLargeError:
            self.close()
            raise  # the event is to blame, and is quarantined
        except (KafkaError, OSError, AssertionError) as error:
            # Fenced, or away: the next lease holder, maybe this process, begins with a new producer.
            self.close()
            raise Overloaded(f"Kafka did not take what was sent ({type(error).__name__})") from error
        except BaseException:
            self.close()
            raise

    def announce(self, recorded_events: Sequence[Recorded[Event]], position: int, connection: Connection) -> None:
        """Do nothing: the readers of the topic have the messages."""

    def reached_end(self, position: int, connection: Connection) -> bool:
        """Do nothing: nobody waits for the log's end."""
        return True

    def close(self) -> None:
        """Close the producer; what it had not sent yet is not sent."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError, OSError):
                producer.close(timeout=0)

    def _messages(self, recorded_events: Sequence[Recorded[Event]]) -> Sequence[Outgoing]:
        return [
            (self._topics[recorded.event.stored_name], recorded.originator_id.encode(), *as_message(recorded))
            for recorded in recorded_events
        ]

    def _take_over(self) -> KafkaProducer:
        producer = self._kafka.producer(
            transactional_id=f"{self._kafka.prefix}{self.name}-{self.shard}",
            request_timeout_ms=REQUEST_MS,
            delivery_timeout_ms=DELIVERY_MS,
            max_block_ms=DELIVERY_MS,
            transaction_timeout_ms=60_000,
            # A page is sent when it is complete, at its commit: one batch per partition, instead of many small ones.
            linger_ms=100,
        )
        try:
            producer.init_transactions()
        except BaseException:
            with suppress(KafkaError, OSError):
                producer.close(timeout=0)
            raise
        return producer
