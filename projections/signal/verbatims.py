"""What customers said for a signal, in their own words. Items copy no words: these are those of the conversation, as
the history shows them, and nothing once they are erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, cast

from psycopg import sql

from domain.kernel.personal import ERASED
from domain.signal.item import ItemKind
from infra.postgres.database import Connection
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.conversation.history import HISTORY
from projections.signal import merged_themes
from projections.signal.items import ITEMS
from projections.signal.themes import THEMES
from projections.visibility import visible

READS: tuple[AnyView, ...] = (ITEMS, HISTORY, THEMES)
"""The views that verbatims are read from."""
MOST_CHARACTERS = 1_000
"""How many characters of what somebody said are shown."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """What somebody said, as one item of a signal: the marked passage, also of a colleague's note; the reason of a
    verdict; of a complaint or of feedback, what the customer had said last by then. `person_id`: who said it, as in the
    item. `words`: the first 1,000 characters; null where there are none, or they are erased."""

    item_id: str
    person_id: str
    kind: ItemKind
    said_at: datetime
    conversation_id: str
    channel: str | None
    language: str | None
    words: str | None


def _composed(text: LiteralString, *, by_team: bool) -> sql.Composed:
    names = {"items": ITEMS, "history": HISTORY}
    tables = {name: Table(cast(Any, view)).name for name, view in names.items()}  # Any: views of different rows
    of_item, of_line = (sql.SQL(visible(id) if by_team else "true") for id in ("t.conversation_id", _SHOWN_AT))
    return sql.SQL(text).format(**tables, of_item=of_item, of_line=of_line)


_SHOWN_AT = "coalesce(h.split_into, h.conversation_id)"
_WORDS: LiteralString = """left(CASE
    WHEN said.text = %(erased)s THEN NULL
    WHEN i.first_character IS NULL THEN said.text
    ELSE substr(said.text, i.first_character::int + 1, (i.end_character - i.first_character)::int)
    END, %(characters)s)"""
_SAID: LiteralString = """LEFT JOIN LATERAL (
  SELECT h.text FROM {history} AS h
  WHERE h.conversation_id = i.conversation_id AND NOT h.deleted AND {of_line}
    AND h.kind = CASE i.kind WHEN 'verdict' THEN 'verdict' WHEN 'colleague-note' THEN 'note' ELSE 'received' END
    AND CASE WHEN i.message_id IS NULL THEN h.participant_id IS NULL ELSE h.about = i.message_id END
  ORDER BY h.occurred_at <= i.said_at DESC, abs(extract(epoch FROM h.occurred_at - i.said_at)), h.place DESC LIMIT 1
) AS said ON true"""
_OF_WORDS: LiteralString = """t.kind <> 'behaviour' AND t.conversation_id IS NOT NULL AND NOT t.withdrawn
    AND NOT t.deleted AND {of_item}
  ORDER BY t.said_at DESC, t.item_id LIMIT %(limit)s"""
_NEWEST: LiteralString = f"""SELECT i.item_id, i.person_id, i.kind, i.said_at, i.conversation_id, i.channel, i.language,
  {_WORDS}
FROM (
  SELECT * FROM {{items}} AS t
  WHERE (t.signal_id = ANY (%(signal_ids)s::text[]) OR t.item_id = ANY (%(item_ids)s::text[]))
    AND {_OF_WORDS}
) AS i {_SAID}
ORDER BY i.said_at DESC, i.item_id"""  # noqa: S608
_WITH_THEMES: LiteralString = f"""SELECT found.words, found.theme FROM (
  SELECT {_WORDS} AS words, i.theme FROM (
    SELECT * FROM {{items}} AS t WHERE t.theme IS NOT NULL AND {_OF_WORDS}
  ) AS i {_SAID}
) AS found WHERE found.words ~ '[^[:space:]]'"""  # noqa: S608
_WITHOUT_THEME: LiteralString = f"""SELECT * FROM (
  SELECT i.item_id, i.person_id, i.kind, i.said_at, i.conversation_id, i.channel, i.language, {_WORDS} AS words FROM (
    SELECT * FROM {{items}} AS t WHERE t.theme IS NULL AND {_OF_WORDS}
  ) AS i {_SAID}
) AS found WHERE found.words ~ '[^[:space:]]' ORDER BY found.said_at DESC, found.item_id"""  # noqa: S608
_STATEMENTS = {by_team: _composed(_NEWEST, by_team=by_team) for by_team in (False, True)}
_TAUGHT = _composed(_WITH_THEMES, by_team=False)
_UNKNOWN = {by_team: _composed(_WITHOUT_THEME, by_team=by_team) for by_team in (False, True)}
MOST_TAUGHT_CHARACTERS = 2_000
"""How many characters of a text a theme is learned from."""


def newest(
    connection: Connection, signal_id: str, limit: int, *, teams_seen: Sequence[str] | None = None
) -> list[Verbatim]:
    """What was said last for a signal, the newest first. `teams_seen`: in conversations of these teams and of none;
    None: of every team."""
    seen = {} if teams_seen is None else {"teams_seen": list(teams_seen)}
    return _read(
        connection, signal_ids=merged_themes.signals_as(connection, signal_id), item_ids=[], limit=limit, **seen
    )


def of_items(connection: Connection, item_ids: Sequence[str]) -> dict[str, str | None]:
    """The words of these items, by item; items that somebody did, and did not say, have none."""
    found = _read(connection, signal_ids=[], item_ids=list(item_ids), limit=len(item_ids))
    return {each.item_id: each.words for each in found}


def _read(connection: Connection, **given: str | int | list[str] | None) -> list[Verbatim]:
    statement = _STATEMENTS["teams_seen" in given]
    found = connection.execute(statement, {**given, "characters": MOST_CHARACTERS, "erased": ERASED})
    return [Verbatim(*row) for row in found.fetchall()]


def with_themes(connection: Connection, limit: int) -> list[tuple[str, str]]:
    """What was said last of anything that has a theme: the words, with the theme as it stands now. What is erased has
    no words, and is left out."""
    given = {"limit": limit, "characters": MOST_TAUGHT_CHARACTERS, "erased": ERASED}
    return [(words, theme) for words, theme in connection.execute(_TAUGHT, given).fetchall()]


def without_theme(connection: Connection, limit: int, *, teams_seen: Sequence[str] | None = None) -> list[Verbatim]:
    """What was said last that has no theme, the newest first, with the first 2,000 characters. What is erased has no
    words, and is left out. `teams_seen`: as of `newest`."""
    given: dict[str, object] = {"limit": limit, "characters": MOST_TAUGHT_CHARACTERS, "erased": ERASED}
    seen = {} if teams_seen is None else {"teams_seen": list(teams_seen)}
    found = connection.execute(_UNKNOWN[bool(seen)], {**given, **seen}).fetchall()
    return [Verbatim(*row) for row in found]
