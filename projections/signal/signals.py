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
from typing import Any, cast
from zoneinfo import ZoneInfo

from domain.signal.after_shipping import Spans
from domain.signal.evidence import Base, Behaviour, Contribution, Contributor, Evidence
from domain.signal.identity import Stage
from domain.signal.near_copies import FEWEST_WORDS
from domain.statistics import Proportion
from domain.survey import Reachable
from infra.postgres.database import Connection
from infra.views.cursor import cursor_invalid, encoded, place
from infra.views.selection import Page
from infra.views.view import AnyView
from projections.conversation.inbox import INBOX
from projections.customer.links import CUSTOMER_LINKS
from projections.signal import merged_themes, statements
from projections.signal.items import ITEMS
from projections.signal.themes import THEMES
from projections.survey import SURVEY_QUESTIONS
from projections.survey_list import SURVEYS

READS: tuple[AnyView, ...] = (ITEMS, CUSTOMER_LINKS, INBOX, THEMES, SURVEYS, SURVEY_QUESTIONS)
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


def read(
    connection: Connection, zone: str, *, area: str | None = None, cursor: str | None = None, limit: int = 50
) -> Page[SignalRow]:
    """Signals, those with the most people first; of one product area where it is given. Raises Refusal
    `cursor-invalid`."""
    after, after_id = _place(cursor)
    given = {**_given(connection, zone), "area": area, "after": after, "after_id": after_id, "limit": limit + 1}
    found = connection.execute(statements.LIST, given).fetchall()
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
    return next((SignalRow(*row[:-1]) for row in connection.execute(statements.LIST, given).fetchall()), None)


def together(connection: Connection, zone: str, signal: SignalRow, parts: Sequence[str]) -> SignalRow:
    """A signal with all that was said for its parts, too: each person counts once."""
    if not parts:
        return signal
    given = _given(connection, zone, [signal.signal_id, *parts])
    people, items, doers, colleagues, first, last = connection.execute(statements.TOGETHER, given).fetchall()[0]
    return replace(
        signal, people=people, items=items, doers=doers, colleagues=colleagues, first_said_at=first, last_said_at=last
    )


def windows(connection: Connection, zone: str, ids: Sequence[str]) -> list[SignalWindow]:
    """A signal with its parts, by their ids, month by month, in order; months in which nobody said or did anything are
    left out."""
    rows = connection.execute(statements.WINDOWS, _given(connection, zone, ids)).fetchall()
    return [SignalWindow(month, people, items, prompted, doers) for month, people, items, doers, prompted in rows]


Said = Sequence[tuple[Any, ...]]  # Any: columns of different types
"""What was said for a signal: each item with its person."""


def said(connection: Connection, zone: str, area: str, ids: Sequence[str], month: str | None = None) -> dict[str, Said]:
    """What was said for these signals of one area, by signal. Its active customers are read once for all of them."""
    found: dict[str, list[tuple[Any, ...]]] = {id: [] for id in ids}  # Any: as of `Said`
    given = {**_given(connection, zone, ids), "area": area, "month": month, "until": _until(month, zone)}
    for id, *row in connection.execute(statements.WHO, given):
        found[id].append(tuple(row))
    return dict(found)


def evidence(
    connection: Connection,
    zone: str,
    signal: SignalRow,
    month: str | None = None,
    *,
    of: Base | None = None,
    by: Said | None = None,
) -> Evidence:
    """What a signal rests on, in all or in one month: who says so; by then, whom surveys had asked, and the active
    customers of the area. `of`, `by`: those customers, and what was said, where that is read already. A month is
    `2026-11`; another text is a month of nobody."""
    id, area = signal.signal_id, signal.product_area
    given = {**_given(connection, zone, [id]), "area": area, "month": month, "until": _until(month, zone)}
    return Evidence(
        contributors=_contributors(said(connection, zone, area, [id], month)[id] if by is None else by),
        base=of or base(connection, zone, area, month),
        asked={
            segment or UNKNOWN: people for segment, people in connection.execute(statements.ASKED, given).fetchall()
        },
        behaviour=_behaviour(connection.execute(statements.STANCES, given).fetchall()),
    )


def base(connection: Connection, zone: str, area: str, month: str | None = None) -> Base:
    """The active customers of a product area by the end of a month, or of all: who had a conversation or an item in
    the area."""
    given = {**_given(connection, zone), "area": area, "until": _until(month, zone)}
    return _base(connection.execute(statements.BASE, given).fetchall())


def contributions(connection: Connection, zone: str, id: str) -> list[Contribution]:
    """What was said for a signal, and by whom, in the order in which they said it."""
    return [
        Contribution(*row)
        for row in connection.execute(statements.CONTRIBUTED, _given(connection, zone, [id])).fetchall()
    ]


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
    return [Reachable(*row) for row in connection.execute(statements.REACHABLE, given).fetchall()]


def _until(month: str | None, zone: str) -> datetime:
    """The end of a month in the zone; without a month, after everything."""
    try:
        year, number = map(int, (month or "9000-01").split("-"))
        return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=ZoneInfo(zone))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _contributors(rows: Said) -> tuple[Contributor, ...]:
    by_person: dict[str, list[tuple[Any, ...]]] = {}  # Any: as of `Said`
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


def collected_since(connection: Connection) -> datetime | None:
    """When the first of all items was said; None without any."""
    (found,) = connection.execute(statements.COLLECTED_SINCE).fetchone() or (None,)
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
    found = {
        after: Proportion(people, of) for after, people, of in connection.execute(statements.AROUND, given).fetchall()
    }
    return found.get(False, Proportion(0, 0)), found.get(True, Proportion(0, 0))
