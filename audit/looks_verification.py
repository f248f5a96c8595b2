"""The trail of reads is checked against checkpoints, which cover a tree over it (docs/audit.md).

The oldest looks may be gone, since the trail has a retention of its own: their hashes stay in the tree. Of all others,
each is what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from audit.merkle import Growing, leaf_hash
from audit.note import Checkpoint, OtherTree
from audit.verification import Hashes, Leaves, Wrong, compared

TREE = "looks"


@dataclass(frozen=True, slots=True)
class CheckedLooks:
    """What was found. `covered`: how many looks a checkpoint covers; `removed`: how many of them, the oldest, are kept
    no more. `wrong`: what is wrong first, by the id of the look, and `by`: the checkpoint that shows it."""

    covered: int = 0
    removed: int = 0
    wrong: Wrong | None = None
    by: Checkpoint | None = None


class LooksCheck:
    """Checks the tree while the checkpoints go by, in the order of their sizes; and then each look against the tree.
    Holds one hash for each level of the tree."""

    def __init__(self, hashes: Hashes) -> None:
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
        looks = checkpoint.beside(TREE)
        if looks is None or self._wrong is not None:
            return
        if self._stream is None:
            self._stream = self._hashes(0, 2**62)
        for each in islice(self._stream, max(0, looks.size - self._growing.size)):
            self._growing.add(each)
        if self._growing.size != looks.size or self._growing.root() != looks.root:
            # The tree was changed or cut off, so that only the checkpoints say anything.
            begin = self._good[0].last + 1 if self._good else 1
            self._wrong = Wrong(begin, "somewhere", max(begin, looks.last)), checkpoint
            return
        self._good = looks, checkpoint

    def found(self, leaves: Leaves) -> CheckedLooks:
        """Compare the looks with the tree, as far as checkpoints cover it."""
        if self._good is None:
            return CheckedLooks(0, 0, *(self._wrong or ()))
        looks, by = self._good
        removed = self._removed(leaves, looks)
        if removed is None:
            return CheckedLooks(looks.size, looks.size, *(self._wrong or ()))
        wrong = compared(leaves(None), self._hashes(removed, looks.size), 0, looks.last)
        if isinstance(wrong, Wrong):
            return CheckedLooks(looks.size, removed, wrong, by)
        return CheckedLooks(looks.size, removed, *(self._wrong or ()))

    def _removed(self, leaves: Leaves, looks: OtherTree) -> int | None:
        """How many of the oldest looks are kept no more; None where none is kept. Where the first that is kept is in
        the tree nowhere, it was changed or inserted: then none counts as removed."""
        first = next(leaves(None), None)
        if first is None:
            return None
        wanted = leaf_hash(first)
        for number, each in enumerate(self._hashes(0, looks.size)):
            if each == wanted:
                return number
        return 0
