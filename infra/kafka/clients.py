"""Kafka clients, made in one place, so that none has settings which lose, repeat or invent a message."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError
from kafka.partitioner.default import DefaultPartitioner, murmur2

from domain.kernel.refusal import Overloaded, Refusal
from infra.kafka.records import read_all_records
from infra.settings.kafka import KafkaSettings

CLIENT = "antiphon"

read_all_records()


@dataclass(frozen=True)
class Kafka:
    """One cluster, and the settings of its clients."""

    bootstrap_servers: str
    prefix: str = ""
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)
    deadline_seconds: float = 5.0

    @classmethod
    def of(cls, settings: KafkaSettings, bootstrap_servers: str, deadline_seconds: float = 5.0) -> Kafka:
        """The cluster of the settings; `bootstrap_servers`: the settings' own, or those of an embedded broker.

        Raises Refusal `kafka-not-secured`.
        """
        return cls(
            bootstrap_servers,
            settings.topic_prefix,
            _security(settings, bootstrap_servers),
            deadline_seconds,
        )

    def topic(self, name: str) -> str:
        """The topic's full name."""
        return self.prefix + name

    @contextmanager
    def admin(self) -> Iterator[KafkaAdminClient]:
        """Makes and describes topics. Raises Overloaded."""
        client = self._client(KafkaAdminClient, self._common())
        try:
            yield client
        finally:
            client.close()

    def producer(self, **more: Any) -> KafkaProducer:
        """Make an idempotent producer; a message counts as sent when all replicas in sync have it. The caller closes
        it.

        Raises Overloaded.
        """
        settings = {
            "acks": "all",
            "enable_idempotence": True,
            "allow_auto_create_topics": False,
            "linger_ms": 5,
            "batch_size": 256 * 1024,
            "max_block_ms": int(self.deadline_seconds * 1000),
            "partitioner": _Partitioner(),
        }
        return self._client(KafkaProducer, self._common() | settings | more)

    def consumer(self, *topics: str, group: str | None = None, **more: Any) -> KafkaConsumer:
        """Make a consumer of these topics (full names), from their beginning or from where `group` has committed.

        kafka-python's defaults commit messages before they are handled, read aborted transactions and begin at the end;
        none of that here. The caller closes the consumer. Raises Overloaded.
        """
        settings = {
            "group_id": group,
            "enable_auto_commit": False,
            "isolation_level": "read_committed",
            "auto_offset_reset": "earliest",
            "allow_auto_create_topics": False,
        }
        consumer = self._client(KafkaConsumer, self._common() | settings | more)
        if topics:
            consumer.subscribe(list(topics))
        return consumer

    def _common(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.bootstrap_servers.split(","),
            "client_id": CLIENT,
            "bootstrap_timeout_ms": int(self.deadline_seconds * 1000),
            "reconnect_backoff_max_ms": 1000,
            **self.security,
        }

    @staticmethod
    def _client(kind: Any, settings: Mapping[str, Any]) -> Any:
        try:
            return kind(**settings)
        except (KafkaError, OSError) as error:
            raise KafkaAway(error) from error


class KafkaAway(Overloaded):
    """No broker answers, or the broker refuses our credentials."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(
            f"Kafka does not answer at KAFKA_BOOTSTRAP_SERVERS ({type(error).__name__}); try again shortly"
        )


@lru_cache(100_000)
def hash_of(key: bytes) -> int:
    """The hash of a key that chooses its partition, as Kafka's own clients compute it."""
    # The library computes it in Python, anew for each message: a tenth of the cost of sending. Keys repeat often.
    return int(murmur2(key)) & 0x7FFFFFFF


class _Partitioner(DefaultPartitioner):  # type: ignore[misc]  # the library has no types
    def partition(self, topic: str, key: Any, serialized_key: Any, value: Any, serialized_value: Any, of: Any) -> int:
        if serialized_key is None or topic not in of.topics():
            return int(super().partition(topic, key, serialized_key, value, serialized_value, of))
        partitions = sorted(of.partitions_for_topic(topic))
        return int(partitions[hash_of(serialized_key) % len(partitions)])


def _security(settings: KafkaSettings, bootstrap_servers: str) -> dict[str, Any]:
    protocol = settings.security_protocol
    if protocol == "PLAINTEXT":
        if not all(map(_is_here, bootstrap_servers.split(","))):
            raise Refusal(
                "kafka-not-secured",
                "what goes to another machine is not sent in the clear; set ANTIPHON_KAFKA_SECURITY_PROTOCOL to "
                "SASL_SSL or SSL (docs/topics.md)",
            )
        return {"security_protocol": protocol}
    files = {
        "ssl_cafile": settings.ca_file,
        "ssl_certfile": settings.certificate_file,
        "ssl_keyfile": settings.key_file,
    }
    security: dict[str, Any] = {"security_protocol": protocol, "ssl_check_hostname": True}
    security |= {name: str(file) for name, file in files.items() if file}
    if settings.key_password:
        security["ssl_password"] = settings.key_password.get_secret_value()
    if protocol == "SASL_SSL":
        assert settings.password is not None, "Settings.load has seen to it"
        security |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.username,
            "sasl_plain_password": settings.password.get_secret_value(),
        }
    return security


def _is_here(server: str) -> bool:
    """Whether host:port is an address of this machine only."""
    host = server.rpartition(":")[0].strip("[]")
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
