"""Tables of views: created from the row's annotations, read and written a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache, cached_property
from operator import attrgetter
from typing import (
    Any,
    Generic,
    Literal,
    LiteralString,
    NamedTuple,
    TypeVar,
    cast,
    get_origin,
    get_type_hints,
)  # fmt: skip
from weakref import WeakSet

from psycopg import Cursor, sql

from domain.kernel.refusal import Overloaded
from infra.postgres.database import Connection
from infra.views import row_json
from infra.views.arrays import Array, array
from infra.views.columns import COLUMN_TYPES, LISTS, ColumnType, choices, column_type
from infra.views.row_json import authored
from infra.views.versions import is_live
from infra.views.view import HIDDEN, WIPED, AnyView, Key, Match, View

R = TypeVar("R")
Rows = Callable[[], dict[Key, R]]
"""Waits for rows that were asked for, and gives them by key."""
SHORT_LIST_BYTES = 128
"""A list that takes so many bytes in the table, compressed, counts as empty in the size of a row."""


class _Sql(NamedTuple):
    select: sql.Composed
    load_keys: bytes
    touch_keys: bytes
    copy: bytes
    insert: bytes
    upsert: bytes


@cache
def _hints(row: type) -> tuple[dict[str, Any], dict[str, Any]]:
    """The annotations of a row, without and with their marks."""
    # Once: whatever starts makes the tables of all views, and Python evaluates annotations anew each time.
    return get_type_hints(row), get_type_hints(row, include_extras=True)


class Table(Generic[R]):
    """The table `views.<name>_v<version><suffix>` of one view; in the schema `pg_temp`, one connection's replay of it.

    Beside the row's fields, the table has `position`, of the event that last changed the row, and `deleted`: a removed
    row leaves its key, so that readers of "rows with position > n" learn of the removal.
    """

    def __init__(self, view: View[R, Any], suffix: str = "", schema: LiteralString = "views") -> None:
        self.view = view
        self.suffix = suffix
        self.local_name = sql.Identifier(f"{view.name}_v{view.version}{suffix}")
        self.name = sql.SQL(schema + ".{}").format(self.local_name)
        row = cast(Any, view.row)
        hints, marked = _hints(row)
        self.columns = {field.name: column_type(hints[field.name]) for field in fields(row)}
        marks = {name: getattr(marked[name], "__metadata__", ()) for name in self.columns}
        self.wiped = [name for name in self.columns if WIPED in marks[name]]
        self.hidden = {name for name in self.columns if any(mark is HIDDEN for mark in marks[name])}
        words = {name for name in self.columns if any(get_origin(each) is Literal for each in choices(hints[name]))}
        self._short = {*view.key, *words, *(name for name in self.columns if name.endswith("_id"))}
        every = [*self.columns.values(), COLUMN_TYPES[int], COLUMN_TYPES[bool]]
        self._binary = [column.binary for column in every]
        self._to_copy = [(n, column.to_copy) for n, column in enumerate(every) if column.to_copy]
        self._written = every
        self._key_columns = [self.columns[name] for name in view.key]
        self._load = [(n, column.load) for n, column in enumerate(every) if column.load]
        self._values: Callable[[R], tuple[Any, ...]] = attrgetter(*self.columns)
        self._key: Callable[[R], Key] = attrgetter(*view.key) if len(view.key) > 1 else _single(view.key[0])
        self._live_on: WeakSet[Connection] = WeakSet()
        self._sql_types = {name: column.sql for name, column in self.columns.items()}

    @cached_property
    def _sql(self) -> _Sql:
        # Composed when first needed: a check that the table exists needs none of them.
        names = [*self.columns, "position", "deleted"]
        kinds = [*self.columns.values(), COLUMN_TYPES[int], COLUMN_TYPES[bool]]
        keys = list(self.view.key)
        asked = sql.SQL("unnest({}) AS asked({})").format(_lists(self.columns[key] for key in keys), _names(keys))
        same_key = sql.SQL("({}) = ({})").format(_names(keys, "t"), _names(keys, "asked"))
        new = (
            sql.SQL("new.{}::" + authored(k.sql.partition(" ")[0])).format(sql.Identifier(n))
            for n, k in zip(names, kinds, strict=True)
        )
        kept = (sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names if name not in keys)
        select = sql.SQL("SELECT {} FROM {} AS t ").format(_names(self.columns, "t"), self.name)
        insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS new({})").format(
            self.name, _names(names), sql.SQL(", ").join(new), _lists(kinds), _names(names)
        )
        on_conflict = sql.SQL(" ON CONFLICT ({}) DO UPDATE SET {}").format(_names(keys), sql.SQL(", ").join(kept))
        return _Sql(
            select,
            load_keys=(select + sql.SQL("JOIN {} ON {} WHERE NOT t.deleted").format(asked, same_key)).as_bytes(),
            touch_keys=sql.SQL("UPDATE {} AS t SET position = %b FROM {} WHERE {}")
            .format(self.name, asked, same_key)
            .as_bytes(),
            copy=sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(self.name, _names(names)).as_bytes(),
            insert=insert.as_bytes(),
            upsert=(insert + on_conflict).as_bytes(),
        )

    def statements(self) -> Iterator[tuple[str, str]]:
        """The statements that read and write rows, each with its purpose."""
        yield "read rows of", self._sql.select.as_string()
        yield "load rows by key of", self._sql.load_keys.decode()
        yield "touch rows of", self._sql.touch_keys.decode()
        yield "add rows to", self._sql.copy.decode()
        yield "add rows in a pipeline to", self._sql.insert.decode()
        yield "write rows of", self._sql.upsert.decode()

    # -- reading

    def as_json(self, instead: Mapping[str, str]) -> sql.Composed:
        """SQL for a row `t` as a JSON object, with other expressions in place of some columns."""
        columns = row_json.columns({n: kind for n, kind in self._sql_types.items() if n not in self.hidden})
        if self.view.document is None:
            return row_json.of({**columns, **instead})
        if not instead:
            return sql.SQL("{}").format(sql.Identifier("t", row_json.COLUMN))
        ((name, shown),) = instead.items()
        kept = self.view.document[name]
        # The column is a boolean: where it differs from the stored JSON, its value is NOT of the stored one. So the
        # expression, which may be long, stands in the statement once. Planning it twice takes longer than reading.
        made = row_json.of({**columns, name: f"NOT {kept}"})
        return sql.SQL("CASE WHEN {} IS DISTINCT FROM {} THEN {} ELSE {} END").format(
            sql.SQL(authored(shown)), sql.SQL(authored(kept)), made, sql.Identifier("t", row_json.COLUMN)
        )

    def bytes_of_row(self) -> sql.Composed:
        """SQL for about how many bytes a row `t` has in the texts and lists that may be long."""
        sizes: list[sql.Composable] = [sql.SQL("0")]
        for name, kind in self._sql_types.items():
            column = sql.Identifier("t", name)
            if name in self._short:
                continue
            if kind == COLUMN_TYPES[str].sql:
                sizes.append(sql.SQL("coalesce(octet_length({}), 0)").format(column))
            elif kind in LISTS:
                # Most lists are empty, and to write one as text takes longer than all the rest.
                size = "CASE WHEN pg_column_size({0}) > {1} THEN octet_length({0}::text) ELSE 0 END"
                sizes.append(sql.SQL(size).format(column, sql.Literal(SHORT_LIST_BYTES)))
        return sql.SQL(" + ").join(sizes)

    def check_live(self, connection: Connection) -> None:
        """Check that this version of the view is live, and not being built. Raises Overloaded.

        Asked once on each connection, since a live version stays live.
        """
        if connection not in self._live_on:
            if not is_live(connection, self.view.name, self.view.version):
                raise not_live(self.view)
            self._live_on.add(connection)

    def select(self, connection: Connection, rest: LiteralString = "", parameters: Sequence[Any] = ()) -> list[R]:
        """Rows, by the SQL that follows `SELECT … FROM <table> AS t`, such as `WHERE NOT deleted AND … ORDER BY …`.

        Raises Overloaded as `check_live`.
        """
        self.check_live(connection)
        return self.rows(connection.execute(self._sql.select + sql.SQL(rest), parameters, binary=True).fetchall())

    def ask(self, connection: Connection, keys: Iterable[Key]) -> Rows[R]:
        """Ask for the rows with these keys, without removed and unknown ones."""
        columns = _arrays(self._key_columns, keys)
        if not columns:
            return dict
        # Planned anew each time: a plan made while the table is small must not serve a large one.
        return self._asked(connection.execute(self._sql.load_keys, columns, binary=True, prepare=False))

    def ask_matching(self, connection: Connection, match: Match) -> Rows[R]:
        """Ask for the rows whose column has this value."""
        where = sql.SQL("WHERE t.{} = %b AND NOT t.deleted").format(sql.Identifier(match.column))
        return self._asked(connection.execute(self._sql.select + where, [match.value], binary=True, prepare=False))

    def _asked(self, cursor: Cursor[tuple[Any, ...]]) -> Rows[R]:
        return lambda: {self._key(row): row for row in self.rows(cursor.fetchall())}

    def rows(self, found: Sequence[tuple[Any, ...]]) -> list[R]:
        """The rows of these values, which are in the order of `columns`."""
        make = self.view.row
        if not self._load:
            return [make(*values) for values in found]
        rows = []
        for values in found:
            loaded = list(values)
            for number, load in self._load:
                if loaded[number] is not None:
                    loaded[number] = load(loaded[number])
            rows.append(make(*loaded))
        return rows

    # -- writing

    def add(self, connection: Connection, rows: Sequence[tuple[R, int]]) -> None:
        """Add new rows, each with its position. Raises psycopg.errors.UniqueViolation."""
        if connection.pgconn.pipeline_status:  # in a pipeline, there is no COPY
            self._write(connection, self._sql.insert, [(*self._values(row), position, False) for row, position in rows])
        elif rows:
            self.copy(connection, rows)

    def copy(self, connection: Connection, rows: Sequence[tuple[R, int]]) -> None:
        """Add new rows by COPY. Raises psycopg.errors.UniqueViolation."""
        with connection.cursor() as cursor, cursor.copy(self._sql.copy) as copy:
            copy.set_types(self._binary)
            for row, position in rows:
                values = (*self._values(row), position, False)
                if self._to_copy:
                    changed = list(values)
                    for number, dump in self._to_copy:
                        if changed[number] is not None:
                            changed[number] = dump(changed[number])
                    copy.write_row(changed)
                else:
                    copy.write_row(values)

    def upsert(self, connection: Connection, rows: Sequence[tuple[Key, R | None, int]]) -> None:
        """Write rows, each with key and position; None marks the row as deleted, and leaves key and position."""
        nothing = dict.fromkeys(self.columns)
        written = [
            (*self._values(row), position, False)
            if row is not None
            else (*(nothing | dict(zip(self.view.key, key, strict=True))).values(), position, True)
            for key, row, position in rows
        ]
        self._write(connection, self._sql.upsert, written)

    def _write(self, connection: Connection, statement: bytes, written: Sequence[tuple[Any, ...]]) -> None:
        if written:
            connection.execute(statement, _arrays(self._written, written))

    def touch(self, connection: Connection, keys: Iterable[Key], matches: Iterable[Match], position: int) -> None:
        """Set a new position on the rows with these keys, removed ones too, and on those that match."""
        columns = _arrays(self._key_columns, keys)
        if columns:
            connection.execute(self._sql.touch_keys, [position, *columns], prepare=False)
        for match in matches:
            update = sql.SQL("UPDATE {} SET position = %b WHERE {} = %b AND NOT deleted")
            connection.execute(
                update.format(self.name, sql.Identifier(match.column)), [position, match.value], prepare=False
            )

    # -- making

    def definition(self) -> list[sql.Composed]:
        """The statements that create the table and its indexes; the owner runs them, and grants."""
        columns = [
            sql.SQL("{} " + authored(column.sql) + (" NOT NULL" if name in self.view.key else "")).format(
                sql.Identifier(name)
            )
            for name, column in self.columns.items()
        ]
        columns += [sql.SQL("{} " + authored(kind)).format(sql.Identifier(n)) for n, kind in self.view.computed.items()]
        functions = []
        unread = [*self.wiped, *self.view.computed]
        if self.view.document is not None:
            kept = self.view.document
            functions.append(row_json.function(self.view.name, self.view.version, self._sql_types, kept))
            columns.append(row_json.column(self.view.name, self.view.version, self.columns))
            unread.append(row_json.COLUMN)
        create = sql.SQL(
            "CREATE TABLE {} ({}, position bigint NOT NULL, deleted boolean NOT NULL, PRIMARY KEY ({}))"
        ).format(self.name, sql.SQL(", ").join(columns), _names(self.view.key))
        unsampled = [
            sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET STATISTICS 0").format(self.name, sql.Identifier(name))
            for name in unread
        ]
        # Unnamed, so that a rebuilt table may take the place of the other.
        on = (each if each.startswith("USING ") else f"({each})" for each in (*self.view.indexes, "position"))
        indexes = [sql.SQL("CREATE INDEX ON {} " + authored(each)).format(self.name) for each in on]
        grants = [
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO antiphon_projector").format(self.name),
            sql.SQL("GRANT SELECT ON {} TO antiphon_reader, antiphon_auditor").format(self.name),
        ]
        return [*functions, create, *unsampled, *indexes, *grants]


def not_live(view: AnyView) -> Overloaded:
    """The refusal of a read while the version is being built."""
    return Overloaded(
        f"version {view.version} of {view.name} is still being built; `antiphon doctor` says how far it is"
    )


def _arrays(columns: Sequence[ColumnType], rows: Iterable[tuple[Any, ...]]) -> list[Array]:
    """An array for each column; none where there are no rows."""
    values = list(zip(*rows, strict=True))
    return [array(*each) for each in zip(columns, values, strict=True)] if values else []


def _single(name: str) -> Callable[[Any], Key]:
    get = attrgetter(name)
    return lambda row: (get(row),)


def _names(names: Iterable[str], prefix: str | None = None) -> sql.Composed:
    """Column names, as SQL."""
    parts = (sql.Identifier(prefix, name) if prefix else sql.Identifier(name) for name in names)
    return sql.SQL(", ").join(parts)


def _lists(kinds: Iterable[ColumnType]) -> sql.Composed:
    """Parameters to unnest, one list per column."""
    return sql.SQL(", ").join(sql.SQL("%b::" + authored(kind.list_of) + "[]") for kind in kinds)
