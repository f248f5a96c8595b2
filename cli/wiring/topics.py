"""Publishing to Kafka and consuming from it. Apart from `composition`, since most verbs need none of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from cli.wiring.composition import Antiphon
from consumers.inbound.consumer import Consumer
from consumers.publishing import outbound, publisher
from consumers.publishing.outbound import Outbound
from consumers.publishing.publisher import Publisher
from domain.kernel.refusal import Refusal
from infra.embedded.kafka import running_at
from infra.kafka.clients import Kafka
from infra.kafka.topics import prepare_topics
from infra.proof.topic import topic_of
from infra.settings.settings import Settings
from infra.subscriptions.subscription import Subscription

KAFKA_SUBSCRIPTIONS = ((publisher.NAME, publisher.VERSION), (outbound.NAME, outbound.VERSION))
"""The subscriptions that publish, where there is Kafka."""


def kafka_of(settings: Settings) -> Kafka | None:
    """The cluster of the settings; None without topics. Raises Refusal `kafka-not-secured`."""
    if not settings.kafka.bootstrap_servers:
        return None
    return Kafka.of(settings.kafka, settings.kafka.bootstrap_servers, settings.postgres.deadline_seconds)


def kafka_needed(settings: Settings) -> Kafka:
    """The cluster of the settings; where none is set, the broker that `antiphon run` runs in ANTIPHON_HOME. Raises
    Refusal `kafka-not-set`, and as `kafka_of`."""
    if (kafka := kafka_of(settings)) is not None:
        return kafka
    if (own := running_at(settings.home.folder / "kafka")) is not None:
        return Kafka.of(settings.kafka, own, settings.postgres.deadline_seconds)
    raise Refusal("kafka-not-set", "set KAFKA_BOOTSTRAP_SERVERS to where Kafka is (docs/topics.md)")


def prepare_checkpoints(settings: Settings, kafka: Kafka) -> list[str]:
    """Create the topic of checkpoints, where one is wanted. Answers the names of those created. Raises Overloaded,
    KafkaError."""
    return prepare_topics(kafka, 1, [topic_of(settings.proof.series)]) if settings.proof.topic else []


@contextmanager
def exports(parts: Antiphon, kafka: Kafka | None) -> Iterator[Sequence[Subscription]]:
    """The publishers of events and of replies, for a host to run. Without Kafka, none."""
    with ExitStack() as closing:
        subscriptions: list[Subscription] = []
        if kafka:
            with parts.database("projector") as database:
                outbound.begin(database)
            for subscription in (Publisher(kafka), Outbound(kafka, parts.executor)):
                closing.callback(subscription.close)
                subscriptions.append(subscription)
        yield subscriptions


@contextmanager
def imports(parts: Antiphon, kafka: Kafka | None) -> Iterator[Consumer | None]:
    """Within: inbound messages are taken in; several processes share the partitions. Without Kafka, there is no
    consumer."""
    with ExitStack() as closing:
        consumer = None
        if kafka:
            letter_days = parts.settings.kafka.dead_letter_days
            consumer = closing.enter_context(Consumer(parts.executor, kafka, letter_days=letter_days))
        yield consumer
