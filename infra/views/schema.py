"""The schema of views: creates missing tables, and finds tables that were made for another row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from psycopg import sql

from domain.kernel.refusal import Refusal
from infra.postgres import locks
from infra.postgres.database import Connection, connect
from infra.views.tables import Table
from infra.views.view import AnyView


def prepare_views(owner_url: str, views: Iterable[AnyView]) -> list[str]:
    """Create the table and the subscription of each view that has none yet. Answers the views' names.

    Raises Refusal `view-changed` where a table of this version was made for another row.
    """
    made: list[str] = []
    with connect(owner_url, "owner") as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [locks.MIGRATIONS])
        for view in views:
            table = Table(view)
            if make_table(connection, table):
                connection.execute(
                    "INSERT INTO antiphon.followers (name, version, shard) "
                    "SELECT %s, %s, generate_series(0, %s - 1) ON CONFLICT DO NOTHING",
                    (view.name, view.version, view.shards),
                )
                # For an empty log, an empty table is complete.
                connection.execute(
                    "INSERT INTO antiphon.views (name, version, generation) SELECT %(name)s, %(version)s, "
                    "CASE WHEN EXISTS (SELECT FROM antiphon.log) THEN 0 "
                    "ELSE 1 + coalesce((SELECT max(generation) FROM antiphon.views WHERE name = %(name)s), 0) END "
                    "ON CONFLICT DO NOTHING",
                    {"name": view.name, "version": view.version},
                )
                made.append(f"{view.name}_v{view.version}")
    return made


def missing_views(reader_url: str, views: Iterable[AnyView]) -> list[str]:
    """The views whose table `prepare_views` would create. Changes nothing. Raises Refusal `view-changed`."""
    tables = [Table(view) for view in views]
    with connect(reader_url, "reader") as connection, connection.transaction():
        there = _tables_exist(connection, tables)
    return [
        f"{table.view.name}_v{table.view.version}"
        for table, is_there in zip(tables, there, strict=True)
        if not is_there
    ]


def make_table(connection: Connection, table: Table[Any]) -> bool:
    """Create the table unless it exists. Answers whether it was created. Raises Refusal `view-changed`."""
    if _tables_exist(connection, [table]) == [True]:
        return False
    for statement in table.definition():
        connection.execute(statement)
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(table.name, sql.Literal(_mark(table.view))))
    return True


def _tables_exist(connection: Connection, tables: Sequence[Table[Any]]) -> list[bool]:
    """Whether each of the tables exists. Raises Refusal `view-changed` where one was made for another row."""
    found = connection.execute(
        "SELECT to_regclass(name) IS NOT NULL, obj_description(to_regclass(name), 'pg_class') "
        "FROM unnest(%s::text[]) WITH ORDINALITY AS asked(name, place) ORDER BY place",
        ([table.name.as_string(connection) for table in tables],),
    ).fetchall()
    for table, (exists, mark) in zip(tables, found, strict=True):
        if exists and mark != _mark(table.view):
            raise Refusal(
                "view-changed",
                f"the table of {table.view.name} version {table.view.version} was made for another row; "
                "a change of a view raises its version",
            )
    return [exists for exists, _ in found]


@lru_cache(maxsize=256)
def _mark(view: AnyView) -> str:
    """The comment of the view's table: a hash of the statements that create the table."""
    # Without a suffix: a rebuild's table takes the other's place.
    text = "; ".join(statement.as_string() for statement in Table(view).definition())
    if view.shards > 1:
        text += f"; followed in {view.shards} shards"
    return "made by " + hashlib.sha256(text.encode()).hexdigest()
