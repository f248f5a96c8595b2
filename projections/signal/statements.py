"""The statements that put signals together: each counts people, by the views of items, links, conversations and
surveys."""

from __future__ import annotations

from typing import Any, LiteralString, cast

from psycopg import sql

from infra.views.tables import Table
from projections.conversation.inbox import INBOX
from projections.customer.links import CUSTOMER_LINKS
from projections.signal.items import ITEMS
from projections.survey import SURVEY_QUESTIONS
from projections.survey_list import SURVEYS


def composed(text: LiteralString) -> sql.Composed:
    """A statement with the names of its tables."""
    names = {
        "items": ITEMS, "links": CUSTOMER_LINKS, "inbox": INBOX, "surveys": SURVEYS, "questions": SURVEY_QUESTIONS,
    }  # fmt: skip
    tables = {name: Table(cast(Any, view)).name for name, view in names.items()}  # Any: views of different rows
    return sql.SQL(text).format(**tables)


# Each merged customer with the person at the end of the chain. From that end backwards, so that each merge is met once;
# a ring, which no command makes, has no end and is not met at all.
# Not materialized: else a statement that reads `said` twice would put all items together for one signal.
PEOPLE = """WITH RECURSIVE merged (id, person) AS (
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

LIST = composed(
    f"""{PEOPLE}, found AS (
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
TOGETHER = composed(
    f"""{PEOPLE} SELECT {_COUNTS}, {_COLLEAGUES}, min(s.said_at), max(s.said_at)
FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND (s.by_word OR s.by_deed OR s.ours)"""  # noqa: S608
)
WINDOWS = composed(
    f"""{PEOPLE} SELECT s.month, {_COUNTS}, {_TEXTS} FILTER (WHERE s.by_word AND s.prompted)
FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND (s.by_word OR s.by_deed) GROUP BY s.month ORDER BY s.month"""  # noqa: S608
)
# Each active person of the area, with what is known of them last: a segment rather than none.
_ACTIVE = f"""{PEOPLE}, active AS (
  SELECT DISTINCT ON (a.person) a.person, a.segment, a.channel FROM (
    SELECT coalesce(m.person, c.customer_id) AS person, c.segment, c.channel, c.opened_at AS at, c.conversation_id AS id
    FROM {{inbox}} AS c LEFT JOIN merged AS m ON m.id = c.customer_id
    WHERE NOT c.deleted AND c.product_area = %(area)s
    UNION ALL SELECT s.person, s.segment, s.channel, s.said_at, s.item_id FROM said AS s
    WHERE s.product_area = %(area)s AND NOT s.ours
  ) AS a WHERE a.at < %(until)s
  ORDER BY a.person, a.segment IS NULL, a.channel IS NULL, a.at DESC, a.id
)"""  # noqa: S608
BASE = composed(f"{_ACTIVE} SELECT segment, channel, count(*) FROM active GROUP BY segment, channel")  # noqa: S608
WHO = composed(
    f"""{_ACTIVE} SELECT s.signal_id, s.person, coalesce(a.segment, s.segment), coalesce(s.channel, a.channel),
  s.prompted, s.text, s.words
FROM said AS s LEFT JOIN active AS a ON a.person = s.person
WHERE s.own_signal = ANY (%(ids)s) AND s.by_word AND (%(month)s::text IS NULL OR s.month = %(month)s)
ORDER BY s.said_at, s.item_id"""  # noqa: S608
)
# Whom the surveys of the area asked: those of everybody, and those of who contributed to this signal.
ASKED = composed(
    """SELECT q.segment, count(*) FROM {surveys} AS s JOIN {questions} AS q ON q.survey_id = s.survey_id
WHERE s.product_area = %(area)s AND (s.signal_id IS NULL OR s.signal_id = ANY (%(ids)s)) AND q.asked_at < %(until)s
  AND NOT s.deleted AND NOT q.deleted GROUP BY q.segment"""
)
# Each person of a signal: says so; when asked, says so, says otherwise; does so, does otherwise.
STANCES = composed(
    f"""{PEOPLE} SELECT bool_or(s.by_word), bool_or(s.by_word AND s.prompted),
  bool_or(NOT s.deed AND s.prompted AND NOT s.by_word), bool_or(s.deed AND s.stance = 'for'),
  bool_or(s.deed AND s.stance = 'against')
FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND NOT s.ours
  AND (%(month)s::text IS NULL OR s.month = %(month)s)
GROUP BY s.person"""  # noqa: S608
)
CONTRIBUTED = composed(
    f"""{PEOPLE} SELECT s.person, s.item_id, s.conversation_id, s.channel, s.language, s.weight
FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND s.by_word ORDER BY s.said_at, s.item_id"""  # noqa: S608
)

REACHABLE = composed(
    f"""{PEOPLE} SELECT DISTINCT ON (a.person) a.person, a.customer_id, a.id, a.segment FROM (
  SELECT coalesce(m.person, c.customer_id) AS person, c.customer_id, c.segment, c.opened_at AS at,
    c.conversation_id AS id
  FROM {{inbox}} AS c LEFT JOIN merged AS m ON m.id = c.customer_id
  WHERE NOT c.deleted AND c.product_area = %(area)s
) AS a
WHERE %(ids)s::text[] IS NULL
  OR a.person IN (SELECT s.person FROM said AS s WHERE s.own_signal = ANY (%(ids)s) AND s.by_word)
ORDER BY a.person, a.at DESC, a.id"""  # noqa: S608
)

# Who was active in an area within a span, and who of them said so: before an instant, and from then on.
AROUND = composed(
    f"""{PEOPLE}, moments AS (
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
COLLECTED_SINCE = composed("SELECT min(i.said_at) FROM {items} AS i WHERE NOT i.deleted")
