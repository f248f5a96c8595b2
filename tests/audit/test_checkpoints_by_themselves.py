"""Checkpoints are made by themselves as the log grows, after so many seconds or events, and after a failure as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from audit.checkpoints import Checkpoints, CheckpointWriter
from audit.note import read
from audit.tree import ProofTree
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.log.recorder import Recorder
from infra.proof.status import status
from infra.subscriptions.host import Host
from tests.support.proving import Prover, proving
from tests.support.waiting import wait_until


@pytest.fixture
def prover(log: Log, database_urls: Urls, tmp_path: Path) -> Iterator[Prover]:
    with (
        proving(log, database_urls, tmp_path) as prover,
        Host(log, prover.projector, [ProofTree()], lease_seconds=5, poll_seconds=0.2),
    ):
        yield prover


def append(log: Log, *versions: int) -> None:
    assert isinstance(log.recorder, Recorder)
    log.recorder.insert_events([StoredEvent("stream-1", version, "thing.happened", b"{}") for version in versions])


def sizes(prover: Prover) -> list[int]:
    """Of how many events the last checkpoint in each place is; 0 where there is none."""
    return [read(note).size if (note := place.last()) else 0 for place in prover.places]


def writer(prover: Prover, *, seconds: float, events: int) -> CheckpointWriter:
    checkpoints = Checkpoints(prover.projector, prover.keys, prover.places, "UTC")
    return CheckpointWriter(lambda: checkpoints, prover.projector, seconds=seconds, events=events)


def test_a_checkpoint_comes_after_so_many_seconds_or_events(prover: Prover, log: Log) -> None:
    append(log, 1, 2)
    with writer(prover, seconds=0.1, events=1000):
        wait_until(lambda: sizes(prover) == [2, 2], 30, "a checkpoint of two events")
        append(log, 3)
        wait_until(lambda: sizes(prover) == [3, 3], 30, "a checkpoint of three events")
    assert prover.verify().well


def test_a_failure_is_told_and_does_not_end_the_making(prover: Prover, log: Log) -> None:
    # Given something is in the way of a place
    latest = prover.folder / "checkpoints" / "latest"
    latest.mkdir(parents=True)
    append(log, 1)

    def failing() -> str | None:
        with prover.projector.connection() as connection:
            return status(connection).failing

    with writer(prover, seconds=0.1, events=1000):
        wait_until(lambda: failing() == "checkpoint-place-away", 30, "the failure is kept")
        # When
        latest.rmdir()
        # Then
        wait_until(lambda: failing() is None, 30, "a checkpoint is made")
    assert sizes(prover) == [1, 1]
