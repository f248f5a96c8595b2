"""The keys of one person: one for all their texts, and a tree from which each text that may be taken out has a key of
its own. Taking a text out destroys its key, and leaves those of all others.

The tree is a puncturable pseudorandom function: each node gives its children, and the leaf of a text is found by the
hash of its place. To take out a leaf, the nodes above it are replaced by those beside its path. So the key store needs
no row for each text, and only who had one taken out has more than a root.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s
from typing import Self

KEY_BYTES = 32
_LEVELS = 6
_FANOUT = 256
"""So a leaf is one of 2^48: that a text shares the leaf of one that was taken out does not happen."""
_CHILDREN = [bytes([each]) for each in range(_FANOUT)]


@dataclass(frozen=True, slots=True)
class SubjectKeys:
    """The keys of a person, as the key store wraps them. `packed`: the key, then the nodes of the tree, each with its
    path; without nodes, if a former release made the key."""

    packed: bytes

    @classmethod
    def fresh(cls) -> Self:
        """New keys: a key, and the root of a tree."""
        return cls(os.urandom(KEY_BYTES) + b"\x00" + os.urandom(KEY_BYTES))

    @property
    def key(self) -> bytes:
        """The key of all texts that have none of their own."""
        return self.packed[:KEY_BYTES]

    @property
    def has_tree(self) -> bool:
        """Whether texts have keys of their own."""
        return len(self.packed) > KEY_BYTES

    def with_tree(self) -> SubjectKeys:
        """The same key, with a new tree, where there was none."""
        return self if self.has_tree else SubjectKeys(self.packed + SubjectKeys.fresh().packed[KEY_BYTES:])

    def of_text(self, place: str) -> bytes | None:
        """The key of the text at this place alone; None where it was destroyed, or there is no tree."""
        path = _path(place)
        if (found := self._above(path)) is None:
            return None
        depth, node = found
        for which in path[depth:]:
            node = _child(node, which)
        return node

    def without(self, place: str) -> SubjectKeys:
        """These keys, from which that of the text at this place cannot be had any more."""
        path = _path(place)
        if (found := self._above(path)) is None:
            return self
        depth, node = found
        nodes = dict(_nodes(self.packed))
        del nodes[path[:depth]]
        for level in range(depth, _LEVELS):
            here = path[level]
            nodes |= {path[:level] + _CHILDREN[each]: _child(node, each) for each in range(_FANOUT) if each != here}
            node = _child(node, here)
        return SubjectKeys(self.key + b"".join(bytes([len(at)]) + at + node for at, node in nodes.items()))

    def _above(self, path: bytes) -> tuple[int, bytes] | None:
        """How deep the node above a leaf is that is there, and the node."""
        if len(self.packed) == 2 * KEY_BYTES + 1:  # the root, of almost everybody
            return 0, self.packed[KEY_BYTES + 1 :]
        nodes = _nodes(self.packed)
        return next(((depth, nodes[path[:depth]]) for depth in range(_LEVELS + 1) if path[:depth] in nodes), None)


@lru_cache(100)
def _nodes(packed: bytes) -> Mapping[bytes, bytes]:
    """The nodes of a tree, by their paths."""
    nodes: dict[bytes, bytes] = {}
    at = KEY_BYTES
    while at < len(packed):
        begin = at + 1
        end = begin + packed[at]
        at = end + KEY_BYTES
        nodes[packed[begin:end]] = packed[end:at]
    return nodes


def _path(place: str) -> bytes:
    """The way from the root to the leaf of a place: which child, at each level."""
    return blake2s(place.encode(), digest_size=_LEVELS).digest()


def _child(node: bytes, which: int) -> bytes:
    # A node is a random key, and what is hashed has always the same length: so nobody finds one child by another.
    return blake2s(node + _CHILDREN[which]).digest()
