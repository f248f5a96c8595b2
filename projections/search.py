"""The search view: messages, names and numbers of customers and orders, found by their words.

The trap is a frequent word. To rank all matches takes time in proportion to them: half a million in a log of a million
messages. So the newest matches are ranked first, `CANDIDATES` at a time, and older ones follow. The newest are found
in ever larger windows that reach back from the end of the log. No query costs more than some hundred rows, however many
match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
from itertools import accumulate
from typing import Annotated, ClassVar, Literal, LiteralString, assert_never, get_args

from psycopg import sql

from domain import customer
from domain.conversation import events as c
from domain.kernel.event import Recorded
from domain.kernel.personal import ERASED
from domain.kernel.text import bidi
from domain.kernel.time import RecordedPrecision
from domain.kernel.values import Fields
from domain.order import events as order
from domain.stranger import PersonErased, who_was_erased
from infra.postgres.database import Connection
from infra.views import windows
from infra.views.cursor import cursor_invalid, decoded, encoded
from infra.views.lexemes import lexemes, spans
from infra.views.selection import PAGE_BYTES, Page
from infra.views.snippet import Part, snippet
from infra.views.tables import Table
from infra.views.text_search import Asked, Query, query
from infra.views.view import WIPED, Match, Target, View
from infra.views.windows import WINDOWS, window

Kind = Literal["received", "sent", "note", "subject", "name", "contact-point", "order"]
INTERNAL: tuple[Kind, ...] = ("note",)
"""The kinds that customers never see, even about themselves."""

CANDIDATES = 100
"""How many matches are ranked against each other."""

READ_THROUGH = 4096
"""How many places are read one by one for a prefix: the index reads every word with that prefix before the window
narrows the result, so that the index pays off for rare prefixes only."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text that can be found. `place`: its event's position in the log. `stream`: the conversation, customer or
    order that shows it. `about`: the id of the message or note. `participant_id`: who said the message, or to whom it
    was said, where that is not the conversation's customer. A subject, a name or a number is a text of its own."""

    place: int
    customer_id: str
    stream: str
    kind: Kind
    at: datetime
    text: Annotated[str, WIPED]
    time_precision: RecordedPrecision = "exact"
    about: str | None = None
    language: str | None = None
    participant_id: str | None = None


@dataclass(frozen=True, slots=True)
class Indexed(Passage):
    """A passage and what it is found by: a tsvector (`infra/views/lexemes.py`)."""

    found_by: Annotated[str, WIPED] = ""


def indexed(passage: Passage) -> Indexed:
    """The row of a passage. What was erased before it was read is found by nothing."""
    found_by = passage.text if passage.text == ERASED else lexemes(passage.text, passage.language)
    return Indexed(
        passage.place, passage.customer_id, passage.stream, passage.kind, passage.at, passage.text,
        passage.time_precision, passage.about, passage.language, passage.participant_id, found_by,
    )  # fmt: skip


_AT_LENGTH = "kind IN ('received', 'sent', 'note')"
_SHORT = "kind IN ('name', 'contact-point', 'order')"


_Shown = (
    c.Opened | c.SubjectChanged | c.MessageReceived | c.MessageSent | c.NoteAdded | c.OrderNamed
    | customer.Registered | customer.NameChanged | customer.ContactPointAdded | order.Placed
)  # fmt: skip
_Reads = _Shown | c.MessageSplit | c.MessageReturned | c.MessageRemoved | customer.ContactPointRemoved | PersonErased


class Search(View[Indexed, _Reads]):
    """Passages by their place in the log."""

    name = "search"
    row = Indexed
    key = ("place",)
    version = 5
    grows = True
    computed: ClassVar[Mapping[str, str]] = {
        # Names, numbers and subjects weigh more than long texts. Slips are of words, and not of numbers (weight B).
        "words": f"""tsvector GENERATED ALWAYS AS (CASE WHEN text <> '{ERASED}' THEN
            setweight(found_by::tsvector, CASE WHEN {_AT_LENGTH} THEN 'D'::"char" ELSE 'A' END)
            || CASE WHEN {_SHORT} THEN views.slips(ts_filter(found_by::tsvector, ARRAY['d'::"char"])) ELSE '' END
            || array_to_tsvector(ARRAY['@' || coalesce(split_part(lower(language), '-', 1), ''), {windows.IN_SQL}])
            END) STORED""",
    }
    indexes = (
        "customer_id, place DESC",
        "USING btree (participant_id, place DESC) WHERE participant_id IS NOT NULL",
        # Every query would read the whole pending list.
        "USING gin (words) WITH (gin_pending_list_limit = 256)",
    )
    at_once = frozenset(get_args(PersonErased))

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """A passage for each event that has a text. For what changes earlier ones, the customer's passages, too; for an
        erasure, the person's."""
        event = recorded.event
        if isinstance(event, PersonErased):
            yield from (Match(column, who_was_erased(event)) for column in ("customer_id", "participant_id"))
            return
        if isinstance(event, (customer.NameChanged, c.SubjectChanged, *_ONLY_CHANGES)):
            yield Match("customer_id", event.customer_id)
        if not isinstance(event, _ONLY_CHANGES) and _text(event):
            yield (recorded.position,)

    def fold(self, row: Indexed | None, recorded: Recorded[_Reads]) -> Indexed | None:
        """Write the passage; note where its message is shown; wipe the text and PostgreSQL's words of it on erasure,
        and once it is no name or contact point of the customer's any more."""
        event = recorded.event
        if isinstance(event, PersonErased):
            theirs = row is not None and (row.participant_id or row.customer_id) == who_was_erased(event)
            return _found_by_nothing(row) if row is not None and theirs else row
        if isinstance(event, c.MessageRemoved):
            return _found_by_nothing(row) if row is not None and row.about == event.message_id else row
        if isinstance(event, customer.ContactPointRemoved):
            return _found_by_nothing(row) if row and (row.kind, row.text) == ("contact-point", event.value) else row
        if isinstance(event, customer.NameChanged) and row is not None:
            return _found_by_nothing(row) if row.kind == "name" else row
        if isinstance(event, c.SubjectChanged) and row is not None:
            former = (row.kind, row.stream) == ("subject", recorded.originator_id)
            return _found_by_nothing(row) if former else row
        if isinstance(event, _SPLITS):
            if row is None or row.about != event.message_id:
                return row
            return replace(row, stream=event.into if isinstance(event, c.MessageSplit) else recorded.originator_id)
        text = _text(event)
        assert text is not None
        passage = Passage(
            place=recorded.position,
            customer_id=event.customer_id,
            stream=recorded.originator_id,
            at=recorded.at,
            time_precision=recorded.envelope.time_precision,
            text=text,
            **_about(event),
        )
        return indexed(passage)


_SPLITS = (c.MessageSplit, c.MessageReturned)
_ONLY_CHANGES = (c.MessageRemoved, customer.ContactPointRemoved, *_SPLITS)


def _found_by_nothing(row: Indexed) -> Indexed:
    return replace(row, text=ERASED, found_by=ERASED)


SEARCH = Search()
_TABLE = Table(SEARCH)


def _text(event: _Shown) -> str | None:
    match event:
        # What was erased is one word, as in a row that was wiped: a replay of two would be another row.
        case c.MessageReceived() if event.subject and event.body != ERASED:
            return f"{event.subject}\n{event.body}"
        case c.MessageReceived() | c.MessageSent() | c.NoteAdded():
            return event.body
        case c.Opened() | c.SubjectChanged():
            return event.subject
        case customer.Registered() | customer.NameChanged():
            return event.name
        case customer.ContactPointAdded():
            return event.value
        case order.Placed() | c.OrderNamed():
            return event.number
        case _:
            assert_never(event)


def _about(event: _Shown) -> Fields:
    match event:
        case c.MessageReceived():
            return {"kind": "received", **_message(event)}
        case c.MessageSent():
            return {"kind": "sent", **_message(event)}
        case c.NoteAdded():
            return {"kind": "note", "about": event.note_id}
        case c.Opened():
            return {"kind": "subject", "language": event.language}
        case c.SubjectChanged():
            return {"kind": "subject"}
        case customer.Registered() | customer.NameChanged():
            return {"kind": "name"}
        case customer.ContactPointAdded():
            return {"kind": "contact-point"}
        case order.Placed():
            return {"kind": "order"}
        case c.OrderNamed():
            return {"kind": "order", "about": event.message_id, "participant_id": event.participant_id}
        case _:
            assert_never(event)


def _message(event: c.MessageReceived | c.MessageSent) -> Fields:
    return {"about": event.message_id, "language": event.language, "participant_id": event.participant_id}


# -- reading


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may find: everything, or the passages of one customer's conversations, orders and contact points,
    with what was said by and to the customer in conversations of others; with or without those for colleagues only."""

    customer_id: str | None = None
    internal: bool = True

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
# By the order of places: reads rows until there are enough matches. For ranges of bounded size.
_IN_ORDER = sql.SQL(
    "SELECT ts_rank(words, %(rank)s::tsquery), place FROM (SELECT place, words FROM {} WHERE place >= %(from)s"
    " AND place < %(upper)s AND {} ORDER BY place DESC OFFSET 0) AS t WHERE words @@ %(asked)s::tsquery LIMIT %(limit)s"
).format(_TABLE.name, sql.SQL(_MAY))
# By the index of words, one of which is the window. The planner has no statistics here, and gets no choice.
_BY_WORDS = sql.SQL(
    "WITH t AS MATERIALIZED (SELECT place, words FROM {} WHERE words @@ %(window)s::tsquery AND place >= %(from)s"
    " AND place < %(upper)s AND {}) SELECT ts_rank(words, %(rank)s::tsquery), place"
    " FROM (SELECT * FROM t ORDER BY place DESC LIMIT %(limit)s) AS t"
).format(_TABLE.name, sql.SQL(_MAY))


def _newest(
    connection: Connection, scope: Scope, asked: Asked, begins: bool, upper: int, lower: int
) -> tuple[list[tuple[float, int]], int]:
    """The newest matches in [lower, upper), at most `CANDIDATES`, with ranks; and where the next older ones begin."""
    found: list[tuple[float, int]] = []
    parameters = {
        "customer": scope.customer_id, "internal": scope.internal, "kinds": list(INTERNAL),
        "asked": asked.where, "rank": asked.rank,
    }  # fmt: skip
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
        statement = _BY_WORDS if narrowed else _IN_ORDER
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
