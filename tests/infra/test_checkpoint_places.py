"""The places of checkpoints keep what is written, in order, and say so when they are away: real Kafka, a real S3
server, folders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from infra.content.folder import Folder
from infra.kafka.clients import Kafka
from infra.kafka.topics import prepare_topics
from infra.proof.places import CheckpointFolder, CheckpointNotes, CheckpointPlace
from infra.proof.topic import CheckpointTopic, topic_of
from tests.support.objects import S3Server, a_prefix

pytestmark = pytest.mark.processes

Made = Callable[[], CheckpointPlace]
"""Another process's place of the same checkpoints."""

OWNER = "checkpoint-test-1"


@pytest.fixture(params=["folder", "content folder", "bucket", "topic"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    match request.param:
        case "folder":
            return lambda: CheckpointFolder(tmp_path / "checkpoints")
        case "content folder":
            return lambda: CheckpointNotes(Folder(tmp_path / "content"), OWNER, "content")
        case "bucket":
            s3: S3Server = request.getfixturevalue("s3")
            prefix = a_prefix()
            return lambda: CheckpointNotes(s3.bucket(prefix), OWNER, "bucket")
        case _:
            kafka: Kafka = request.getfixturevalue("kafka")
            prepare_topics(kafka, 1, [topic_of(1)])
            return lambda: CheckpointTopic(kafka, 1)


def test_what_is_written_is_there_for_others(made: Made) -> None:
    # Given
    assert (made().last(), [*made().notes()]) == (None, [])
    place = made()
    # When
    for day, note in (("2026-07-01", "one"), ("2026-07-01", "two"), ("2026-07-02", "three\n— signed\n")):
        place.write(day, note)
    # Then the last of each day is there at least, in order
    assert made().last() == "three\n— signed\n"
    texts = list(dict.fromkeys(each.text for each in made().notes()))
    assert texts[-2:] == ["two", "three\n— signed\n"]
    assert texts[:-2] in ([], ["one"])


def test_a_topic_that_nobody_made_is_an_error_of_the_place(kafka: Kafka) -> None:
    lost = CheckpointTopic(replace(kafka, deadline_seconds=2), 9)
    with pytest.raises(OSError, match=r"\w"):
        lost.write("2026-07-01", "one")
