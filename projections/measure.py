"""The items of measures, read from the views that hold their facts: the ledger of promises, and orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from domain.kernel.refusal import Refusal
from domain.measure import catalogue
from domain.measure.definition import Measure, MeasuredItem
from domain.measure.figure import FigureRow, figures
from domain.measure.order import OrderFacts
from domain.measure.promise import PromiseFacts
from domain.measure.question import MeasureQuestion
from infra.postgres.database import Connection
from infra.views import versions
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.order import ORDERS
from projections.promise import PROMISES

MOST_ITEMS = 200_000
"""How many items one question may be about."""

READS: tuple[AnyView, ...] = (PROMISES, ORDERS)
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


@dataclass(frozen=True, slots=True)
class _Population:
    """Where the items of some measures come from. `facts`: of a row of the statement. `slices`: of the facts."""

    measures: tuple[Measure[Any], ...]  # Any: of facts of different kinds
    statement: sql.Composed
    facts: Callable[..., Any]  # Any: of whatever kind the measures are
    slices: Callable[[Any], dict[str, str]]  # Any: as of `facts`


_POPULATIONS = (
    _Population(catalogue.OF_PROMISES, _PROMISE_FACTS, PromiseFacts, lambda facts: {"kind": facts.kind}),
    _Population(catalogue.OF_ORDERS, _ORDER_FACTS, OrderFacts, lambda _: {}),
)


def position(connection: Connection) -> int:
    """The position that all views of measures have reached."""
    return min(versions.position(connection, view) for view in READS)


def answer(connection: Connection, question: MeasureQuestion) -> list[FigureRow]:
    """The figures that a question asks for. Raises as `items`."""
    return figures(items(connection, question), question.periods, question.slice_by)


def items(connection: Connection, question: MeasureQuestion) -> list[MeasuredItem]:
    """The items behind the figures of a question, by their ids. Raises Refusal `input-invalid`, Overloaded."""
    measure, begin, end = question.measure, question.begin, question.end
    population = next(each for each in _POPULATIONS if measure in each.measures)
    for table in (_PROMISES, _ORDERS):
        table.check_live(connection)
    span = {"begin": begin, "end": end, "most": MOST_ITEMS + 1}
    rows = connection.execute(population.statement, span, binary=True).fetchall()
    if len(rows) > MOST_ITEMS:
        raise Refusal("input-invalid", f"that is about more than {MOST_ITEMS:,} items; ask for a shorter span")
    found = []
    for row in rows:
        facts = population.facts(*row)
        at = measure.at(facts)
        if at is not None and begin <= at < end:
            outcome = measure.outcome(facts, question.now)
            found.append(MeasuredItem(facts.id, at, facts.customer_id, outcome, population.slices(facts)))
    return found
