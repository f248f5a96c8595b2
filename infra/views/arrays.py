"""Parameters to unnest: a binary array for each column.

psycopg looks through each list for the type of its values, which takes longer than to write them. A list without any
value gets another type, for which the server plans the statement anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from struct import Struct
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

from infra.views.columns import ColumnType

_HEAD = Struct("!iiIii").pack  # dimensions, whether there are NULLs, type, length, lower bound
_LENGTH = Struct("!i").pack
_NULL = _LENGTH(-1)


@dataclass(frozen=True, slots=True)
class Array:
    """An array in PostgreSQL's binary format."""

    binary: bytes


class _ArrayDumper(Dumper):
    format = Format.BINARY
    oid = 0  # the statement casts it

    def dump(self, obj: Array) -> Buffer:
        return obj.binary


psycopg.adapters.register_dumper(Array, _ArrayDumper)


def array(column: ColumnType, values: Iterable[Any]) -> Array:
    """The values of one column, of one or several rows."""
    to_element = column.to_element
    parts: list[Buffer] = [b""]
    length = 0
    for value in values:
        length += 1
        element = None if value is None else to_element(value)
        if element is None:
            parts.append(_NULL)
        else:
            parts += (_LENGTH(len(element)), element)
    parts[0] = _HEAD(1, 1, psycopg.adapters.types[column.list_of].oid, length, 1)
    return Array(b"".join(parts))
