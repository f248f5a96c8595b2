"""Checkpoints under test: the tree grows, checkpoints are made in two places, and the log is verified against them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.checkpoints import Checkpoints, Keys
from audit.note import Checkpoint
from audit.tree import extend
from audit.verifying import VerifiedLog, verify
from infra.content.folder import Folder
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.proof.places import CheckpointFolder, CheckpointNotes, CheckpointPlace

ORIGIN = "antiphon/test/1"


class Prover:
    """A log's checkpoints, in a folder of this test's own."""

    def __init__(self, log: Log, urls: Urls, folder: Path) -> None:
        self.folder = folder
        self.keys = Keys(ORIGIN, folder / "keys" / "checkpoint.key")
        self.places: list[CheckpointPlace] = [
            CheckpointFolder(folder / "checkpoints"),
            CheckpointNotes(Folder(folder / "content"), "checkpoint-test-1", "content"),
        ]
        self._log = log
        self.projector = Database(urls.database_url, "projector")
        self._auditor = Database(urls.database_url, "auditor")
        self._checkpoints = Checkpoints(self.projector, self.keys, self.places, "UTC")

    def grow(self) -> None:
        """Let the tree come to the log's end."""
        with self.projector.connection() as connection, connection.transaction():
            extend(connection, self._log.position())

    def checkpoint(self) -> Checkpoint | None:
        """Make a checkpoint of the whole log."""
        self.grow()
        return self._checkpoints.make()

    def verify(self) -> VerifiedLog:
        """Verify the log against all checkpoints."""
        return verify(self._auditor, self.places, self.keys.public())

    def close(self) -> None:
        """Close its connections."""
        self.projector.close()
        self._auditor.close()


@contextmanager
def proving(log: Log, urls: Urls, folder: Path) -> Iterator[Prover]:
    """Within: a prover of this log."""
    prover = Prover(log, urls, folder)
    try:
        yield prover
    finally:
        prover.close()
