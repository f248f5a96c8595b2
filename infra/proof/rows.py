"""Stored columns as PostgreSQL holds them, row by row, for the trees over the log, the trail of reads and unique
keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from infra.postgres.database import Connection

_HEADER_BYTES = 19
_HASH = 32


@dataclass(frozen=True, slots=True)
class Stored:
    """A table whose rows are the leaves of a tree. `tree`: its name. `columns`: of a leaf; the first of them, a bigint,
    orders the rows and never changes. `gone`: of rows that are kept no more, the first column and the hash of the leaf,
    which are the first two columns of a leaf then, and all that is left of it."""

    tree: str
    table: LiteralString
    columns: tuple[LiteralString, ...]
    gone: LiteralString | None = None

    @property
    def order(self) -> sql.Composed:
        """The column that orders the rows."""
        return sql.SQL("{}").format(sql.Identifier(self.columns[0]))

    def rows(self, which: sql.Composable) -> sql.Composed:
        """The statement that copies the leaves of such rows."""
        return sql.SQL("COPY ({} ORDER BY {}) TO STDOUT (FORMAT BINARY)").format(
            sql.SQL(" UNION ALL ").join(self._selected(which)), self.order
        )

    def _selected(self, which: sql.Composable) -> Iterator[sql.Composed]:
        columns: list[sql.Composable] = [sql.Identifier(each) for each in self.columns]
        if self.gone is not None:
            columns[1] = sql.SQL("NULL::bytea AS hash")
            lost: list[sql.Composable] = [
                *map(sql.Identifier, self.columns[:2]),
                *[sql.SQL("NULL")] * (len(columns) - 2),
            ]
            yield _select(lost, self.gone, which)
        yield _select(columns, self.table, which)

    def hash_of_gone(self, row: bytes) -> bytes | None:
        """The hash of the leaf of a row that is kept no more; None where the row is the leaf."""
        if self.gone is None or row[12:16] != _HASH.to_bytes(4, "big"):
            return None
        return row[16 : 16 + _HASH]


def _select(columns: Sequence[sql.Composable], table: LiteralString, which: sql.Composable) -> sql.Composed:
    return sql.SQL("SELECT {} FROM {} WHERE {}").format(sql.SQL(", ").join(columns), sql.SQL(table), which)


LOG = Stored(
    "log",
    "antiphon.log",
    ("position", "originator_id", "originator_version", "topic", "recorded_at", "state"),
)
LOOKS = Stored(
    "looks",
    "antiphon.looks",
    (
        "id", "at", "actor_id", "actor_kind", "roles", "team", "route", "about", "subjects", "stream", "ended",
        "correlation_id", "purpose",
    ),
)  # fmt: skip

CLAIMS = Stored(
    "claims", "antiphon.claims", ("number", "hash", "salt", "key", "id", "position"), gone="antiphon.claims_gone"
)
"""Unique keys. What may change as somebody is erased is no part of the leaf: `subject` and `fingerprint`."""


def stored_rows(
    connection: Connection, after: int | None = None, upto: int | None = None, of: Stored = LOG
) -> Iterator[bytes]:
    """The rows after a position, in order: each column as four bytes of length (-1: null) and as many bytes.

    Without bounds, all of them: a row that somebody put before position 1 as well. Holds one row at a time. The server
    orders by its index, and converts nothing. Raises psycopg.Error.
    """
    bounds: list[sql.Composable] = [sql.SQL("true")]
    bounds += [sql.SQL("{} > {}").format(of.order, sql.Literal(after))] if after is not None else []
    bounds += [sql.SQL("{} <= {}").format(of.order, sql.Literal(upto))] if upto is not None else []
    with connection.cursor().copy(of.rows(sql.SQL(" AND ").join(bounds))) as rows:
        # The server sends each row by itself, behind the number of its columns; the first one comes behind the header.
        begin = _HEADER_BYTES + 2
        for chunk in rows:
            if len(chunk) > begin:
                yield bytes(chunk[begin:])
            begin = 2


def last_row(connection: Connection, of: Stored) -> int:
    """What orders the last row there is, or was; 0 where there is none."""
    tables = [of.table] if of.gone is None else [of.table, of.gone]
    each = [sql.SQL("(SELECT max({}) FROM {})").format(of.order, sql.SQL(table)) for table in tables]
    row = connection.execute(sql.SQL("SELECT greatest({}, 0)").format(sql.SQL(", ").join(each))).fetchone()
    return int(row[0]) if row else 0


def columns_at(connection: Connection, positions: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """The stored columns of the events at these positions, in order, as `stored_rows` has them."""
    yield from connection.execute(
        "SELECT position, originator_id, originator_version, topic, recorded_at, state FROM antiphon.log "
        "WHERE position = ANY (%s) ORDER BY position",
        (list(positions),),
    )
