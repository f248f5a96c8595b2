"""All topics, and how `antiphon migrate` creates them. Writing to a topic never creates it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kafka.errors import TopicAlreadyExistsError

from infra.kafka.clients import Kafka

HOURS = 3_600_000
DAYS = 24 * HOURS

MOST_BYTES = 1_048_576
"""The largest size of a message with its headers: the default limit of clients and broker."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its name without the prefix, and for how long a message stays; None: the last one with each key stays.

    `content`: the topic carries what people wrote.
    """

    name: str
    direction: Literal["out", "in"]
    retention_ms: int | None
    content: bool = False

    @property
    def settings(self) -> dict[str, str]:
        """The broker's settings of the topic, without those that depend on the number of brokers."""
        settings = {"max.message.bytes": str(MOST_BYTES), "message.timestamp.type": "CreateTime"}
        if self.retention_ms is None:
            return settings | {"cleanup.policy": "compact"}
        return settings | {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms)}


TOPICS: Sequence[Topic] = (
    # One message per event: a later message never replaces an earlier one, so no compaction.
    Topic("conversations.v1", "out", 30 * DAYS),
    Topic("customers.v1", "out", 30 * DAYS),
    Topic("orders.v1", "out", 30 * DAYS),
    Topic("clocks.v1", "out", 30 * DAYS),
    Topic("signals.v1", "out", 30 * DAYS),
    # To and from gateways: what people wrote stays no longer than a gateway may be away.
    Topic("outbound.messages.v1", "out", 3 * DAYS, content=True),
    Topic("inbound.messages.v1", "in", 3 * DAYS, content=True),
    Topic("inbound.orders.v1", "in", 7 * DAYS),
    Topic("inbound.delivery.v1", "in", 7 * DAYS),
    Topic("inbound.survey-answers.v1", "in", 3 * DAYS, content=True),
)


def prepare_topics(kafka: Kafka, partitions: int, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Create the missing topics, and leave the others as they are. Answers the names of those created.

    Three replicas, two of which must have a message before it counts as sent; on fewer brokers, as many as they allow.
    Raises Overloaded, KafkaError.
    """
    with kafka.admin() as admin:
        there = set(admin.list_topics())
        absent = [topic for topic in topics if kafka.topic(topic.name) not in there]
        if not absent:
            return []
        replicas = min(3, len(admin.describe_cluster()["brokers"]))
        wanted = {
            kafka.topic(topic.name): {
                "num_partitions": partitions,
                "replication_factor": replicas,
                "configs": topic.settings | {"min.insync.replicas": str(max(1, replicas - 1))},
            }
            for topic in absent
        }
        made = []
        for name, how in wanted.items():
            try:
                admin.create_topics({name: how})
                made.append(name)
            except TopicAlreadyExistsError:  # another process was faster
                continue
        admin.wait_for_topics(list(wanted))
        return made
