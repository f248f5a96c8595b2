"""Views as of another time: rows that were folded in memory, read by the very statements that read the live rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from domain.kernel.refusal import Overloaded
from infra.postgres.database import Database, conninfo, deadline, view_gone
from infra.views.page_query import PageQuery, Rows
from infra.views.selection import Subselect, checked
from infra.views.tables import Table
from infra.views.view import AnyView, Key, Placed

_TABLE_NAME = re.compile(rb'\bviews\."([a-z0-9_]+)"')


class _Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection whose statements read a temporary table in place of each replayed view's table."""

    make: Callable[[bytes], bool]
    """Makes the temporary table in place of the table with this name, unless it is there. Answers whether the view is
    one of those that are replayed."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run a statement."""
        text = query.as_bytes(self) if isinstance(query, sql.Composable) else query
        text = text.encode() if isinstance(text, str) else text
        return super().execute(_TABLE_NAME.sub(self._in_place, text), params, **options)

    def _in_place(self, found: re.Match[bytes]) -> bytes:
        return b'pg_temp."' + found[1] + b'"' if self.make(found[1]) else found[0]


RowsOf = Callable[[AnyView], Mapping[Key, Placed[Any]]]
"""The rows of a replayed view by key. Asked once for each view, when it is first read."""


class ReplayedDatabase(Database):
    """The reader's database, in which some views hold the rows given, and nothing else. For one thread.

    The rows live in temporary tables, which end with the connection: there is no second copy of the history.
    """

    def __init__(self, reader: Database, views: Iterable[AnyView], rows_of: RowsOf, seconds: float) -> None:
        """`seconds`: the time that one use of the connection may take."""
        super().__init__(reader.url, reader.role, deadline_seconds=seconds)
        self._rows_of = rows_of
        self._connection: _Connection | None = None
        self._views = {f"{view.name}_v{view.version}".encode(): view for view in views}
        self._made: set[bytes] = set()

    @contextmanager
    def connection(self, seconds: float | None = None) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """The one connection, in autocommit mode, cut after the deadline. Raises as of `Database`."""
        try:
            if self._connection is None:
                self._connection = _Connection.connect(conninfo(self.url, self.role), autocommit=True)
                self._connection.make = self._make
            with deadline(self._connection, self.deadline_seconds if seconds is None else seconds):
                yield self._connection
        except psycopg.OperationalError as error:
            raise Overloaded("the database does not answer; try again shortly") from error
        except psycopg.errors.UndefinedTable as error:
            raise view_gone() from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise Overloaded(
                "the database lets its reader make no temporary tables, which a replay needs; grant it as in "
                "docs/production.md"
            ) from error

    def pages(self, parts: Sequence[Subselect], limits: Sequence[int], given: Mapping[str, Any]) -> list[Rows]:
        """As `Reader.pages`."""
        query = PageQuery(parts, limits, given)
        with self.connection() as connection:
            while True:
                with checked(query.cursor):
                    (row,) = connection.execute(query.sql, query.parameters, binary=True).fetchall()
                if (rows := query.rows(row)) is not None:
                    return rows

    def close(self) -> None:
        """Close the connection; the temporary tables end with it."""
        if self._connection is not None:
            self._connection.close()
        super().close()

    def _make(self, name: bytes) -> bool:
        if name not in self._views or name in self._made:
            return name in self._views
        self._made.add(name)
        view, connection = self._views[name], self._connection
        assert connection is not None
        table: Table[Any] = Table(view, schema="pg_temp")
        create = sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {} INCLUDING ALL)").format(table.local_name, Table(view).name)
        # Not by the connection's own `execute`, which would take the new table for the pattern.
        psycopg.Connection.execute(connection, create)
        rows = self._rows_of(view).values()
        table.copy(connection, [(row, position) for row, position in rows if row is not None])
        return True
