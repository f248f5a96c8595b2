"""The people who are kept, for retention (`commands/retention.py`), read in pages from the views."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from psycopg import sql

from domain.retention import PersonFacts
from infra.postgres.database import Connection, Database
from infra.views.tables import Table
from projections.conversation.inbox import INBOX
from projections.conversation.inbox_filter import IS_CLOSED
from projections.customer.contacts import CONTACTS
from projections.customer.timeline import TIMELINE
from projections.hold import LEGAL_HOLDS
from projections.open_work import Reached
from projections.promise import PROMISES

READS = (CONTACTS, TIMELINE, INBOX, PROMISES)
"""The views that have to have come far enough."""

_FACTS = sql.SQL(
    """SELECT c.customer_id, coalesce(greatest(m.last_at, i.last_at), clock_timestamp()),
  CASE WHEN i.open OR p.open THEN NULL ELSE coalesce(i.closed_at, m.last_at) END,
  (SELECT max((e.value ->> 'at')::timestamptz) FROM jsonb_array_elements(c.consents) AS e(value)
     HAVING count(*) > 0 AND NOT bool_or((e.value ->> 'given')::boolean)),
  coalesce(i.complained, false), m.ordered, i.segment
FROM (SELECT * FROM {contacts} AS k WHERE {which} AND NOT k.deleted ORDER BY k.customer_id LIMIT {limit}) AS c
CROSS JOIN LATERAL (
  SELECT max(t.recorded_at) AS last_at, coalesce(bool_or(t.order_id IS NOT NULL), false) AS ordered
  FROM {timeline} AS t WHERE t.customer_id = c.customer_id AND NOT t.deleted
) AS m
CROSS JOIN LATERAL (
  SELECT max(t.last_at) AS last_at, max(t.closed_at) AS closed_at, bool_or('complaint' = ANY (t.kinds)) AS complained,
    bool_or(t.merged_into IS NULL AND NOT {closed}) AS open, max(t.segment) AS segment
  FROM {inbox} AS t WHERE t.customer_id = c.customer_id AND NOT t.deleted
) AS i
CROSS JOIN LATERAL (
  SELECT count(*) > 0 AS open FROM {promises} AS t
  WHERE t.customer_id = c.customer_id AND t.ended_at IS NULL AND NOT t.deleted
) AS p
ORDER BY c.customer_id"""
)


def _statement(which: sql.SQL, limit: sql.SQL) -> sql.Composed:
    return _FACTS.format(
        which=which,
        limit=limit,
        closed=sql.SQL(IS_CLOSED),
        contacts=Table(CONTACTS).name,
        timeline=Table(TIMELINE).name,
        inbox=Table(INBOX).name,
        promises=Table(PROMISES).name,
    )


_PAGE = _statement(sql.SQL("k.customer_id > %s"), sql.SQL("%s"))
_THESE = _statement(sql.SQL("k.customer_id = ANY (%s)"), sql.SQL("ALL"))


class KeptInViews:
    """People as the views show them."""

    def __init__(self, database: Database, reached: Reached) -> None:
        """`database`: a reader's."""
        self._database = database
        self._reached = reached

    def page(self, after: str, limit: int, position: int) -> Sequence[PersonFacts]:
        """The next customers by id, erased ones among them. Raises Overloaded."""
        self._reached(READS, position)
        with self._database.connection() as connection:
            return _read(connection, _PAGE, (after, limit))

    def of(self, customer_ids: Iterable[str]) -> Sequence[PersonFacts]:
        """These customers. Raises Overloaded."""
        ids: Collection[str] = sorted(set(customer_ids))
        if not ids:
            return []
        with self._database.connection() as connection:
            return _read(connection, _THESE, (ids,))

    def held(self, position: int) -> Sequence[str]:
        """The customers and conversations of all legal holds that stand. Raises Overloaded."""
        self._reached([LEGAL_HOLDS], position)
        with self._database.connection() as connection:
            rows = Table(LEGAL_HOLDS).select(connection, "WHERE ended_at IS NULL AND NOT deleted")
        return sorted({id for row in rows for id in (row.customer_id, row.conversation_id) if id})


def _read(connection: Connection, statement: sql.Composed, parameters: tuple[object, ...]) -> list[PersonFacts]:
    return [PersonFacts(*row) for row in connection.execute(statement, parameters).fetchall()]
