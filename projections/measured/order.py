"""The facts of promises and of orders, for measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from domain.measure.order import OrderFacts
from domain.measure.promise import PromiseFacts
from domain.measure.question import MeasureQuestion
from infra.postgres.database import Connection
from infra.views.tables import Table
from projections.measured.reading import rows_of
from projections.order import ORDERS
from projections.promise import PROMISES

_PROMISES, _ORDERS = Table(PROMISES), Table(ORDERS)

# Both dates stand in an index. Which of them counts is the measure's to say, so that both spans are asked for.
_PROMISE_FACTS = sql.SQL(
    "SELECT promise_id, customer_id, "
    "CASE WHEN delivery THEN 'delivery' WHEN signal_id IS NOT NULL THEN 'launch' ELSE 'other' END, "
    "original_due_at, due_at, "
    "CASE WHEN ended_at IS NULL THEN NULL WHEN state IN ('kept', 'kept-late') THEN 'kept' ELSE state END, ended_at "
    "FROM {promises} WHERE NOT deleted AND ((original_due_at >= %(begin)s AND original_due_at < %(end)s) "
    "OR (due_at >= %(begin)s AND due_at < %(end)s)) ORDER BY promise_id LIMIT %(most)s"
).format(promises=_PROMISES.name)
_ORDER_FACTS = sql.SQL(
    "SELECT o.order_id, o.customer_id, o.promised_at, coalesce(p.due_at, o.promised_at), o.delivered_at, "
    "CASE WHEN o.status = 'cancelled' THEN o.cancelled_at END, o.in_full, o.undamaged, o.documents_right "
    "FROM {orders} AS o LEFT JOIN {promises} AS p ON p.promise_id = o.promise_id AND NOT p.deleted "
    "WHERE NOT o.deleted AND ((o.promised_at >= %(begin)s AND o.promised_at < %(end)s) OR o.order_id IN "
    "(SELECT order_id FROM {promises} WHERE delivery AND NOT deleted AND due_at >= %(begin)s AND due_at < %(end)s)) "
    "ORDER BY o.order_id LIMIT %(most)s"
).format(orders=_ORDERS.name, promises=_PROMISES.name)
_PLACED = sql.SQL(
    "SELECT order_id, customer_id, placed_at, delivered_at, CASE WHEN status = 'cancelled' THEN cancelled_at END, "
    "conversations FROM {orders} WHERE NOT deleted AND placed_at >= %(begin)s AND placed_at < %(end)s "
    "ORDER BY order_id LIMIT %(most)s"
).format(orders=_ORDERS.name)
_BROKEN = sql.SQL(
    "SELECT DISTINCT conversation_id FROM {promises} WHERE NOT deleted AND conversation_id = ANY (%(ids)s) "
    "AND (state = 'broken' OR (state <> 'withdrawn' AND coalesce(ended_at, %(now)s) > original_due_at))"
).format(promises=_PROMISES.name)


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that was placed, with the conversations that name it. `came_at`: when all of it came."""

    id: str
    customer_id: str | None
    placed_at: datetime
    came_at: datetime | None
    cancelled_at: datetime | None
    conversations: Sequence[str]


def promises(connection: Connection, question: MeasureQuestion) -> Iterable[PromiseFacts]:
    """The promises of a span, by their first date or their last."""
    return (PromiseFacts(*row) for row in rows_of(connection, _PROMISE_FACTS, question.begin, question.end))


def orders(connection: Connection, question: MeasureQuestion) -> Iterable[OrderFacts]:
    """The orders of a span whose delivery was promised, by the first date or the last."""
    return (OrderFacts(*row) for row in rows_of(connection, _ORDER_FACTS, question.begin, question.end))


def placed(connection: Connection, question: MeasureQuestion) -> list[PlacedOrder]:
    """The orders that were placed within a span."""
    return [PlacedOrder(*row) for row in rows_of(connection, _PLACED, question.begin, question.end)]


def with_broken_promise(connection: Connection, conversation_ids: Iterable[str], now: datetime) -> set[str]:
    """Those of these conversations in which a promise was made that was broken, or not kept by its first date."""
    given = {"ids": list(conversation_ids), "now": now}
    return {id for (id,) in connection.execute(_BROKEN, given).fetchall()}
