"""The leaf of an event: its stored columns, each behind its length.

The columns come in this order, each as four bytes of length (big-endian) and as many bytes: position, stream,
version, name, recorded_at, state. Numbers are eight bytes, big-endian; recorded_at counts microseconds since 2000-01-01
UTC; texts are UTF-8. PostgreSQL's binary COPY of these columns is the same bytes. Personal texts are sealed in the
state, so a leaf stays as it is when a key is destroyed.

Imports the standard library only: a bundle for auditors carries this very file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class StoredRow:
    """The stored columns of an event."""

    position: int
    stream: str
    version: int
    name: str
    recorded_at: datetime
    state: bytes


def encoded(row: StoredRow) -> bytes:
    """The leaf of these columns."""
    columns = (
        struct.pack(">q", row.position),
        row.stream.encode(),
        struct.pack(">q", row.version),
        row.name.encode(),
        struct.pack(">q", (row.recorded_at - BEGIN) // _MICROSECOND),
        row.state,
    )
    return b"".join(struct.pack(">i", len(each)) + each for each in columns)


def decoded(leaf: bytes) -> StoredRow:
    """The columns of a leaf. Raises ValueError."""
    columns, begin = list[bytes](), 0
    while begin < len(leaf):
        (length,) = struct.unpack_from(">i", leaf, begin) if begin + 4 <= len(leaf) else (-1,)
        column = leaf[begin + 4 : begin + 4 + length]
        if length < 0 or len(column) != length:
            raise ValueError("a leaf is cut off")
        columns.append(column)
        begin += 4 + length
    if len(columns) != 6 or {len(columns[number]) for number in (0, 2, 4)} != {8}:
        raise ValueError("a leaf has other columns")
    position, stream, version, name, recorded_at, state = columns
    try:
        at = BEGIN + int.from_bytes(recorded_at, "big", signed=True) * _MICROSECOND
    except OverflowError:
        raise ValueError("a leaf has a time that no calendar has") from None
    return StoredRow(
        int.from_bytes(position, "big", signed=True),
        stream.decode(),
        int.from_bytes(version, "big", signed=True),
        name.decode(),
        at,
        state,
    )


def position_of(leaf: bytes) -> int:
    """The position in a leaf, which is its first column."""
    return int.from_bytes(leaf[4:12], "big", signed=True)
