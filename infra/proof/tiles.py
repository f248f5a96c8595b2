"""The tables of Merkle trees: their hashes in tiles, and how far each tree has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra.postgres.database import Connection

HEIGHT = 4
"""How many levels of a tree lie between two levels of tiles."""
WIDTH = 1 << HEIGHT
"""How many hashes a tile holds."""
HASH = 32
AT_ONCE = 256
"""How many tiles are read at once."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Some hashes beside one another. `position`: of the first leaf below the first of them."""

    level: int
    number: int
    position: int
    hashes: bytes

    def __len__(self) -> int:
        return len(self.hashes) // HASH

    def hash(self, number: int) -> bytes:
        """The hash with this number in the tile."""
        return self.hashes[number * HASH : (number + 1) * HASH]


class Tiles:
    """The tiles of one tree."""

    def __init__(self, connection: Connection, tree: str) -> None:
        self._connection = connection
        self._tree = tree

    def covered(self, *, locked: bool = False) -> tuple[int, int]:
        """How many leaves the tree has, and the position of the last of them. `locked`: until the transaction ends,
        nobody else extends the tree."""
        if locked:
            self._connection.execute(
                "INSERT INTO antiphon.trees VALUES (%s, 0, 0) ON CONFLICT (name) DO NOTHING", (self._tree,)
            )
        row = self._connection.execute(
            f"SELECT size, position FROM antiphon.trees WHERE name = %s{' FOR UPDATE' if locked else ''}",  # noqa: S608
            (self._tree,),
        ).fetchone()
        return (row[0], row[1]) if row else (0, 0)

    def set_covered(self, size: int, position: int) -> None:
        """Set how far the tree has come; call it after `covered(locked=True)`."""
        self._connection.execute(
            "UPDATE antiphon.trees SET size = %s, position = %s WHERE name = %s", (size, position, self._tree)
        )

    def read(self, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Tile]:
        """The tiles at these places, each a level and a number, that there are."""
        rows = self._connection.execute(
            "SELECT t.level, t.number, t.position, t.hashes FROM unnest(%s::int[], %s::bigint[]) AS asked (level, "
            "number) JOIN antiphon.tree_tiles AS t ON (t.tree, t.level, t.number) = (%s, asked.level, asked.number)",
            ([level for level, _ in places], [number for _, number in places], self._tree),
        )
        return {(row[0], row[1]): Tile(*row) for row in rows}

    def write(self, changed: Sequence[Tile]) -> None:
        """Write tiles, over what was there."""
        self._connection.execute(
            "INSERT INTO antiphon.tree_tiles (tree, level, number, position, hashes) "
            "SELECT %s, * FROM unnest(%s::smallint[], %s::bigint[], %s::bigint[], %s::bytea[]) "
            "ON CONFLICT (tree, level, number) DO UPDATE SET hashes = excluded.hashes",
            (
                self._tree,
                [each.level for each in changed],
                [each.number for each in changed],
                [each.position for each in changed],
                [each.hashes for each in changed],
            ),
        )

    def leaf_hashes(self, first: int, end: int) -> Iterator[bytes]:
        """The hashes of the leaves from the index `first` up to `end`, as far as the tree has them."""
        number = first // WIDTH
        while number * WIDTH < end:
            asked = [(0, each) for each in range(number, min(number + AT_ONCE, -(-end // WIDTH)))]
            found = self.read(asked)
            for place in asked:
                if place not in found:
                    return
                begin = place[1] * WIDTH
                for at in range(max(first - begin, 0), min(len(found[place]), end - begin)):
                    yield found[place].hash(at)
            number += AT_ONCE

    def indexes(self, positions: Sequence[int]) -> Mapping[int, int]:
        """The index of the leaf of the event at each of these positions."""
        rows = self._connection.execute(
            "SELECT asked.position, t.number * %s + (SELECT count(*) FROM antiphon.log AS l "
            "WHERE l.position >= t.position AND l.position < asked.position) "
            "FROM unnest(%s::bigint[]) AS asked (position) CROSS JOIN LATERAL ("
            "SELECT number, position FROM antiphon.tree_tiles AS t WHERE level = 0 AND tree = %s "
            "AND t.position <= asked.position ORDER BY t.position DESC LIMIT 1) AS t",
            (WIDTH, list(positions), self._tree),
        )
        return {position: index for position, index in rows}  # noqa: C416
