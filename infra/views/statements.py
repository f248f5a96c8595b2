"""The statements of a selection, composed once from what its author declared. Callers' values are parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal, Placeholder

from infra.views import row_json
from infra.views.row_json import authored
from infra.views.tables import Table
from infra.views.versions import generation_in_sql, position_in_sql

TOGETHER = 10
"""By what factor the changes may exceed the limit, so that all changes of one event come together."""

_FIRST = SQL("true")


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which rows a selection shows, as SQL over a row `t`: `scope` never changes for a row, `which` may."""

    scope: str
    which: str


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of a selection. `rows` and `pages`: the first page, and a page after a cursor. `pages` and
    `changes` are subselects of one row. `given` stands before a statement that uses any of them."""

    given: str
    rows: tuple[str, str]
    pages: tuple[str, str]
    changes: str

    @classmethod
    def of(
        cls,
        name: str,
        table: Table[Any],
        order: Sequence[tuple[str, str]],
        conditions: Conditions,
        *,
        descending: bool,
        shows: Mapping[str, str] | None,
        instead: Mapping[str, str],
        among: str | None,
    ) -> Statements:
        """The statements of `Selection` with these arguments."""
        view = table.view
        scope, which = _authored(conditions.scope), _authored(conditions.which)
        places = [_authored(expression) for expression, _ in order]
        limit = Placeholder(f"{name}_limit")
        source = SQL("FROM {} AS t").format(table.name)
        end = SQL(" ORDER BY {} LIMIT {}").format(
            _listed(SQL("{} DESC").format(place) if descending else place for place in places), limit
        )
        beyond = SQL("({}) {} ({})").format(
            _listed(places),
            SQL("<" if descending else ">"),
            _listed(
                SQL("{}::{}").format(Placeholder(f"{name}_{n}"), _authored(kind)) for n, (_, kind) in enumerate(order)
            ),
        )
        page = SQL("{} WHERE NOT t.deleted AND ({}) AND ({}) AND {}{}")
        found = [page.format(source, scope, which, where, end) for where in (_FIRST, beyond)]
        generation: Composable = generation_in_sql(view)
        if among:
            # A page of each, and the first of all these: each is read in its own order, and for one page at most.
            of_each = _authored(conditions.scope.replace("%(id)s", "linked.id"))
            found = [
                SQL("FROM linked CROSS JOIN LATERAL (SELECT t.* {}) AS t{}").format(
                    page.format(source, of_each, which, where, end), end
                )
                for where in (_FIRST, beyond)
            ]
            scope = _authored(conditions.scope.replace("%(id)s", "ANY (ARRAY(SELECT id FROM linked))"))
            # Once there are other ids, positions do not tell what changed.
            generation = SQL("hashtextextended((SELECT string_agg(id, ' ' ORDER BY id) FROM linked), {})").format(
                generation
            )
        columns = [_authored(instead[each]) if each in instead else Identifier("t", each) for each in table.columns]
        as_text = _listed(SQL("({})::text").format(place) for place in places)
        row = row_json.of(shows) if shows else table.as_json(instead)
        ends = _listed(SQL("{} AS {}").format(place, _place(n)) for n, place in enumerate(places))
        last = _listed(SQL("(array_agg({}))[count(*)]::text").format(_place(n)) for n in range(len(order)))
        position = position_in_sql(view)
        # A row that is larger than its share is not made into JSON, and its long texts are not read: its page is asked
        # for once more, with fewer rows (`Reader.pages`).
        size = SQL("{} AS size").format(table.bytes_of_row())
        small = SQL("(size > {}) IS NOT TRUE").format(Placeholder(f"{name}_share"))
        sizes = SQL("CASE WHEN bool_and({}) THEN NULL ELSE array_agg(size) END AS sizes").format(small)
        pages = [
            SQL(
                "(SELECT {} AS position, {} AS rows, count(*) AS number, ARRAY[{}] AS last, {} AS generation,"
                " {} AS gone, {} FROM (SELECT t.*, {}, {} {}) AS t) AS {}"
            ).format(
                *(position, _json(SQL("json_agg({}) FILTER (WHERE {})").format(row, small)), last, generation),
                *(_json(SQL("NULL")), sizes, size, ends, each, Identifier(name)),
            )
            for each in found
        ]
        # One event may have changed several rows: they come together, unless there are too many.
        changes = SQL(
            "(SELECT {} AS position, {} AS rows, count(*) AS number, ARRAY[max(t.position)::text] AS last,"
            " {} AS generation, {} AS gone, {} FROM (SELECT * FROM (SELECT t.*,"
            " coalesce(NOT t.deleted AND ({}), false) AS fits, {} {} WHERE t.position > {} AND ({})"
            " ORDER BY t.position FETCH FIRST ({}) ROWS WITH TIES) AS t LIMIT {} * {} + 1) AS t) AS {}"
        ).format(
            *(position, _json(SQL("json_agg({}) FILTER (WHERE fits AND {})").format(row, small)), generation),
            _json(
                SQL("json_agg(json_build_array({})) FILTER (WHERE NOT fits)").format(
                    _listed(Identifier("t", each) for each in view.key)
                )
            ),
            *(sizes, which, size, source, Placeholder(f"{name}_since"), scope),
            *(limit, Literal(TOGETHER), limit, Identifier(name)),
        )
        read = SQL("SELECT {}, ARRAY[{}] {}")
        first, after = [read.format(_listed(columns), as_text, each).as_string() for each in found]
        return cls(
            given=SQL("WITH RECURSIVE {} ").format(_authored(among)).as_string() if among else "",
            rows=(first, after),
            pages=(pages[0].as_string(), pages[1].as_string()),
            changes=changes.as_string(),
        )


def _authored(expression: str) -> SQL:
    return SQL(authored(expression))


def _listed(parts: Iterable[Composable]) -> Composed:
    return SQL(", ").join(list(parts))


def _place(n: int) -> SQL:
    return SQL(authored(f"place_{n}"))


def _json(aggregate: Composable) -> Composed:
    """JSON as bytes, so that nobody decodes it only to encode it again."""
    return SQL("convert_to(coalesce({}, '[]')::text, 'UTF8')").format(aggregate)
