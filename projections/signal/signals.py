"""Signals, put together from items, the links of merged customers and the inbox. People are counted, never items: each
person once, however many contact points and merged customers are theirs, and apart again once a merge is undone.

Nothing of it is kept, so that nothing of it can be wrong after a merge, an undo or a rebuild. A window is a calendar
month in the company's zone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, LiteralString, cast
from zoneinfo import ZoneInfo

from psycopg import sql

from domain.signal.after_shipping import Spans
from domain.signal.evidence import Base, Behaviour, Contribution, Contributor, Evidence
from domain.signal.identity import Stage
from domain.signal.near_copies import FEWEST_WORDS
from domain.signal.statistics import Proportion
from domain.survey import Reachable
from infra.postgres.database import Connection
from infra.views.cursor import cursor_invalid, encoded, place
from infra.views.selection import Page
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.conversation.inbox import INBOX
from projections.customer.links import CUSTOMER_LINKS
from projections.signal import merged_themes
from projections.signal.items import ITEMS
from projections.signal.themes import THEMES

READS: tuple[AnyView, ...] = (ITEMS, CUSTOMER_LINKS, INBOX, THEMES)
"""The views that signals are put together from."""

Mix = Mapping[str, int]
"""People by segment, or by channel."""
UNKNOWN = "unknown"
"""The segment or channel of who has none."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal in all its windows. `people`: how many people say so. `items`: how many texts of theirs; nearly the same
    text of one person counts once. `doers`: how many do so (returns, cancellations, failed steps), who are kept apart.
    `colleagues`: how many noted so of our own process; they are no customers, and kept apart as well."""

    signal_id: str
    product_area: str
    theme: str
    stage: Stage
    people: int
    items: int
    doers: int
    colleagues: int
    first_said_at: datetime
    last_said_at: datetime


@dataclass(frozen=True, slots=True)
class SignalWindow:
    """A signal in one month (`2026-11`) in the company's zone. `prompted`: how many of the items we asked for.
    `items`: as of `SignalRow`."""

    month: str
    people: int
    items: int
    prompted: int
    doers: int


def _composed(text: LiteralString) -> sql.Composed:
    names = {"items": ITEMS, "links": CUSTOMER_LINKS, "inbox": INBOX}
    tables = {name: Table(cast(Any, view)).name for name, view in names.items()}  # Any: views of different rows
    return sql.SQL(text).format(**tables)


# Each merged customer with the person at the end of the chain. From that end backwards, so that each merge is met once;
# a ring, which no command makes, has no end and is not met at all.
# Not materialized: else a statement that reads `said` twice would put all items together for one signal.
_PEOPLE = """WITH RECURSIVE merged (id, person) AS (
  SELECT l.customer_id, l.merged_into FROM {links} AS l WHERE NOT l.deleted
    AND NOT EXISTS (SELECT FROM {links} AS last WHERE last.customer_id = l.merged_into AND NOT last.deleted)
  UNION SELECT l.customer_id, m.person FROM merged AS m JOIN {links} AS l ON l.merged_into = m.id AND NOT l.deleted
), said AS NOT MATERIALIZED (
  SELECT i.item_id, i.signal_id AS own_signal, coalesce(v.as_signal, i.signal_id) AS signal_id, i.product_area,
    coalesce(v.theme, i.theme) AS theme, i.stage, i.conversation_id,
    i.kind = 'behaviour' AS deed, i.kind = 'colleague-note' AS ours, i.stance,
    i.kind NOT IN ('behaviour', 'colleague-note') AND i.stance IS DISTINCT FROM 'against' AS by_word,
    i.kind = 'behaviour' AND i.stance IS DISTINCT FROM 'against' AS by_deed,
    i.channel, i.language, i.segment, i.prompted, i.weight, i.said_at,
    coalesce(i.like_item, i.item_id) AS text, i.words,
    coalesce(m.person, i.person_id) AS person,
    to_char(i.said_at AT TIME ZONE %(zone)s, 'YYYY-MM') AS month
  FROM {items} AS i LEFT JOIN merged AS m ON m.id = i.person_id
    LEFT JOIN unnest(%(moved)s::text[], %(moved_into)s::text[], %(moved_theme)s::text[]) AS v (id, as_signal, theme)
    ON v.id = i.signal_id
  WHERE NOT i.deleted AND NOT i.withdrawn
)"""
# Nearly the same text counts once for each person. (One text of two ids is sorted faster than a row of both.)
_TEXTS = "count(DISTINCT s.person || s.text)"
_COUNTS = f"""count(DISTINCT s.person) FILTER (WHERE s.by_word), {_TEXTS} FILTER (WHERE s.by_word),
  count(DISTINCT s.person) FILTER (WHERE s.by_deed)"""

_COLLEAGUES = "count(DISTINCT s.person) FILTER (WHERE s.ours)"

_LIST = _composed(
    f"""{_PEOPLE}, found AS (
  SELECT s.signal_id, min(s.product_area), min(s.theme), min(s.stage), {_COUNTS},
    {_COLLEAGUES}, min(s.said_at), max(s.said_at),
    -count(DISTINCT s.person) FILTER (WHERE s.by_word) AS place
  FROM said AS s WHERE s.signal_id IS NOT NULL AND (s.by_word OR s.by_deed OR s.ours)
    AND (%(area)s::text IS NULL OR s.product_area = %(area)s)
    AND (%(ids)s::text[] IS NULL OR s.own_signal = ANY (%(ids)s))
  GROUP BY s.signal_id
) SELECT * FROM found WHERE %(after)s::bigint IS NULL OR (place, signal_id) > (%(after)s, %(after_id)s)
ORDER BY place, signal_id LIMIT %(limit)s"""  # noqa: S608
)
_TOGETHER = _composed(
    f"""{_PEOPLE} SELECT {_COUNTS}, {_COLLEAGUES}, min(s.said_at), max(s.said_at)
FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND (s.by_word OR s.by_deed OR s.ours)"""  # noqa: S608
)
_WINDOWS = _composed(
    f"""{_PEOPLE} SELECT s.month, {_COUNTS}, {_TEXTS} FILTER (WHERE s.by_word AND s.prompted)
FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND (s.by_word OR s.by_deed) GROUP BY s.month ORDER BY s.month"""  # noqa: S608
)
# Each active person of the area, with what is known of them last: a segment rather than none.
_ACTIVE = f"""{_PEOPLE}, active AS (
  SELECT DISTINCT ON (a.person) a.person, a.segment, a.channel FROM (
    SELECT coalesce(m.person, c.customer_id) AS person, c.segment, c.channel, c.opened_at AS at, c.conversation_id AS id
    FROM {{inbox}} AS c LEFT JOIN merged AS m ON m.id = c.customer_id
    WHERE NOT c.deleted AND c.product_area = %(area)s
    UNION ALL SELECT s.person, s.segment, s.channel, s.said_at, s.item_id FROM said AS s
    WHERE s.product_area = %(area)s AND NOT s.ours
  ) AS a WHERE a.at < %(until)s
  ORDER BY a.person, a.segment IS NULL, a.channel IS NULL, a.at DESC, a.id
)"""  # noqa: S608
_BASE = _composed(f"{_ACTIVE} SELECT segment, channel, count(*) FROM active GROUP BY segment, channel")  # noqa: S608
_WHO = _composed(
    f"""{_ACTIVE} SELECT s.person, coalesce(a.segment, s.segment), coalesce(s.channel, a.channel), s.prompted,
  s.text, s.words
FROM said AS s LEFT JOIN active AS a ON a.person = s.person
WHERE s.own_signal = ANY (%(ids)s) AND s.by_word AND (%(month)s::text IS NULL OR s.month = %(month)s)
ORDER BY s.said_at, s.item_id"""  # noqa: S608
)
# Each person of a signal: says so; when asked, says so, says otherwise; does so, does otherwise.
_STANCES = _composed(
    f"""{_PEOPLE} SELECT bool_or(s.by_word), bool_or(s.by_word AND s.prompted),
  bool_or(NOT s.deed AND s.prompted AND NOT s.by_word), bool_or(s.deed AND s.stance = 'for'),
  bool_or(s.deed AND s.stance = 'against')
FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND NOT s.ours
  AND (%(month)s::text IS NULL OR s.month = %(month)s)
GROUP BY s.person"""  # noqa: S608
)
_CONTRIBUTED = _composed(
    f"""{_PEOPLE} SELECT s.person, s.item_id, s.conversation_id, s.channel, s.language, s.weight
FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND s.by_word ORDER BY s.said_at, s.item_id"""  # noqa: S608
)

_REACHABLE = _composed(
    f"""{_PEOPLE} SELECT DISTINCT ON (a.person) a.person, a.customer_id, a.id, a.segment FROM (
  SELECT coalesce(m.person, c.customer_id) AS person, c.customer_id, c.segment, c.opened_at AS at,
    c.conversation_id AS id
  FROM {{inbox}} AS c LEFT JOIN merged AS m ON m.id = c.customer_id
  WHERE NOT c.deleted AND c.product_area = %(area)s
) AS a
WHERE %(ids)s::text[] IS NULL
  OR a.person IN (SELECT s.person FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND s.by_word)
ORDER BY a.person, a.at DESC, a.id"""  # noqa: S608
)


def read(
    connection: Connection, zone: str, *, area: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[SignalRow]:
    """Signals, those with the most people first; of one product area where it is given. Raises Refusal
    `cursor-invalid`."""
    after, after_id = _place(cursor)
    given = {**_given(connection, zone), "area": area, "after": after, "after_id": after_id, "limit": limit + 1}
    found = connection.execute(_LIST, given).fetchall()
    rows = [SignalRow(*row[:-1]) for row in found[:limit]]
    last = rows[-1] if len(found) > limit else None
    return Page(rows, encoded([str(-last.people), last.signal_id]) if last else None)


def _place(cursor: str | None) -> tuple[int | None, str | None]:
    if cursor is None:
        return None, None
    try:
        after, after_id = place(cursor)
        return int(after), after_id
    except ValueError:
        raise cursor_invalid() from None


def one(connection: Connection, zone: str, id: str) -> SignalRow | None:
    """A signal by its id; None where no item belongs to it."""
    given = {**_given(connection, zone, [id]), "area": None, "after": None, "after_id": None, "limit": 1}
    return next((SignalRow(*row[:-1]) for row in connection.execute(_LIST, given).fetchall()), None)


def together(connection: Connection, zone: str, signal: SignalRow, parts: Sequence[str]) -> SignalRow:
    """A signal with all that was said for its parts, too: each person counts once."""
    if not parts:
        return signal
    given = _given(connection, zone, [signal.signal_id, *parts])
    people, items, doers, colleagues, first, last = connection.execute(_TOGETHER, given).fetchall()[0]
    return replace(
        signal, people=people, items=items, doers=doers, colleagues=colleagues, first_said_at=first, last_said_at=last
    )


def windows(connection: Connection, zone: str, ids: Sequence[str]) -> list[SignalWindow]:
    """A signal with its parts, by their ids, month by month, in order; months in which nobody said or did anything are
    left out."""
    rows = connection.execute(_WINDOWS, _given(connection, zone, ids)).fetchall()
    return [SignalWindow(month, people, items, prompted, doers) for month, people, items, doers, prompted in rows]


def evidence(
    connection: Connection, zone: str, signal: SignalRow, month: str | None = None, *, of: Base | None = None
) -> Evidence:
    """What a signal rests on, in all or in one month: who says so, and the active customers of the area by then. `of`:
    those customers, where they are read already. A month is `2026-11`; another text is a month of nobody."""
    given = {
        **_given(connection, zone, [signal.signal_id]), "area": signal.product_area, "month": month,
        "until": _until(month, zone),
    }  # fmt: skip
    return Evidence(
        contributors=_contributors(connection.execute(_WHO, given).fetchall()),
        base=of or base(connection, zone, signal.product_area, month),
        behaviour=_behaviour(connection.execute(_STANCES, given).fetchall()),
    )


def base(connection: Connection, zone: str, area: str, month: str | None = None) -> Base:
    """The active customers of a product area by the end of a month, or of all: who had a conversation or an item in
    the area."""
    given = {**_given(connection, zone), "area": area, "until": _until(month, zone)}
    return _base(connection.execute(_BASE, given).fetchall())


def contributions(connection: Connection, zone: str, id: str) -> list[Contribution]:
    """What was said for a signal, and by whom, in the order in which they said it."""
    return [Contribution(*row) for row in connection.execute(_CONTRIBUTED, _given(connection, zone, [id])).fetchall()]


def _given(connection: Connection, zone: str, ids: Sequence[str] | None = None) -> dict[str, object]:
    """The parameters of all statements. `ids`: of a signal and its parts. One whose theme was merged into another theme
    is asked by its own items: a team may have it, and answers those who contributed to it."""
    merged = merged_themes.read(connection)
    counted = None if ids is None else sorted({each for id in ids for each in merged.those_of(id)})
    if ids is not None and not merged.signals.keys().isdisjoint(ids):
        merged = merged_themes.MergedThemes({}, {})
    return {"zone": zone, "ids": counted, **merged.given()}


def reachable(connection: Connection, zone: str, area: str, signal_ids: Sequence[str] | None) -> list[Reachable]:
    """Each person who had a conversation about a product area, with the last one; of those who said something for any
    of these signals, where they are given."""
    given = {**_given(connection, zone, signal_ids), "area": area}
    return [Reachable(*row) for row in connection.execute(_REACHABLE, given).fetchall()]


def _until(month: str | None, zone: str) -> datetime:
    """The end of a month in the zone; without a month, after everything."""
    try:
        year, number = map(int, (month or "9000-01").split("-"))
        return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=ZoneInfo(zone))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _contributors(rows: Sequence[tuple[Any, ...]]) -> tuple[Contributor, ...]:  # Any: columns of different types
    by_person: dict[str, list[tuple[Any, ...]]] = {}  # Any: as above
    for row in rows:
        by_person.setdefault(row[0], []).append(row)
    long = {(person, text) for person, _, _, _, text, words in rows if (words or 0) >= FEWEST_WORDS}
    people_of = Counter(text for _, text in long)
    return tuple(
        Contributor(
            person_id=person,
            segment=theirs[0][1] or UNKNOWN,
            # Of channels that are as frequent, Counter names the first.
            channel=Counter(channel or UNKNOWN for _, _, channel, *_ in theirs).most_common(1)[0][0],
            items=len({text for *_, text, _ in theirs}),
            prompted=all(prompted for _, _, _, prompted, *_ in theirs),
            copy_group=_most_copied([text for *_, text, _ in theirs if (person, text) in long], people_of),
        )
        for person, theirs in by_person.items()
    )


def _most_copied(texts: Sequence[str], people_of: Mapping[str, int]) -> str | None:
    """Of somebody's texts, the one that most people sent; None where nobody else sent any of them."""
    most = max(texts, key=lambda text: people_of[text], default=None)
    return most if most is not None and people_of[most] > 1 else None


def _behaviour(rows: Sequence[tuple[bool | None, ...]]) -> Behaviour | None:
    """What people do, held against what they say. None where no deed has a stance."""
    chose = [row for row in rows if row[3] or row[4]]
    asked = [row for row in rows if row[1] or row[2]]
    if any(says_otherwise for _, _, says_otherwise, *_ in asked):
        said = Proportion(sum(bool(says_so) for _, says_so, *_ in asked), len(asked))
    else:
        # Whoever speaks by themselves is no sample: those who say so are held against what they themselves do.
        chose = [row for row in chose if row[0]]
        said = Proportion(len(chose), len(chose))
    return Behaviour(said, Proportion(sum(bool(row[3]) for row in chose), len(chose))) if chose else None


def _base(rows: Sequence[tuple[Any, ...]]) -> Base:  # Any: as above
    segments: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    for segment, channel, people in rows:
        segments[segment or UNKNOWN] += people
        channels[channel or UNKNOWN] += people
    return Base(dict(segments), dict(channels))


def mix(contributors: Sequence[Contributor]) -> tuple[Mix, Mix]:
    """How many of the contributors are of each segment, and of each channel."""
    return Counter(each.segment for each in contributors), Counter(each.channel for each in contributors)


# Who was active in an area within a span, and who of them said so: before an instant, and from then on.
_AROUND = _composed(
    f"""{_PEOPLE}, moments AS (
  SELECT coalesce(m.person, c.customer_id) AS person, c.opened_at AS at, false AS theirs
  FROM {{inbox}} AS c LEFT JOIN merged AS m ON m.id = c.customer_id
  WHERE NOT c.deleted AND c.opened_at >= %(begin)s AND c.opened_at < %(end)s
    AND CASE WHEN %(other)s THEN c.product_area <> %(area)s ELSE c.product_area = %(area)s END
  UNION ALL SELECT s.person, s.said_at,
    s.by_word AND (s.theme, s.stage) IN (SELECT * FROM unnest(%(themes)s::text[], %(stages)s::text[]))
  FROM said AS s WHERE s.said_at >= %(begin)s AND s.said_at < %(end)s AND NOT s.ours
    AND CASE WHEN %(other)s THEN s.product_area <> %(area)s ELSE s.product_area = %(area)s END
) SELECT a.at >= %(shipped)s, count(DISTINCT a.person) FILTER (WHERE a.theirs), count(DISTINCT a.person)
FROM moments AS a GROUP BY 1"""  # noqa: S608
)
_COLLECTED_SINCE = _composed("SELECT min(i.said_at) FROM {items} AS i WHERE NOT i.deleted")


def collected_since(connection: Connection) -> datetime | None:
    """When the first of all items was said; None without any."""
    (found,) = connection.execute(_COLLECTED_SINCE).fetchone() or (None,)
    return cast("datetime | None", found)


def around(
    connection: Connection, zone: str, about: Sequence[tuple[str, Stage]], area: str, within: Spans, *, other: bool
) -> tuple[Proportion, Proportion]:
    """Who said so, of those who were active in a product area, before something was shipped and after. `about`: the
    themes and stages that count. `other`: in all other areas together."""
    counts_as = merged_themes.read(connection).themes
    given = {
        **_given(connection, zone), "area": area, "other": other, "begin": within.begin, "shipped": within.shipped,
        "end": within.end, "themes": [counts_as.get(theme, theme) for theme, _ in about],
        "stages": [stage for _, stage in about],
    }  # fmt: skip
    found = {after: Proportion(people, of) for after, people, of in connection.execute(_AROUND, given).fetchall()}
    return found.get(False, Proportion(0, 0)), found.get(True, Proportion(0, 0))
