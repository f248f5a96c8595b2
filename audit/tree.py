"""The subscription that builds the tree over the log: each event is a leaf, in the log's order, whether or not this
release can read the event."""

from __future__ import annotations

from collections.abc import Sequence

from audit import merkle
from audit.leaf import position_of
from domain.kernel.event import Event, Recorded
from infra.postgres.database import Connection
from infra.proof.rows import LOG, Stored, stored_rows
from infra.proof.tiles import HASH, HEIGHT, WIDTH, Tile, Tiles

TREE = LOG.tree
"""The name of the tree over the log."""


class ProofTree:
    """Extends the tree by each page of the log. Tree and position are committed together."""

    name = "proof"
    version = 1
    shard = 0
    shards = 1
    orders = name
    reads: frozenset[str] = frozenset()
    opened = True  # the page that the views read; a page of its own would be decoded once more
    at_once: frozenset[str] = frozenset()

    def take(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> None:
        """Nothing: no event is read as an event."""

    def announce(self, recorded_events: Sequence[Recorded[Event]], position: int, connection: Connection) -> None:
        """Nothing: nothing is quarantined."""

    def reached_end(self, position: int, connection: Connection) -> bool:
        """Nothing."""
        return True

    def cover(self, position: int, connection: Connection) -> None:
        """Extend the tree by all rows up to this position, in the caller's transaction."""
        extend(connection, position)


def extend(connection: Connection, position: int, of: Stored = LOG) -> None:
    """Extend a tree by all rows up to this position. A repeat changes nothing."""
    stored = Tiles(connection, of.tree)
    size, after = stored.covered(locked=True)
    if position <= after:
        return
    added = [(position_of(row), hashed(row, of)) for row in stored_rows(connection, after, position, of)]
    if added:
        stored.write(_grown(stored, 0, size, added))
        stored.set_covered(size + len(added), added[-1][0])


def hashed(row: bytes, of: Stored) -> bytes:
    """The hash of the leaf that a row is, or was."""
    return of.hash_of_gone(row) or merkle.leaf_hash(row)


def _grown(stored: Tiles, level: int, size: int, added: Sequence[tuple[int, bytes]]) -> list[Tile]:
    """The tiles that change as hashes, each with the position of its first leaf, come to a level that has `size` of
    them: tiles of this level and of those above."""
    number, begun = size // WIDTH, None
    if size % WIDTH:
        begun = stored.read([(level, number)])[level, number]
    first, held = (begun.position, begun.hashes) if begun else (0, b"")
    changed: list[Tile] = []
    whole: list[tuple[int, bytes]] = []
    for position, each in added:
        first = first if held else position
        held += each
        if len(held) == WIDTH * HASH:
            changed.append(tile := Tile(level, number, first, held))
            whole.append((first, _inner(tile, HEIGHT, 0)))
            number, held = number + 1, b""
    if held:
        changed.append(Tile(level, number, first, held))
    return changed + (_grown(stored, level + 1, size // WIDTH, whole) if whole else [])


def _inner(tile: Tile, level: int, number: int) -> bytes:
    """The hash of a complete subtree within a tile, `level` levels above its hashes."""
    if level == 0:
        return tile.hash(number)
    return merkle.node_hash(_inner(tile, level - 1, 2 * number), _inner(tile, level - 1, 2 * number + 1))


class StoredTree:
    """The nodes of the tree in the database, for proofs. Keeps the tiles that it has read."""

    MOST_TILES = 10_000

    def __init__(self, connection: Connection, tree: str = TREE) -> None:
        self._stored = Tiles(connection, tree)
        self._tiles: dict[tuple[int, int], Tile] = {}

    def __call__(self, level: int, number: int) -> bytes:
        """The hash of a complete subtree. Raises LookupError where the tree lacks it."""
        above, within = divmod(level, HEIGHT)
        tile = self._tile(above, (number << within) // WIDTH)
        at = number % (WIDTH >> within)
        if tile is None or (at + 1) << within > len(tile):
            raise LookupError(f"the tree has no complete subtree {number} on level {level}")
        return _inner(tile, within, at)

    def _tile(self, level: int, number: int) -> Tile | None:
        if (level, number) not in self._tiles:
            if len(self._tiles) >= self.MOST_TILES:
                self._tiles.clear()
            self._tiles |= self._stored.read([(level, number)])
        return self._tiles.get((level, number))

    def root(self, size: int) -> bytes:
        """The root hash of the first `size` leaves. Raises LookupError where the tree has fewer."""
        return merkle.root(self, size)
