"""Tampering is found and located: exhaustively, on the rows of a small log as they are read."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from audit import leaf, merkle
from audit.leaf import StoredRow, position_of
from audit.note import Checkpoint
from audit.verification import Checked, Leaves, Wrong, check
from tests.support.trees import nodes_of

AT = datetime(2026, 7, 1, tzinfo=UTC)
POSITIONS = [1, 2, 3, 4, 6, 7, 8, 11, 12, 13, 14, 15]
ROWS = [
    StoredRow(at, f"stream-{at % 3}", at // 3 + 1, "thing.happened", AT + timedelta(microseconds=at), b'{"d":%d}' % at)
    for at in POSITIONS
]
LEAVES = [leaf.encoded(row) for row in ROWS]
HASHES = [merkle.leaf_hash(each) for each in LEAVES]
SIZES = (3, 7, 10)
"""Of which sizes there are checkpoints; the last two rows came later."""
COVERED = range(max(SIZES))


def checkpoint(size: int, hashes: Sequence[bytes] = HASHES) -> Checkpoint:
    root = merkle.root(nodes_of(hashes), size)
    return Checkpoint("antiphon/here/1", size, root, POSITIONS[size - 1], AT)


def reader(leaves: Sequence[bytes]) -> Leaves:
    return lambda after: (each for each in leaves if after is None or position_of(each) > after)


def checked(leaves: Sequence[bytes], tree: Sequence[bytes] = HASHES) -> Checked:
    """What is found of a log with these leaves, in the order of their positions, and with these hashes in its tree."""
    ordered = sorted(leaves, key=position_of)

    return check(reader(ordered), map(checkpoint, SIZES), lambda first, end: iter(tree[first:end]))


def wrong(leaves: Sequence[bytes], tree: Sequence[bytes] = HASHES) -> Wrong:
    found = checked(leaves, tree)
    assert found.wrong is not None
    assert found.by is not None
    return found.wrong


def edits(row: StoredRow, chance: random.Random) -> Iterator[bytes]:
    """The leaf of a row after each edit of one byte of one of its columns."""
    whole = leaf.encoded(row)
    at = 0
    while at < len(whole):
        length = int.from_bytes(whole[at : at + 4], "big")
        for byte in range(at + 4, at + 4 + length):
            yield whole[:byte] + bytes([whole[byte] ^ chance.randrange(1, 256)]) + whole[byte + 1 :]
        at += 4 + length


def test_a_log_that_nobody_changed_equals_its_checkpoints() -> None:
    found = checked(LEAVES)
    assert found == Checked(len(ROWS), POSITIONS[-1], max(SIZES), len(SIZES))


def test_every_edit_of_one_byte_is_found_and_located(chance: random.Random) -> None:
    count = 0
    for index in COVERED:
        for edited in edits(ROWS[index], chance):
            tampered = sorted([*LEAVES[:index], edited, *LEAVES[index + 1 :]], key=position_of)
            found = wrong(tampered)
            first = next(at for at, each in enumerate(LEAVES) if each != tampered[at])
            before = position_of(LEAVES[first - 1]) if first else -(2**63)
            assert before < found.position <= max(position_of(LEAVES[first]), position_of(tampered[first]))
            if position_of(edited) == ROWS[index].position:
                assert found == Wrong(ROWS[index].position, "changed")
            count += 1
    assert count > 400


def test_every_deletion_is_found_and_located() -> None:
    for begin in COVERED:
        for end in range(begin + 1, len(ROWS) + 1):
            found = wrong([*LEAVES[:begin], *LEAVES[end:]])
            before = POSITIONS[begin - 1] if begin else 0
            assert found == Wrong(before + 1, "cut off" if end == len(ROWS) else found.what)
            assert found.what in ("missing", "cut off")


def test_every_swap_is_found_and_located() -> None:
    for one in COVERED:
        for other in range(one + 1, len(ROWS)):
            rows = [leaf.encoded(row) for row in swapped(one, other)]
            assert wrong(rows) == Wrong(POSITIONS[one], "changed")


def swapped(one: int, other: int) -> list[StoredRow]:
    """The rows when two of them have changed places."""
    rows = list(ROWS)
    rows[one], rows[other] = (
        StoredRow(POSITIONS[at], of.stream, of.version, of.name, of.recorded_at, of.state)
        for at, of in ((one, ROWS[other]), (other, ROWS[one]))
    )
    return rows


@pytest.mark.parametrize("events", [1, 3])
def test_every_insertion_is_found_and_located(events: int) -> None:
    for before, after in zip([-9, *POSITIONS], POSITIONS[: max(SIZES)], strict=False):
        places = range(max(before + 1, after - events), after)
        added = [leaf.encoded(StoredRow(at, "stream-9", 1, "thing.happened", AT, b"{}")) for at in places]
        if added:
            assert wrong([*LEAVES, *added]) == Wrong(position_of(added[0]), "inserted")


def test_every_truncation_before_a_checkpoint_is_found() -> None:
    for size in COVERED:
        assert wrong(LEAVES[:size]) == Wrong((POSITIONS[size - 1] if size else 0) + 1, "cut off")


def test_a_tree_that_was_changed_with_the_log_leaves_a_range() -> None:
    for index in COVERED:
        row = ROWS[index]
        edited = leaf.encoded(StoredRow(row.position, row.stream, row.version, row.name, row.recorded_at, b"{}"))
        tampered = [*LEAVES[:index], edited, *LEAVES[index + 1 :]]
        found = wrong(tampered, [merkle.leaf_hash(each) for each in tampered])
        assert found.what == "somewhere"
        assert found.position <= row.position <= (found.last or 0)
        # The range begins after the last checkpoint that is right, and ends with the first one that is not.
        good, bad = max([0, *(n for n in SIZES if n <= index)]), min(n for n in SIZES if n > index)
        assert (found.position, found.last) == ((POSITIONS[good - 1] if good else 0) + 1, POSITIONS[bad - 1])


@pytest.mark.parametrize("tree", [[], HASHES[:5], HASHES[1:]])
def test_a_tree_that_is_gone_or_cut_off_leaves_a_range(tree: Sequence[bytes]) -> None:
    assert wrong(LEAVES[:-4], tree).what == "somewhere"


def test_what_came_after_the_last_checkpoint_is_said_to_be_unproved() -> None:
    found = checked([*LEAVES[:-2], leaf.encoded(ROWS[0]).replace(b"\x00" * 7 + b"\x01", b"\x00" * 7 + b"\x20", 1)])
    assert (found.wrong, found.events - found.covered) == (None, 1)


def test_a_checkpoint_that_was_replaced_is_found() -> None:
    other = [*HASHES[:2], HASHES[0], *HASHES[3:]]
    for replaced in SIZES:
        notes = [checkpoint(size, other if size == replaced else HASHES) for size in SIZES]
        found = check(reader(LEAVES), notes, lambda first, end: iter(HASHES[first:end]))
        assert found.by == notes[SIZES.index(replaced)]
        assert found.wrong is not None


def test_a_log_that_grows_while_it_is_read_is_not_wrong() -> None:
    reads: list[int | None] = []

    def leaves(after: int | None) -> Iterator[bytes]:
        reads.append(after)
        return reader(LEAVES[:5] if len(reads) == 1 else LEAVES)(after)

    found = check(leaves, map(checkpoint, SIZES), lambda first, end: iter(HASHES[first:end]))
    assert (found.wrong, found.checkpoints, reads) == (None, len(SIZES), [None, POSITIONS[4]])
