"""The columns of a view's table: how the values of each annotation of a row are stored."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from psycopg.types.json import Jsonb
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
    to_copy: Callable[[Any], Any] | None = None
    to_list: Callable[[Any], Any] | None = None
    load: Callable[[Any], Any] | None = None


def _array_literal(items: tuple[str, ...]) -> str:
    # PostgreSQL unnests an array of arrays into single items: so each inner array goes as its literal.
    return "{" + ",".join('"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items) + "}"


def _documents(items: tuple[Document, ...]) -> Any:
    return Jsonb(items, to_json)


COLUMN_TYPES: Mapping[Any, ColumnType] = {
    # Byte order: the same rows have the same order on every machine.
    str: ColumnType('text COLLATE "C"', "text", "text"),
    bool: ColumnType("boolean", "bool", "boolean"),
    int: ColumnType("bigint", "int8", "bigint"),
    Decimal: ColumnType("numeric", "numeric", "numeric"),
    date: ColumnType("date", "date", "date"),
    datetime: ColumnType("timestamptz", "timestamptz", "timestamptz"),
    tuple[str, ...]: ColumnType('text[] COLLATE "C"', "text[]", "text", list, _array_literal, tuple),
    tuple[Document, ...]: ColumnType("jsonb", "jsonb", "jsonb", _documents, _documents, tuple),
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
