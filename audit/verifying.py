"""The whole log is checked against all checkpoints that are kept."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from audit.note import Checkpoint, NoteInvalid, PublicKey, opened
from audit.other_trees import CheckedTree, OtherTreeCheck
from audit.verification import Checked, Hashes, Leaves, check
from infra.postgres.database import Database, connect
from infra.proof import status
from infra.proof.places import CheckpointPlace
from infra.proof.rows import CLAIMS, LOG, LOOKS, Stored, stored_rows
from infra.proof.tiles import Tiles

MOST_NAMED = 20
"""How many notes that are no checkpoints are named."""


@dataclass(slots=True)
class Notes:
    """The notes of some places. `refused`: those that do not count, and why, at most MOST_NAMED; `count`: of all."""

    public: Sequence[PublicKey]
    refused: list[str] = field(default_factory=list)
    count: int = 0

    def checkpoints(self, places: Sequence[CheckpointPlace]) -> Iterator[Checkpoint]:
        """The checkpoints in all places, by size. Raises OSError."""
        yield from heapq.merge(*map(self._of, places), key=_sizes)

    def _of(self, place: CheckpointPlace) -> Iterator[Checkpoint]:
        size = 0
        for note in place.notes():
            try:
                if note.text is None:
                    raise NoteInvalid("the note is damaged")
                checkpoint = opened(note.text, self.public)
                if checkpoint.size < size:
                    raise NoteInvalid(f"the note is of {checkpoint.size} events, and the one before of {size}")
            except NoteInvalid as error:
                self.count += 1
                if len(self.refused) < MOST_NAMED:
                    self.refused.append(f"{note.where}: {error}")
                continue
            size = checkpoint.size
            yield checkpoint


def _sizes(checkpoint: Checkpoint) -> tuple[int, ...]:
    beside = (checkpoint.beside(of.tree) for of in (LOOKS, CLAIMS))
    return checkpoint.size, *(tree.size if tree else 0 for tree in beside)


@dataclass(frozen=True, slots=True)
class VerifiedLog:
    """What was found of the log and its checkpoints, of the trail of reads, and of unique keys. `missing`: how many
    events the last checkpoint was of that the database knows of, where no such checkpoint is kept."""

    checked: Checked
    looks: CheckedTree
    claims: CheckedTree
    notes: Notes
    missing: int | None

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        wrong = self.checked.wrong or self.looks.wrong or self.claims.wrong
        return wrong is None and not self.notes.count and self.missing is None


def verify(auditor: Database, places: Sequence[CheckpointPlace], public: Sequence[PublicKey]) -> VerifiedLog:
    """Check the log, the trail of reads and the unique keys against all checkpoints in these places, and keep the
    result for doctor. Raises OSError, Overloaded, psycopg.Error."""

    def leaves(of: Stored) -> Leaves:
        def after(position: int | None) -> Iterator[bytes]:
            with connect(auditor.url, "auditor") as connection:
                yield from stored_rows(connection, position, of=of)

        return after

    def hashes(of: Stored) -> Hashes:
        def between(first: int, end: int) -> Iterator[bytes]:
            with connect(auditor.url, "auditor") as connection:
                yield from Tiles(connection, of.tree).leaf_hashes(first, end)

        return between

    with auditor.connection() as connection:
        made = status.status(connection).checkpoint_size
    notes = Notes(public)
    looks, claims = (OtherTreeCheck(of, hashes(of)) for of in (LOOKS, CLAIMS))
    checkpoints = claims.seeing(looks.seeing(notes.checkpoints(places)))
    checked = check(leaves(LOG), checkpoints, hashes(LOG))
    for _ in checkpoints:
        pass  # where the log is wrong, the others may still be right
    missing = made if checked.wrong is None and checked.covered < made else None
    with auditor.connection() as connection:
        status.verified(connection, checked.position, checked.wrong.position if checked.wrong else None)
    return VerifiedLog(checked, looks.found(leaves(LOOKS)), claims.found(leaves(CLAIMS)), notes, missing)
