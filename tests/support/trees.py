"""Merkle trees whose leaf hashes are all in memory."""

from __future__ import annotations

from collections.abc import Sequence

from audit.merkle import Node, node_hash


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """The nodes of a tree over these leaf hashes."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return lambda level, number: levels[level][number]
