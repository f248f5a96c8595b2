"""The log is checked against checkpoints: whether each is of the log as it is, and if not, which position is wrong.

Holds one hash for each level of the tree, however long the log is.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from audit import merkle
from audit.leaf import position_of
from audit.merkle import Growing
from audit.note import Checkpoint

What = Literal["changed", "missing", "inserted", "cut off", "somewhere"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first position that is wrong. `what`: the event was changed; it, or more before the next one, is missing; it
    was inserted; the log was cut off before it; or one of the events from it up to `last` is wrong."""

    position: int
    what: What
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. `events`: how many there are, the last at `position`; `covered`: how many of them a checkpoint
    covers; `checkpoints`: how many of them are of this log. `wrong`: what is wrong first, and `by`: the checkpoint that
    shows it."""

    events: int
    position: int
    covered: int
    checkpoints: int
    wrong: Wrong | None = None
    by: Checkpoint | None = None


Leaves = Callable[[int | None], Iterator[bytes]]
"""The leaves of the log after a position (None: all, whatever their positions), in order."""
Hashes = Callable[[int, int], Iterator[bytes]]
"""The leaf hashes of the tree from an index up to another, as far as there are any. They count only where they make the
root hash of a checkpoint."""


def check(leaves: Leaves, checkpoints: Iterable[Checkpoint], hashes: Hashes) -> Checked:
    """Check the log against checkpoints, which come in the order of their sizes."""
    growing, good, matching = Growing(), Growing(), 0
    position: int | None = None
    good_position: int | None = None
    rows = leaves(None)
    for checkpoint in checkpoints:
        position = _grow(growing, rows, checkpoint.size - growing.size, position)
        if growing.size < checkpoint.size:
            # The log may have grown, and the checkpoint may have been made, since reading began.
            rows = leaves(position)
            position = _grow(growing, rows, checkpoint.size - growing.size, position)
        if growing.size != checkpoint.size or growing.root() != checkpoint.root:
            wrong = _locate(leaves(good_position), good, good_position, checkpoint, hashes)
            return Checked(growing.size, position or 0, good.size, matching, wrong, checkpoint)
        good, good_position, matching = copy.copy(growing), position, matching + 1
    position = _grow(growing, rows, None, position)
    return Checked(growing.size, position or 0, good.size, matching)


def _grow(growing: Growing, rows: Iterator[bytes], events: int | None, position: int | None) -> int | None:
    """Add so many leaves (None: all). Answers the position of the last one, or else the one given."""
    sha256, add, row = hashlib.sha256, growing.add, None
    for row in islice(rows, events):
        add(sha256(b"\x00" + row).digest())
    return position if row is None else position_of(row)


def _locate(rows: Iterator[bytes], good: Growing, after: int | None, checkpoint: Checkpoint, hashes: Hashes) -> Wrong:
    """The first wrong position after the last good checkpoint, which `good` is the tree of and `after` the position."""
    trusted = copy.copy(good)
    for each in hashes(good.size, checkpoint.size):
        trusted.add(each)
    if trusted.size != checkpoint.size or trusted.root() != checkpoint.root:
        # The tree was changed as well, so that only the two checkpoints say anything.
        begin = (after or 0) + 1
        return Wrong(begin, "somewhere", max(begin, checkpoint.position))
    found = compared(rows, hashes(good.size, checkpoint.size), after or 0, checkpoint.position)
    # Where the log is that of the checkpoint now, the checkpoint says another size or position than it did.
    return found if isinstance(found, Wrong) else Wrong(found + 1, "changed")


def compared(
    rows: Iterator[bytes],
    expected: Iterator[bytes],
    before: int,
    last: int,
    hashed: Callable[[bytes], bytes] = merkle.leaf_hash,
) -> Wrong | int:
    """The first row that is not the expected one; or the position of the last row, where all are. `before`: the
    position before these rows; `last`: that of the last expected one. `hashed`: the hash of the leaf that a row is."""
    for wanted in expected:
        row = next(rows, None)
        if row is None:
            return Wrong(before + 1, "cut off")
        if hashed(row) != wanted:
            return _told_apart(row, rows, wanted, expected, before, last, hashed)
        before = position_of(row)
    return before


def _told_apart(
    row: bytes,
    rows: Iterator[bytes],
    wanted: bytes,
    expected: Iterator[bytes],
    before: int,
    last: int,
    hashed: Callable[[bytes], bytes],
) -> Wrong:
    """What happened to the first row that is not the wanted one; `rows` and `expected` come behind the two. `last`: the
    position that the last wanted row has."""
    if hashed(row) in expected:
        return Wrong(before + 1, "missing")
    if wanted in map(hashed, rows):
        return Wrong(position_of(row), "inserted")
    if position_of(row) > last:
        return Wrong(before + 1, "missing")
    return Wrong(position_of(row), "changed")
