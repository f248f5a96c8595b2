"""Stored columns as PostgreSQL holds them, row by row, for the trees over the log and over the trail of reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from infra.postgres.database import Connection

_HEADER_BYTES = 19


@dataclass(frozen=True, slots=True)
class Stored:
    """A table whose rows are the leaves of a tree. `tree`: its name. `columns`: of a leaf; the first of them, a bigint,
    orders the rows and never changes."""

    tree: str
    table: LiteralString
    columns: tuple[LiteralString, ...]

    @property
    def order(self) -> sql.Composed:
        """The column that orders the rows."""
        return sql.SQL("{}").format(sql.Identifier(self.columns[0]))

    def rows(self, which: sql.Composable) -> sql.Composed:
        """The statement that copies the leaves of such rows."""
        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        return sql.SQL("COPY (SELECT {} FROM {} WHERE {} ORDER BY {}) TO STDOUT (FORMAT BINARY)").format(
            columns, sql.SQL(self.table), which, self.order
        )


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


def columns_at(connection: Connection, positions: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """The stored columns of the events at these positions, in order, as `stored_rows` has them."""
    yield from connection.execute(
        "SELECT position, originator_id, originator_version, topic, recorded_at, state FROM antiphon.log "
        "WHERE position = ANY (%s) ORDER BY position",
        (list(positions),),
    )
