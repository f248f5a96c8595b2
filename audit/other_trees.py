"""The trail of reads and the unique keys are checked against checkpoints, which cover a tree over each (docs/audit.md).

Some rows may be gone. Of looks, the oldest, since the trail has a retention of its own: their hashes stay in the tree.
Of unique keys, those that went with an erasure, or were released: a row has the hash of each. Of all others, each is
what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from audit.merkle import Growing
from audit.note import Checkpoint, OtherTree
from audit.tree import hashed
from audit.verification import Hashes, Leaves, Wrong, compared
from infra.proof.rows import Stored


@dataclass(frozen=True, slots=True)
class CheckedTree:
    """What was found. `covered`: how many rows a checkpoint covers; `removed`: how many of them are kept no more.
    `wrong`: what is wrong first, by the number of the row, and `by`: the checkpoint that shows it."""

    covered: int = 0
    removed: int = 0
    wrong: Wrong | None = None
    by: Checkpoint | None = None


class OtherTreeCheck:
    """Checks a tree while the checkpoints go by, in the order of their sizes; and then each row against the tree. Holds
    one hash for each level of the tree."""

    def __init__(self, of: Stored, hashes: Hashes) -> None:
        self._of = of
        self._hashes = hashes
        self._stream: Iterator[bytes] | None = None
        self._growing = Growing()
        self._good: tuple[OtherTree, Checkpoint] | None = None
        self._wrong: tuple[Wrong, Checkpoint] | None = None

    def seeing(self, checkpoints: Iterator[Checkpoint]) -> Iterator[Checkpoint]:
        """The checkpoints as they come, each seen."""
        for each in checkpoints:
            self._see(each)
            yield each

    def _see(self, checkpoint: Checkpoint) -> None:
        tree = checkpoint.beside(self._of.tree)
        if tree is None or self._wrong is not None:
            return
        if self._stream is None:
            self._stream = self._hashes(0, 2**62)
        for each in islice(self._stream, max(0, tree.size - self._growing.size)):
            self._growing.add(each)
        if self._growing.size != tree.size or self._growing.root() != tree.root:
            # The tree was changed or cut off, so that only the checkpoints say anything.
            begin = self._good[0].last + 1 if self._good else 1
            self._wrong = Wrong(begin, "somewhere", max(begin, tree.last)), checkpoint
            return
        self._good = tree, checkpoint

    def found(self, leaves: Leaves) -> CheckedTree:
        """Compare the rows with the tree, as far as checkpoints cover it."""
        if self._good is None:
            return CheckedTree(0, 0, *(self._wrong or ()))
        tree, by = self._good
        first, gone = 0, 0
        if self._of.gone is None:
            oldest = self._oldest_gone(leaves, tree)
            if oldest is None:
                return CheckedTree(tree.size, tree.size, *(self._wrong or ()))
            first = gone = oldest

        def rows() -> Iterator[bytes]:
            nonlocal gone
            for row in leaves(None):
                gone += self._of.hash_of_gone(row) is not None
                yield row

        hash_of = partial(hashed, of=self._of)
        wrong = compared(rows(), self._hashes(first, tree.size), 0, tree.last, hash_of)
        if isinstance(wrong, Wrong):
            return CheckedTree(tree.size, gone, wrong, by)
        return CheckedTree(tree.size, gone, *(self._wrong or ()))

    def _oldest_gone(self, leaves: Leaves, tree: OtherTree) -> int | None:
        """How many of the oldest rows are kept no more; None where none is kept. Where the first that is kept is in the
        tree nowhere, it was changed or inserted: then none counts as removed."""
        first = next(leaves(None), None)
        if first is None:
            return None
        wanted = hashed(first, self._of)
        for number, each in enumerate(self._hashes(0, tree.size)):
            if each == wanted:
                return number
        return 0
