"""A row as a JSON object: made as it is read, or kept beside the row, where a view is read so often that it shows.

Making it takes PostgreSQL three times as long as finding the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import LiteralString

from psycopg import sql

COLUMN = "document"
"""The column that holds it, of a view with `document`."""


def authored(expression: str) -> LiteralString:
    """SQL that a view's author wrote; never a caller, whose values are parameters."""
    return expression


def of(shown: Mapping[str, str]) -> sql.Composed:
    """SQL for a JSON object of these expressions by name, which a view's author wrote."""
    named = [
        sql.SQL("{} AS {}").format(sql.SQL(authored(expression)), sql.Identifier(name))
        for name, expression in shown.items()
    ]
    return sql.SQL("row_to_json((SELECT shown FROM (SELECT {}) AS shown))").format(sql.SQL(", ").join(named))


def columns(types: Mapping[str, str], prefix: str = "t.") -> dict[str, str]:
    """Each column, of these types, of a row `t` as JSON shows it."""
    # Amounts as text: most readers of JSON take a number for a binary fraction.
    return {name: f'{prefix}"{name}"' + "::text" * (kind == "numeric") for name, kind in types.items()}


def function_of(view: str, version: int) -> sql.Identifier:
    """The function that makes what is kept. Rows of a table that is built beside another are made by the same."""
    return sql.Identifier("views", f"{view}_v{version}_{COLUMN}")


def function(view: str, version: int, types: Mapping[str, str], kept: Mapping[str, str]) -> sql.Composed:
    """The statement that makes it; `kept`: `View.document`."""
    # Of a column that is computed PostgreSQL asks that the same values always give the same. That holds once the time
    # zone, on which how times read depends, is none of the session's.
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
    """Its definition in a table that has these columns."""
    return sql.SQL("{} json GENERATED ALWAYS AS ({}({})) STORED").format(
        sql.Identifier(COLUMN), function_of(view, version), sql.SQL(", ").join(map(sql.Identifier, names))
    )
