"""Selections: which rows of a view a reader gets: a page in order, with a cursor, and the changes since a position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import psycopg

from infra.postgres.database import Connection
from infra.views.cursor import cursor_invalid, encoded, place
from infra.views.statements import TOGETHER, Conditions, Statements
from infra.views.tables import Table

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Rows in order, and the cursor at which the next page begins; None at the end."""

    rows: Sequence[R]
    cursor: str | None


PAGE_BYTES = 1 << 20
"""How many bytes of texts and lists a page holds, unless its first row is larger: a page ends before that, and its
cursor goes on."""


@dataclass(frozen=True, slots=True)
class Subselect:
    """A subselect of one row, read together with others in one statement, and so as of one instant. `given` stands
    before the statement, once for all subselects that need it. `limit`: how many rows at most. `share`: how many bytes
    each row may have, so that they fit into a page together; None where it is known that they do."""

    name: str
    sql: str
    limit: int
    places: Mapping[str, Any]
    cursor: str | None = None
    given: str = ""
    share: int | None = None

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters, by name."""
        return {**self.places, f"{self.name}_limit": self.limit, f"{self.name}_share": self.share}

    def cut(self, sizes: Sequence[int]) -> Subselect:
        """The subselect of as many of these rows as fit into a page by their sizes, and of one at least. Changes come
        with all that the last event changed: `TOGETHER` times as many rows must not hold more than as many pages."""
        fitting, together = (
            sum(size <= most for size in accumulate(sizes)) for most in (PAGE_BYTES, TOGETHER * PAGE_BYTES)
        )
        most = fitting if together == len(sizes) else min(fitting, together // TOGETHER)
        return replace(self, limit=max(1, min(self.limit, most)), share=None)


class Selection(Generic[R]):
    """A selection of one view's rows: SQL over a row `t`, with named parameters that the reader gives.

    `scope` never changes for a row, and readers get nothing of a row outside of it; it names only columns of the key,
    or any column of a view that removes nothing (a removed row keeps its key only). `which` may change: a row that fits
    no longer is reported as gone. The parameters of all selections that are read together share one namespace.
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
        """`order`: expressions with types, which together give one total order. `shows`: expressions by name for the
        JSON of a row, if not all of its columns. `instead`: an expression in place of a column, of the column's type.
        `among`: as in `across`."""
        self.name = name
        self.table = table
        self.order = order
        self._among = among
        self._declared: dict[str, Any] = {
            "order": order, "scope": scope, "which": which, "descending": descending,
            "shows": shows, "instead": instead,
        }  # fmt: skip
        self.sql = Statements.of(
            name,
            table,
            order,
            Conditions(scope, which),
            descending=descending,
            shows=shows,
            instead=instead,
            among=among,
        )

    def statements(self) -> Iterator[tuple[str, str]]:
        """All statements of the selection, each with its purpose."""
        yield "read a page of", self.sql.given + self.sql.rows[True]
        yield "page as JSON of", self.sql.given + self.sql.pages[True]
        yield "changes of", self.sql.given + self.sql.changes

    def across(self, linked: str) -> Selection[R]:
        """The same selection over several ids in one order. `linked`: a query of that name that answers the ids, as
        `id`, in place of the scope's one. When `linked` answers other ids, the generation changes."""
        return Selection(self.name, self.table, among=linked, **self._declared)

    def narrowed(self, condition: str = "true", instead: Mapping[str, str] = MappingProxyType({})) -> Selection[R]:
        """The same selection without the rows that do not fit a condition. `instead`: as of the selection, beside its
        own."""
        which, shown = f"({self._declared['which']}) AND ({condition})", {**self._declared["instead"], **instead}
        declared = {**self._declared, "which": which, "instead": shown}
        return Selection(self.name, self.table, among=self._among, **declared)

    def read(self, connection: Connection, *, cursor: str | None = None, limit: int, **parameters: Any) -> Page[R]:
        """A page of rows. Raises Refusal `cursor-invalid`."""
        self.table.check_live(connection)
        places = self._places(cursor)
        query = (self.sql.given + self.sql.rows[bool(places)]).encode()
        with checked(cursor):
            found = connection.execute(query, {**parameters, **places, f"{self.name}_limit": limit + 1}, binary=True)
            rows = found.fetchall()
        page = self.table.rows([values[:-1] for values in rows[:limit]])
        return Page(page, encoded(rows[limit - 1][-1]) if len(rows) > limit else None)

    # -- as JSON, for `infra/views/reader.py`

    def page(self, *, cursor: str | None = None, limit: int) -> Subselect:
        """A page for `Reader.pages`. Raises Refusal `cursor-invalid`."""
        places = self._places(cursor)
        return self._subselect(self.sql.pages[bool(places)], limit, places, cursor)

    def changes(self, since: int, *, limit: int) -> Subselect:
        """The first `limit` rows that changed after a position, in that order (or some more, where one event changed
        several): the rows that fit, and the keys of those that are gone (both as JSON arrays).

        More than `TOGETHER` times `limit` rows are not complete: then begin anew with pages.
        """
        return self._subselect(self.sql.changes, limit, {f"{self.name}_since": since})

    def _subselect(self, sql: str, limit: int, places: Mapping[str, Any], cursor: str | None = None) -> Subselect:
        return Subselect(self.name, sql, limit, places, cursor, self.sql.given, PAGE_BYTES // limit)

    def _places(self, cursor: str | None) -> dict[str, str]:
        if cursor is None:
            return {}
        places = place(cursor)
        if len(places) != len(self.order):
            raise cursor_invalid()
        return {f"{self.name}_{n}": place for n, place in enumerate(places)}


@contextmanager
def checked(cursor: str | None) -> Iterator[None]:
    """Turn PostgreSQL's errors into a refusal: a place that PostgreSQL does not take was never in a cursor of ours."""
    try:
        yield
    except psycopg.DataError:
        if cursor is None:
            raise
        raise cursor_invalid() from None
