"""Settings of Kafka: the cluster, how to reach it, and the topics."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from domain.kernel.refusal import Refusal
from infra.settings.room import AbsolutePath, Room


class KafkaSettings(Room):
    """The cluster, our identity in it, and its topics."""

    bootstrap_servers: str | None = Field(
        None,
        validation_alias="KAFKA_BOOTSTRAP_SERVERS",
        pattern=r"^(\[[0-9a-fA-F:]+\]|[^\s,:\[\]]+):\d{1,5}(,(\[[0-9a-fA-F:]+\]|[^\s,:\[\]]+):\d{1,5})*$",
        description="The address of Kafka: host:port, several with commas. Comes before an embedded broker. "
        "Default: no topics, unless ANTIPHON_EMBEDDED_KAFKA is set.",
    )
    embedded_kafka: bool = Field(
        False,
        validation_alias="ANTIPHON_EMBEDDED_KAFKA",
        description="Whether `antiphon run` starts a broker of its own in ANTIPHON_HOME where KAFKA_BOOTSTRAP_SERVERS "
        "is not set, as `make run KAFKA=1` does; for development. It needs Java 17 and Maven.",
    )
    topic_prefix: str = Field(
        "",
        validation_alias="ANTIPHON_TOPIC_PREFIX",
        max_length=100,
        pattern=r"^[a-zA-Z0-9._-]*$",
        description="What the names of all topics begin with, where several installations share a cluster: `shop.` "
        "makes shop.conversations.v1.",
    )
    topic_partitions: int = Field(
        12,
        validation_alias="ANTIPHON_TOPIC_PARTITIONS",
        ge=1,
        le=1000,
        description="How many partitions `antiphon migrate` gives a topic that it makes. Those of a topic that is "
        "there stay as they are: with another number, keys would change their partition and lose their order.",
    )
    dead_letter_days: int = Field(
        30,
        validation_alias="ANTIPHON_DEAD_LETTER_DAYS",
        ge=1,
        le=3650,
        description="For how many days what came in over a topic and could not be taken in waits for somebody; then "
        "its words are wiped, and their key destroyed.",
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_SSL"] = Field(
        "PLAINTEXT",
        validation_alias="ANTIPHON_KAFKA_SECURITY_PROTOCOL",
        description="How to connect to Kafka: SASL_SSL (SCRAM over TLS), SSL (TLS, mutual with a certificate of ours), "
        "or PLAINTEXT, which is refused unless every server of KAFKA_BOOTSTRAP_SERVERS is an address of this machine.",
    )
    sasl_mechanism: Literal["SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512",
        validation_alias="ANTIPHON_KAFKA_SASL_MECHANISM",
        description="The mechanism of our login with SASL_SSL.",
    )
    username: str | None = Field(
        None, validation_alias="ANTIPHON_KAFKA_USERNAME", description="Our name with SASL_SSL."
    )
    password: SecretStr | None = Field(
        None, validation_alias="ANTIPHON_KAFKA_PASSWORD", description="Our password with SASL_SSL."
    )
    ca_file: AbsolutePath | None = Field(
        None,
        validation_alias="ANTIPHON_KAFKA_CA_FILE",
        description="The certificates (PEM) of the brokers' authorities. Default: those this machine trusts.",
    )
    certificate_file: AbsolutePath | None = Field(
        None,
        validation_alias="ANTIPHON_KAFKA_CERTIFICATE_FILE",
        description="Our certificate (PEM) with its chain, where brokers ask for one (mTLS).",
    )
    key_file: AbsolutePath | None = Field(
        None, validation_alias="ANTIPHON_KAFKA_KEY_FILE", description="The private key (PEM) of our certificate."
    )
    key_password: SecretStr | None = Field(
        None,
        validation_alias="ANTIPHON_KAFKA_KEY_PASSWORD",
        description="The password of that private key, if it has one.",
    )

    def check(self) -> None:
        """Check what no field can check alone. Raises Refusal `settings-invalid`."""
        if self.security_protocol == "SASL_SSL" and not (self.username and self.password):
            raise Refusal("settings-invalid", "SASL_SSL needs ANTIPHON_KAFKA_USERNAME and ANTIPHON_KAFKA_PASSWORD")
        if bool(self.certificate_file) != bool(self.key_file):
            raise Refusal(
                "settings-invalid", "set both ANTIPHON_KAFKA_CERTIFICATE_FILE and ANTIPHON_KAFKA_KEY_FILE, or neither"
            )
