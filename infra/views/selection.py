"""Which rows of a view a reader is shown: a page of them in order, with a cursor, and what changed since a position."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import psycopg

from domain.kernel.refusal import Refusal
from infra.postgres.database import Connection
from infra.views import row_json
from infra.views.tables import Table
from infra.views.versions import generation_in_sql, position_in_sql

R = TypeVar("R")


TOGETHER = 10
"""How many times as many changes as were asked for may be told of at once, so that those of one event are together."""


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Rows in order, and the cursor after which the next page begins; None where there is none."""

    rows: Sequence[R]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A subselect of one row, to be read along with others in one statement, and so at one instant. `given` stands
    before that statement, once for all that need it."""

    sql: str
    parameters: Mapping[str, Any]
    cursor: str | None = None
    given: str = ""


class Selection(Generic[R]):
    """Rows of one view's table: SQL over a row `t` with named parameters, which whoever reads it gives.

    `scope` never changes for a row, and a row outside of it is never told of; it names only columns of the key, or any
    of a view that removes nothing (what is removed keeps its key only). `which` may change: a row that no longer fits
    is told of as gone. The parameters of all selections that are read together are one namespace.
    """

    def __init__(
        self,
        name: str,
        table: Table[R],
        *,
        order: Sequence[tuple[str, str]],
        scope: str = "true",
        which: str = "true",
        descending: bool = False,
        shows: Mapping[str, str] | None = None,
        instead: Mapping[str, str] = MappingProxyType({}),
        among: str | None = None,
    ) -> None:
        """`order`: expressions and their types, which together put the rows into one order and no other. `shows`: what
        the JSON of a row holds, expressions by name, where it is not all of its columns. `instead`: what to show in
        place of a column, as an expression of its type. `among`: as `across` has it."""
        self.name = name
        self.table = table
        self._order = order
        self._said: dict[str, Any] = {
            "order": order, "scope": scope, "which": which, "descending": descending,
            "shows": shows, "instead": instead,
        }  # fmt: skip
        view = table.view
        columns = ", ".join(instead.get(name, f't."{name}"') for name in table.columns)
        source = f"FROM {table.name.as_string()} AS t"
        expressions = [expression for expression, _ in order]
        places = ", ".join(f"%({name}_{n})s::{kind}" for n, (_, kind) in enumerate(order))
        beyond = f"({', '.join(expressions)}) {'<' if descending else '>'} ({places})"
        by = ", ".join(each + (" DESC" if descending else "") for each in expressions)
        end = f" ORDER BY {by} LIMIT %({name}_limit)s"
        found = [
            f"{source} WHERE NOT t.deleted AND ({scope}) AND ({which}) AND {where}{end}"
            for where in ("true", beyond)  # the first page, and those after a cursor
        ]
        self._given = f"WITH RECURSIVE {among} " if among else ""
        if among:
            # A page of each and the first of all these: each is read in its order, and no further than one page.
            found = [
                f"FROM linked CROSS JOIN LATERAL (SELECT t.* {page.replace('%(id)s', 'linked.id')}) AS t{end}"
                for page in found
            ]
            scope = scope.replace("%(id)s", "ANY (ARRAY(SELECT id FROM linked))")
        here = ", ".join(f"({each})::text" for each in expressions)
        self._rows = [f"SELECT {columns}, ARRAY[{here}] {page}" for page in found]

        at, generation = position_in_sql(view), generation_in_sql(view)
        if among:  # with others among them, positions say nothing about what changed
            generation = f"hashtextextended((SELECT string_agg(id, ' ' ORDER BY id) FROM linked), {generation})"
        row = f"{row_json.of(shows) if shows else table.as_json(instead)} AS row"
        ends = ", ".join(f"{each} AS place_{n}" for n, each in enumerate(expressions))
        last = ", ".join(f"(array_agg(place_{n}))[count(*)]::text" for n in range(len(order)))
        every = _json("json_agg(row)")
        nothing = _json("NULL")
        self._pages = [
            f"(SELECT {at} AS position, {every} AS rows, count(*) AS number, ARRAY[{last}] AS last,"
            f" {generation} AS generation, {nothing} AS gone"
            f' FROM (SELECT {row}, {ends} {page}) AS page) AS "{name}"'
            for page in found
        ]
        key = ", ".join(f"t.{each}" for each in view.key)
        fitting, gone = _json("json_agg(row) FILTER (WHERE fits)"), _json("json_agg(key) FILTER (WHERE NOT fits)")
        self._changes = (
            f"(SELECT {at} AS position, {fitting} AS rows, count(*) AS number, ARRAY[max(place)::text] AS last,"
            f" {generation} AS generation, {gone} AS gone FROM (SELECT * FROM (SELECT t.position AS place,"
            f" coalesce(NOT t.deleted AND ({which}), false) AS fits, {row}, json_build_array({key}) AS key {source}"
            f" WHERE t.position > %({name}_since)s AND ({scope}) ORDER BY t.position"
            # One event may have changed several rows: all of them are told of together, unless they are too many.
            f" FETCH FIRST (%({name}_limit)s) ROWS WITH TIES) AS changes"
            f' LIMIT {TOGETHER} * %({name}_limit)s + 1) AS told) AS "{name}"'
        )

    def across(self, linked: str) -> Selection[R]:
        """The same of several things in one order: `linked` is a query of that name, which answers their ids as `id`,
        in the place of the one that the scope names. Where it answers others than before, so does the generation."""
        return Selection(self.name, self.table, among=linked, **self._said)

    def read(self, connection: Connection, *, cursor: str | None = None, limit: int, **parameters: Any) -> Page[R]:
        """A page of rows. Raises Refusal `cursor-invalid`."""
        self.table.check_live(connection)
        places = self._places(cursor)
        query = (self._given + self._rows[bool(places)]).encode()
        with checked(cursor):
            found = connection.execute(query, {**parameters, **places, f"{self.name}_limit": limit + 1}, binary=True)
            rows = found.fetchall()
        page = self.table.rows([values[:-1] for values in rows[:limit]])
        return Page(page, encoded(rows[limit - 1][-1]) if len(rows) > limit else None)

    # -- as JSON, for `infra/views/reader.py`

    def page(self, *, cursor: str | None = None, limit: int) -> Part:
        """A page for `Reader.pages`. Raises Refusal `cursor-invalid`."""
        places = self._places(cursor)
        return Part(self._pages[bool(places)], {f"{self.name}_limit": limit, **places}, cursor, self._given)

    def changes(self, since: int, *, limit: int) -> Part:
        """The same of the first `limit` rows that changed after a position (or some more, where one event changed
        several at once), in that order: those that fit, and the keys of those that are gone (JSON arrays both).

        With more than `TOGETHER` times `limit` of them it is not all that changed: begin anew with pages.
        """
        parameters = {f"{self.name}_since": since, f"{self.name}_limit": limit}
        return Part(self._changes, parameters, given=self._given)

    def _places(self, cursor: str | None) -> dict[str, str]:
        if cursor is None:
            return {}
        places = place(cursor)
        if len(places) != len(self._order):
            raise cursor_invalid()
        return {f"{self.name}_{n}": place for n, place in enumerate(places)}


def encoded(place: Sequence[str]) -> str:
    """The cursor after a row at this place."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def place(cursor: str) -> list[str]:
    """The place of the row before this cursor. Raises Refusal `cursor-invalid`."""
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, RecursionError):
        raise cursor_invalid() from None
    if not isinstance(found, list) or not all(isinstance(each, str) and _is_utf8(each) for each in found):
        raise cursor_invalid()
    return found


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def checked(cursor: str | None) -> Iterator[None]:
    """What PostgreSQL cannot take for a place was never given out."""
    try:
        yield
    except psycopg.DataError:
        if cursor is None:
            raise
        raise cursor_invalid() from None


def _json(aggregate: str) -> str:
    """Sent as bytes, which nobody has to decode only to encode them again."""
    return f"convert_to(coalesce({aggregate}, '[]')::text, 'UTF8')"


def cursor_invalid() -> Refusal:
    """Nobody gave that cursor out."""
    return Refusal("cursor-invalid", "begin again without a cursor; it goes from one answer to the next")
