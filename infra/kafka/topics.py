"""All topics, and how `antiphon migrate` creates them. Writing to a topic never creates it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import AuthorizationError, TopicAlreadyExistsError

from infra.kafka.clients import Kafka

HOURS = 3_600_000
DAYS = 24 * HOURS

MOST_BYTES = 1_048_576
"""The largest size of a message with its headers: the default limit of clients and broker."""

UNPACKED = {"compression.type": "uncompressed"}
"""The broker unpacks what others send in batches, however they are compressed. So the limit of a batch holds for what
it unpacks to; otherwise, it is one of packed bytes, and 1 MiB of those may be 1 GiB. And the consumer needs no library
for each kind of compression."""


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
        settings |= UNPACKED if self.direction == "in" else {}
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
    """Create the missing topics, and set UNPACKED for those that others write to; nothing else of a topic that is there
    is changed. Answers the names of those created, and what was set.

    Three replicas, two of which must have a message before it counts as sent; on fewer brokers, as many as they allow.
    Raises Overloaded, KafkaError.
    """
    with kafka.admin() as admin:
        there = set(admin.list_topics())
        absent = [topic for topic in topics if kafka.topic(topic.name) not in there]
        made = _create(admin, {kafka.topic(topic.name): topic for topic in absent}, partitions) if absent else []
        inbound = [kafka.topic(topic.name) for topic in topics if topic.direction == "in" and topic not in absent]
        return made + _set_unpacked(admin, inbound)


def _create(admin: KafkaAdminClient, absent: Mapping[str, Topic], partitions: int) -> list[str]:
    replicas = min(3, len(admin.describe_cluster()["brokers"]))
    made = []
    for name, topic in absent.items():
        how = {
            "num_partitions": partitions,
            "replication_factor": replicas,
            "configs": topic.settings | {"min.insync.replicas": str(max(1, replicas - 1))},
        }
        try:
            admin.create_topics({name: how})
            made.append(name)
        except TopicAlreadyExistsError:  # another process was faster
            continue
    admin.wait_for_topics(list(absent))
    return made


def _set_unpacked(admin: KafkaAdminClient, names: Sequence[str]) -> list[str]:
    """Set UNPACKED for topics that a former release or an operator has made. Where our login may not, says so."""
    done = []
    for name in names:
        (now,) = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])["topic"].values()
        (key, value) = next(iter(UNPACKED.items()))
        if key in now and now[key]["value"] == value:
            continue
        try:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, dict(UNPACKED))])
            done.append(f"{name}: {key}={value}")
        except AuthorizationError:
            done.append(f"{name}: NOT SET, our login may not: {key}={value}")
    return done
