"""The columns of a view's table: how the values of each annotation of a row are stored."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from struct import Struct
from typing import Any, Literal, Union, get_args, get_origin

from psycopg.abc import Buffer
from psycopg.types.datetime import DateBinaryDumper, DatetimeBinaryDumper
from psycopg.types.json import Jsonb
from psycopg.types.numeric import DecimalBinaryDumper
from pydantic_core import to_json

Document = Mapping[str, Any]
"""A JSON object inside a row: `tuple[Document, ...]` becomes a jsonb column."""


@dataclass(frozen=True)
class ColumnType:
    """How values of one annotation are stored. A function is None where values pass unchanged."""

    sql: str
    """The column's type."""
    binary: str
    """The column's type in a binary COPY."""
    list_of: str
    """The type of one value in an unnested parameter, from which it is cast to the column's type."""
    to_element: Callable[[Any], Buffer | None]
    """Makes of a value one in such a parameter, in binary format."""
    to_copy: Callable[[Any], Any] | None = None
    load: Callable[[Any], Any] | None = None


def _array_literal(items: tuple[str, ...]) -> bytes:
    # PostgreSQL unnests an array of arrays into single items: so each inner array goes as its literal.
    return ("{" + ",".join('"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items) + "}").encode()


def _documents(items: tuple[Document, ...]) -> Any:
    return Jsonb(items, to_json)


def _binary_documents(items: tuple[Document, ...]) -> bytes:
    return b"\x01" + to_json(items)


def _binary_bool(value: bool) -> bytes:
    return b"\x01" if value else b"\x00"


COLUMN_TYPES: Mapping[Any, ColumnType] = {
    # Byte order: the same rows have the same order on every machine.
    str: ColumnType('text COLLATE "C"', "text", "text", str.encode),
    bool: ColumnType("boolean", "bool", "boolean", _binary_bool),
    int: ColumnType("bigint", "int8", "bigint", Struct("!q").pack),
    Decimal: ColumnType("numeric", "numeric", "numeric", DecimalBinaryDumper(Decimal).dump),
    date: ColumnType("date", "date", "date", DateBinaryDumper(date).dump),
    datetime: ColumnType("timestamptz", "timestamptz", "timestamptz", DatetimeBinaryDumper(datetime).dump),
    tuple[str, ...]: ColumnType('text[] COLLATE "C"', "text[]", "text", _array_literal, list, tuple),
    tuple[Document, ...]: ColumnType("jsonb", "jsonb", "jsonb", _binary_documents, _documents, tuple),
}
"""The annotations that a row may have, each also `| None`. A Literal of strings is a str."""

LISTS = (COLUMN_TYPES[tuple[str, ...]].sql, COLUMN_TYPES[tuple[Document, ...]].sql)


def choices(annotation: Any) -> tuple[Any, ...]:
    """The annotations between which one chooses, as in `A | B`."""
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def column_type(annotation: Any) -> ColumnType:
    (annotation,) = (each for each in choices(annotation) if each is not type(None))
    if get_origin(annotation) is Literal:
        annotation = type(get_args(annotation)[0])
    try:
        return COLUMN_TYPES[annotation]
    except KeyError:
        raise TypeError(f"a row may not hold {annotation}: see COLUMN_TYPES") from None
