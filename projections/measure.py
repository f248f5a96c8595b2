"""The items of measures, read from the views that hold their facts: the ledger of promises, orders, the steps of
conversations, and clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from psycopg import sql

from domain.kernel.refusal import Refusal
from domain.measure import catalogue
from domain.measure.clock import MeasuredClock
from domain.measure.conversation import WINDOW, ConversationFacts, conversations
from domain.measure.definition import COUNTED, Measure, MeasuredItem
from domain.measure.figure import FigureRow, figures
from domain.measure.order import OrderFacts
from domain.measure.promise import PromiseFacts
from domain.measure.question import MeasureQuestion
from domain.measure.step import ConversationStep
from domain.measure.waiting import Spell, spells_of
from infra.postgres.database import Connection
from infra.views import versions
from infra.views.tables import Table
from infra.views.view import AnyView
from projections.conversation.steps import CONVERSATION_STEPS
from projections.order import ORDERS
from projections.promise import PROMISES
from projections.service_level.clocks import SLA_CLOCKS

MOST_ITEMS = 200_000
"""How many promises, orders, or steps of conversations one question may be about."""

R = TypeVar("R")

READS: tuple[AnyView, ...] = (PROMISES, ORDERS, CONVERSATION_STEPS, SLA_CLOCKS)
_PROMISES, _ORDERS = Table(PROMISES), Table(ORDERS)
_STEPS, _CLOCKS = Table(CONVERSATION_STEPS), Table(SLA_CLOCKS)

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
# Of a clock that a merge shows elsewhere, the record there counts. An opening is the first event of its stream.
_CLOCK_FACTS = sql.SQL(
    "SELECT id, customer_id, metric, policy_id, started_at, state, due_at, breached_at FROM ("
    "SELECT DISTINCT ON (1) concat_ws('/', which ->> 'conversation_id', which ->> 'metric', which ->> 'number') AS id, "
    "o.customer_id, which ->> 'metric' AS metric, clock ->> 'policy_id' AS policy_id, clock ->> 'state' AS state, "
    "clock ->> 'target' AS target, (clock ->> 'started_at')::timestamptz AS started_at, "
    "(clock ->> 'due_at')::timestamptz AS due_at, (clock ->> 'breached_at')::timestamptz AS breached_at "
    "FROM {clocks} AS c CROSS JOIN LATERAL jsonb_array_elements(c.clocks) AS each (clock) "
    "CROSS JOIN LATERAL (SELECT clock -> 'which' AS which) AS identity "
    "LEFT JOIN {steps} AS o ON o.conversation_id = which ->> 'conversation_id' AND o.version = 1 AND NOT o.deleted "
    "WHERE NOT c.deleted ORDER BY 1, c.conversation_id = which ->> 'conversation_id') AS once "
    "WHERE target IS NOT NULL AND started_at >= %(begin)s AND started_at < %(end)s ORDER BY id LIMIT %(most)s"
).format(clocks=_CLOCKS.name, steps=_STEPS.name)
# All steps of each conversation in which something happened in the span: by which step a measure goes is its to say.
_WHERE_STEPS = f"""WHERE NOT deleted AND conversation_id IN
    (SELECT conversation_id FROM {_STEPS.name.as_string()} WHERE NOT deleted AND at >= %s AND at < %s)
    ORDER BY conversation_id, version LIMIT %s"""  # noqa: S608


# Any: facts of whatever kind
_Read = Callable[[Connection, datetime, datetime], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class _Population:
    """Where the items of some measures come from. `read`: the facts of all items that may be of a span."""

    measures: tuple[Measure[Any], ...]  # Any: of facts of different kinds
    views: tuple[AnyView, ...]
    read: _Read
    slices: Callable[[Any], Mapping[str, str]]  # Any: as `read` answers


def _promises(connection: Connection, begin: datetime, end: datetime) -> Iterable[PromiseFacts]:
    return (PromiseFacts(*row) for row in _rows(connection, _PROMISE_FACTS, begin, end))


def _orders(connection: Connection, begin: datetime, end: datetime) -> Iterable[OrderFacts]:
    return (OrderFacts(*row) for row in _rows(connection, _ORDER_FACTS, begin, end))


def _conversations(connection: Connection, begin: datetime, end: datetime) -> Iterable[ConversationFacts]:
    # Whether a customer came again is seen by what they began before.
    return conversations(_steps(connection, begin - WINDOW, end))


def _spells(connection: Connection, begin: datetime, end: datetime) -> Iterable[Spell]:
    return spells_of(_steps(connection, begin, end))


def _clocks(connection: Connection, begin: datetime, end: datetime) -> Iterable[MeasuredClock]:
    return (MeasuredClock(*row) for row in _rows(connection, _CLOCK_FACTS, begin, end))


_POPULATIONS = (
    _Population(catalogue.OF_PROMISES, (PROMISES,), _promises, lambda promise: {"kind": promise.kind}),
    _Population(catalogue.OF_ORDERS, (ORDERS, PROMISES), _orders, lambda _: {}),
    _Population(catalogue.OF_CONVERSATIONS, (CONVERSATION_STEPS,), _conversations, lambda each: each.slices),
    _Population(catalogue.OF_SPELLS, (CONVERSATION_STEPS,), _spells, lambda spell: spell.slices),
    _Population(catalogue.OF_CLOCKS, (SLA_CLOCKS, CONVERSATION_STEPS), _clocks, lambda clock: clock.slices),
)
_BY_NAME = {measure.name: each for each in _POPULATIONS for measure in each.measures}


def reads(question: MeasureQuestion) -> tuple[AnyView, ...]:
    """The views that hold what a question is about."""
    return _BY_NAME[question.measure.name].views


def position(connection: Connection) -> int:
    """The position that all views of measures have reached."""
    return min(versions.position(connection, view) for view in READS)


def answer(connection: Connection, question: MeasureQuestion) -> list[FigureRow]:
    """The figures that a question asks for. Raises as `items`."""
    return figures(items(connection, question), question.periods, question.slice_by)


def items(connection: Connection, question: MeasureQuestion) -> list[MeasuredItem]:
    """The items behind the figures of a question, by their ids. Raises Refusal `input-invalid`, Overloaded."""
    measure, begin, end = question.measure, question.begin, question.end
    population = _BY_NAME[measure.name]
    for view in population.views:
        Table(view).check_live(connection)
    found = []
    for facts in population.read(connection, begin, end):
        at = measure.at(facts)
        if at is not None and begin <= at < end:
            outcome = measure.outcome(facts, question.now)
            value = measure.value(facts) if measure.value is not None and outcome == COUNTED else None
            found.append(MeasuredItem(facts.id, at, facts.customer_id, outcome, population.slices(facts), value))
    return sorted(found, key=lambda item: item.id)


# Any: values of columns
def _rows(connection: Connection, statement: sql.Composed, begin: datetime, end: datetime) -> list[tuple[Any, ...]]:
    span = {"begin": begin, "end": end, "most": MOST_ITEMS + 1}
    return _bounded(connection.execute(statement, span, binary=True).fetchall())


def _steps(connection: Connection, begin: datetime, end: datetime) -> list[ConversationStep]:
    return _bounded(_STEPS.select(connection, _WHERE_STEPS, (begin, end, MOST_ITEMS + 1)))


def _bounded(rows: list[R]) -> list[R]:
    if len(rows) > MOST_ITEMS:
        raise Refusal("input-invalid", f"that is about more than {MOST_ITEMS:,} facts; ask for a shorter span")
    return rows
