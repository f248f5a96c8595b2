"""Finding passages: messages, names and numbers of customers and orders, by their words.

The trap is a frequent word. To rank all matches takes time in proportion to them: half a million in a log of a million
messages. So the newest matches are ranked first, `CANDIDATES` at a time, and older ones follow. The newest are found
in ever larger windows that reach back from the end of the log. No query costs more than some hundred rows, however many
match.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from itertools import accumulate
from typing import LiteralString

from psycopg import sql

from domain.kernel.personal import ERASED
from domain.kernel.text import bidi
from infra.postgres.database import Connection
from infra.views.cursor import cursor_invalid, decoded, encoded
from infra.views.lexemes import spans
from infra.views.selection import PAGE_BYTES, Page
from infra.views.snippet import Part, snippet
from infra.views.tables import Table
from infra.views.text_search import Asked, Query, query
from infra.views.windows import WINDOWS, window
from projections.search.passage import INTERNAL, SEARCH, Passage
from projections.visibility import visible

CANDIDATES = 100
"""How many matches are ranked against each other."""

READ_THROUGH = 4096
"""How many places are read one by one for a prefix: the index reads every word with that prefix before the window
narrows the result, so that the index pays off for rare prefixes only."""

_TABLE = Table(SEARCH)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may find: everything, or the passages of one customer's conversations, orders and contact points,
    with what was said by and to the customer in conversations of others; with or without those for colleagues only.
    `teams_seen`: of conversations, only those of these teams and of none; None: of every team."""

    customer_id: str | None = None
    internal: bool = True
    teams_seen: Sequence[str] | None = None

    @classmethod
    def of_customer(cls, customer_id: str) -> Scope:
        """What a customer may find: the customer's own passages, without internal ones."""
        return cls(customer_id, internal=False)


EVERYTHING = Scope()
"""What agents and auditors may find: everything."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found, with an excerpt. `alike`: found by a word that is one slip apart. `bidi`: the text
    holds controls that turn the direction of writing."""

    passage: Passage
    snippet: tuple[Part, ...]
    alike: bool
    bidi: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """A match in the order of answers: first those with the words, then those with the words but for a slip. Within
    both, matches in [lower, upper) are ranked against each other. The range that a cursor names stays the same,
    whatever comes in or is erased."""

    alike: bool
    upper: int
    lower: int
    rank: float
    place: int

    @property
    def order(self) -> tuple[float, ...]:
        return self.alike, -self.upper, -self.rank, -self.place


def read(
    connection: Connection,
    scope: Scope,
    words: str,
    *,
    language: str | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> Page[Found]:
    """Find passages with all of these words (`text_search.query`) that the caller may see.

    The newest `CANDIDATES` matches come first, best first, then the next older ones. Last come names, contact points
    and order numbers that have the words but for a slip. `language`: also find other forms of a word in this language;
    None: in any. Raises Refusal `cursor-invalid`, `words-missing`, `words-too-many`, Overloaded as `Table.check_live`.
    """
    _TABLE.check_live(connection)
    asked = query(connection, words, language)
    after = _decoded(cursor) if cursor is not None else None
    end = _end(connection)
    found: list[_Place] = []
    for alike, each in ((False, asked.words), (True, asked.alike)):
        if each is None or (after and after.alike > alike):
            continue
        upper, lower = (after.upper, after.lower) if after and after.alike is alike else (end, 0)
        while upper and len(found) <= limit:
            matches, lower = _newest(connection, scope, each, asked.begins, upper, lower)
            places = sorted((_Place(alike, upper, lower, *match) for match in matches), key=lambda place: place.order)
            found += [place for place in places if after is None or place.order > after.order]
            upper, lower = lower, 0
    page = _fitting(connection, found[:limit])
    return Page(_shown(connection, asked, page), _encoded(page[-1]) if len(found) > len(page) else None)


def _end(connection: Connection) -> int:
    rows = connection.execute(sql.SQL("SELECT max(place) + 1 FROM {}").format(_TABLE.name)).fetchone()
    return (rows and rows[0]) or 0


_MAY: LiteralString = (
    "NOT deleted AND (%(customer)s::text IS NULL OR customer_id = %(customer)s OR participant_id = %(customer)s)"
    " AND (%(internal)s OR kind <> ALL (%(kinds)s))"
)
_SEEN = sql.SQL(f" AND (NOT starts_with(stream, 'conversation-') OR {visible('stream')})")
# By the order of places: reads rows until there are enough matches. For ranges of bounded size.
_IN_ORDER = sql.SQL(
    "SELECT ts_rank(words, %(rank)s::tsquery), place FROM (SELECT * FROM {} WHERE place >= %(from)s"
    " AND place < %(upper)s AND {} ORDER BY place DESC OFFSET 0) AS t WHERE words @@ %(asked)s::tsquery{} LIMIT"
    " %(limit)s"
)
# By the index of words, one of which is the window. The planner has no statistics here, and gets no choice.
_BY_WORDS = sql.SQL(
    "WITH t AS MATERIALIZED (SELECT place, words FROM {} WHERE words @@ %(window)s::tsquery AND place >= %(from)s"
    " AND place < %(upper)s AND {}{}) SELECT ts_rank(words, %(rank)s::tsquery), place"
    " FROM (SELECT * FROM t ORDER BY place DESC LIMIT %(limit)s) AS t"
)
# By whether the caller sees certain teams only: then each match is looked up, and without that none is.
_STATEMENTS = {
    narrowed: [
        each.format(_TABLE.name, sql.SQL(_MAY), _SEEN if narrowed else sql.SQL("")) for each in (_IN_ORDER, _BY_WORDS)
    ]
    for narrowed in (False, True)
}


def _newest(
    connection: Connection, scope: Scope, asked: Asked, begins: bool, upper: int, lower: int
) -> tuple[list[tuple[float, int]], int]:
    """The newest matches in [lower, upper), at most `CANDIDATES`, with ranks; and where the next older ones begin."""
    found: list[tuple[float, int]] = []
    parameters: dict[str, object] = {
        "customer": scope.customer_id, "internal": scope.internal, "kinds": list(INTERNAL),
        "asked": asked.where, "rank": asked.rank,
    }  # fmt: skip
    if scope.teams_seen is not None:
        parameters["teams_seen"] = list(scope.teams_seen)
    in_order, by_words = _STATEMENTS[scope.teams_seen is not None]
    first = upper
    while len(found) < CANDIDATES and upper > lower:
        if scope.customer_id:  # one customer has few passages, with an index of their own
            begin, narrowed = lower, None
        elif begins and upper == first:
            begin, narrowed = max(lower, upper - READ_THROUGH), None
        else:
            # As far back as should give enough, at the rate of matches so far.
            reach = (CANDIDATES - len(found)) * (first - upper) / (len(found) + 1)
            begin, narrowed = window(asked.where, reach, upper, lower, WINDOWS[2:] if begins else WINDOWS)
        range_of_page = {"from": begin, "upper": upper, "limit": CANDIDATES - len(found), "window": narrowed}
        statement = by_words if narrowed else in_order
        found += connection.execute(statement, {**parameters, **range_of_page}, prepare=False).fetchall()
        upper = begin
    return found, min(place for _, place in found) if len(found) == CANDIDATES else lower


_SHOWN = sql.SQL("SELECT {} FROM {} WHERE place = ANY (%s) AND text <> %s AND NOT deleted").format(
    sql.SQL(", ").join(sql.Identifier(each.name) for each in fields(Passage)), _TABLE.name
)


def _shown(connection: Connection, asked: Query, found: Sequence[_Place]) -> list[Found]:
    """The passages that were found, without those erased since."""
    rows = connection.execute(_SHOWN, ([each.place for each in found], ERASED), prepare=False).fetchall()
    passages = {each.place: each for each in (Passage(*row) for row in rows)}
    return [
        Found(
            passage,
            snippet(passage.text, spans(passage.text, passage.language, asked.hits)),
            each.alike,
            bidi(passage.text),
        )
        for each in found
        if (passage := passages.get(each.place))
    ]


_SIZES = sql.SQL("SELECT place, octet_length(text) FROM {} WHERE place = ANY (%s) AND NOT deleted").format(_TABLE.name)


def _fitting(connection: Connection, found: Sequence[_Place]) -> Sequence[_Place]:
    """The first places whose texts fit into a page together, and one at least."""
    sizes: dict[int, int] = dict(connection.execute(_SIZES, [[each.place for each in found]], prepare=False).fetchall())
    so_far = accumulate(sizes.get(each.place, 0) for each in found)
    return found[: max(1, sum(size <= PAGE_BYTES for size in so_far))]


def _encoded(place: _Place) -> str:
    return encoded(astuple(place))


def _decoded(cursor: str) -> _Place:
    try:
        alike, upper, lower, rank, place = decoded(cursor)
        if not (0 <= lower <= place < upper < 2**63 and isinstance(lower + upper + place, int)):
            raise ValueError
        return _Place(bool(alike), upper, lower, float(rank), place)
    except (ValueError, TypeError):
        raise cursor_invalid() from None
