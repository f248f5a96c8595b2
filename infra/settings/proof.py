"""Settings of checkpoints, which prove that the log was not changed."""

from __future__ import annotations

from pydantic import Field

from infra.settings.room import AbsolutePath, Room


class ProofSettings(Room):
    """How often checkpoints are made, who signs them, and where they are kept."""

    seconds: float = Field(
        1.0,
        validation_alias="ANTIPHON_CHECKPOINT_SECONDS",
        gt=0,
        le=3600,
        description="How many seconds after an event there is a checkpoint of the log with the event, at most. What is "
        "changed in the database before that is not found afterwards.",
    )
    events: int = Field(
        1000,
        validation_alias="ANTIPHON_CHECKPOINT_EVENTS",
        ge=1,
        description="How many events there are between two checkpoints, at most, if that comes earlier.",
    )
    folder: AbsolutePath | None = Field(
        None,
        validation_alias="ANTIPHON_CHECKPOINT_FOLDER",
        description="The folder in which every checkpoint is kept; best on another machine, where the database's "
        "administrators cannot write. Default: ANTIPHON_HOME/checkpoints.",
    )
    topic: bool = Field(
        False,
        validation_alias="ANTIPHON_CHECKPOINT_TOPIC",
        description="Whether each checkpoint is also sent to a Kafka topic, checkpoints.1.v1 for the first series; "
        "`antiphon migrate` creates it. While Kafka is away, no checkpoint is made. Needs KAFKA_BOOTSTRAP_SERVERS or "
        "ANTIPHON_EMBEDDED_KAFKA.",
    )
    key_file: AbsolutePath | None = Field(
        None,
        validation_alias="ANTIPHON_CHECKPOINT_KEY_FILE",
        description="The file with the key that signs checkpoints, 32 bytes in base64; all processes of an "
        "installation need the same. Default: ANTIPHON_HOME/keys/checkpoint.key, made at the first start.",
    )
    witness_key_file: AbsolutePath | None = Field(
        None,
        validation_alias="ANTIPHON_CHECKPOINT_WITNESS_KEY_FILE",
        description="A file with a second key, of somebody else, that signs each checkpoint as well. Default: none.",
    )
    series: int = Field(
        1,
        validation_alias="ANTIPHON_CHECKPOINT_SERIES",
        ge=1,
        description="Raise it by one to begin a new series of checkpoints, after a log older than the last checkpoint "
        "was restored. The former series stays, and shows where the log was cut off.",
    )
