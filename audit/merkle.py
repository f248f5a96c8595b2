"""Merkle trees as RFC 6962 defines them: root hashes, inclusion proofs and consistency proofs.

Imports the standard library only: a bundle for auditors carries this very file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root hash of the tree without leaves."""

Node = Callable[[int, int], bytes]
"""The hash of a complete subtree, by its level (0: a leaf) and its number among those of the level."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node with these two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """The root hash of a tree that grows leaf by leaf. Keeps one hash for each level."""

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[bytes] = []
        """the complete subtrees of which the tree consists, the largest first"""

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        sha256, complete = hashlib.sha256, self._complete
        size = self.size
        self.size += 1
        while size & 1:
            leaf = sha256(b"\x01" + complete.pop() + leaf).digest()
            size >>= 1
        complete.append(leaf)

    def __copy__(self) -> Growing:
        other = Growing()
        other.size, other._complete = self.size, self._complete.copy()
        return other

    def root(self) -> bytes:
        """The root hash of the tree as it is now."""
        if not self._complete:
            return EMPTY
        *larger, root = self._complete
        for each in reversed(larger):
            root = node_hash(each, root)
        return root


def root(node: Node, size: int) -> bytes:
    """The root hash of the first `size` leaves."""
    return _subtree(node, 0, size) if size else EMPTY


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """The proof that the leaf `index` is among the first `size` leaves (PATH of RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_subtree(node, middle, end))
            end = middle
        else:
            path.append(_subtree(node, begin, middle))
            begin = middle
    return path[::-1]


def consistency(node: Node, first: int, second: int) -> list[bytes]:
    """The proof that the first `first` leaves of the tree of `second` are those of the tree of `first` (PROOF of RFC
    6962, 2.1.2)."""
    if not 0 < first <= second:
        raise IndexError(f"a tree of {second} does not extend one of {first}")
    path: list[bytes] = []
    begin, end, is_whole = 0, second, True
    while first != end:
        middle = begin + _split(end - begin)
        if first <= middle:
            path.append(_subtree(node, middle, end))
            end = middle
        else:
            path.append(_subtree(node, begin, middle))
            begin, is_whole = middle, False
    return path[::-1] if is_whole else [_subtree(node, begin, end), *path[::-1]]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that the tree of this size and root has this leaf hash at this index."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(each, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, each)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `second` extends the tree of `first`."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path:
        return False
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, each)
        number, last = number >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """The largest power of two that is smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(node: Node, begin: int, end: int) -> bytes:
    """The hash over the leaves from `begin` up to `end`; `begin` is a multiple of what a complete subtree holds."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, begin >> level)
    middle = begin + _split(size)
    return node_hash(_subtree(node, begin, middle), _subtree(node, middle, end))
