"""The log's stored columns as PostgreSQL holds them, row by row, for the tree over the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import sql

from infra.postgres.database import Connection

_HEADER_BYTES = 19

_ROWS = sql.SQL(
    "COPY (SELECT position, originator_id, originator_version, topic, recorded_at, state FROM antiphon.log "
    "WHERE {} ORDER BY position) TO STDOUT (FORMAT BINARY)"
)


def stored_rows(connection: Connection, after: int | None = None, upto: int | None = None) -> Iterator[bytes]:
    """The rows after a position, in order: each column as four bytes of length and as many bytes.

    Without bounds, all of them: a row that somebody put before position 1 as well. Holds one row at a time. The server
    orders by its index, and converts nothing. Raises psycopg.Error.
    """
    bounds: list[sql.Composable] = [sql.SQL("true")]
    bounds += [sql.SQL("position > {}").format(sql.Literal(after))] if after is not None else []
    bounds += [sql.SQL("position <= {}").format(sql.Literal(upto))] if upto is not None else []
    with connection.cursor().copy(_ROWS.format(sql.SQL(" AND ").join(bounds))) as rows:
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
