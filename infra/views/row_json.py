"""A row as a JSON object: made at each read, or stored beside the row of a view that is read very often.

To make it takes PostgreSQL three times as long as to find the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import LiteralString

from psycopg import sql

COLUMN = "document"
"""The column of the stored JSON, in a view with `document`."""


def authored(expression: str) -> LiteralString:
    """SQL written by the author of a view; never by a caller, whose values are parameters."""
    return expression


def of(shown: Mapping[str, str]) -> sql.Composed:
    """SQL for a JSON object of these expressions by name, written by the author of a view."""
    named = [
        sql.SQL("{} AS {}").format(sql.SQL(authored(expression)), sql.Identifier(name))
        for name, expression in shown.items()
    ]
    return sql.SQL("row_to_json((SELECT shown FROM (SELECT {}) AS shown))").format(sql.SQL(", ").join(named))


def columns(types: Mapping[str, str], prefix: str = "t.") -> dict[str, str]:
    """The JSON expression of each column, by type, of a row `t`."""
    # Amounts as text: most JSON readers take a number for a binary fraction.
    return {name: f'{prefix}"{name}"' + "::text" * (kind == "numeric") for name, kind in types.items()}


def function_of(view: str, version: int) -> sql.Identifier:
    """The function that makes the stored JSON, also of a table that is built beside another."""
    return sql.Identifier("views", f"{view}_v{version}_{COLUMN}")


def function(view: str, version: int, types: Mapping[str, str], kept: Mapping[str, str]) -> sql.Composed:
    """The statement that creates the function; `kept`: `View.document`."""
    # PostgreSQL requires of a computed column that the same values always give the same result. That holds once the
    # time zone, on which the text of a time depends, is not the session's.
    arguments = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind.partition(" ")[0])) for name, kind in types.items()
    ]
    return sql.SQL(
        "CREATE OR REPLACE FUNCTION {}({}) RETURNS json LANGUAGE sql IMMUTABLE SET timezone = 'UTC' AS {}"
    ).format(
        function_of(view, version),
        sql.SQL(", ").join(arguments),
        sql.Literal(sql.SQL("SELECT {}").format(of({**columns(types, ""), **kept})).as_string()),
    )


def column(view: str, version: int, names: Iterable[str]) -> sql.Composed:
    """The definition of the JSON column in a table with these columns."""
    return sql.SQL("{} json GENERATED ALWAYS AS ({}({})) STORED").format(
        sql.Identifier(COLUMN), function_of(view, version), sql.SQL(", ").join(map(sql.Identifier, names))
    )
