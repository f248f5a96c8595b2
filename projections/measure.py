"""The items of measures, read from the views that hold their facts (`projections/measured/`), and their figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.decision_table.written import RecordedTable
from domain.measure import catalogue
from domain.measure.comparison import compared
from domain.measure.definition import COUNTED, Measure, MeasuredItem
from domain.measure.figure import FigureRow, figures
from domain.measure.goal import GOALS_TABLE, GoalStanding, goals_of, standings
from domain.measure.period import Period
from domain.measure.question import MeasureQuestion, others
from infra.postgres.database import Connection
from infra.views import versions
from infra.views.tables import Table
from infra.views.view import AnyView
from projections import decision_table as tables
from projections.attention import CLOSING_MESSAGES
from projections.conversation.steps import CONVERSATION_STEPS
from projections.decision_table import TABLES
from projections.measured import contact, conversation, order, said
from projections.order import ORDERS
from projections.promise import PROMISES
from projections.service_level.clocks import SLA_CLOCKS
from projections.signal.items import ITEMS
from projections.survey import SURVEY_QUESTIONS
from projections.survey_list import SURVEYS

READS: tuple[AnyView, ...] = (
    PROMISES, ORDERS, CONVERSATION_STEPS, SLA_CLOCKS, TABLES, ITEMS, SURVEY_QUESTIONS, SURVEYS, CLOSING_MESSAGES,
)  # fmt: skip
_VIEWS: Mapping[str, AnyView] = {each.name: each for each in READS}


@dataclass(frozen=True, slots=True)
class _Population:
    """Where the items of some measures come from. `read`: the facts of all items that may be of a span."""

    measures: tuple[Measure[Any], ...]  # Any: of facts of different kinds
    read: Callable[[Connection, MeasureQuestion], Iterable[Any]]  # Any: facts of whatever kind
    slices: Callable[[Any], Mapping[str, str]]  # Any: as `read` answers


def _own(facts: Any) -> Mapping[str, str]:  # Any: facts that have slices
    return facts.slices  # type: ignore[no-any-return]


def _none(_: object) -> Mapping[str, str]:
    return {}


_POPULATIONS = (
    _Population(catalogue.OF_PROMISES, order.promises, lambda promise: {"kind": promise.kind}),
    _Population(catalogue.OF_ORDERS, order.orders, _none),
    _Population(catalogue.OF_CONVERSATIONS, conversation.conversations, _own),
    _Population(catalogue.OF_SPELLS, conversation.spells, _own),
    _Population(catalogue.OF_CLOCKS, conversation.clocks, _own),
    _Population(catalogue.OF_CONTACTS, contact.contact_facts, _own),
    _Population(catalogue.OF_ASKED_ORDERS, contact.asked_orders, _none),
    _Population(catalogue.OF_COSTS, contact.conversation_costs, _own),
    _Population(catalogue.OF_ORDER_COSTS, contact.order_costs, _none),
    _Population(catalogue.OF_THINGS_SAID, said.things_said, _own),
    _Population(catalogue.OF_UNASKED_MONTHS, said.months_written, _none),
)
_BY_NAME = {measure.name: each for each in _POPULATIONS for measure in each.measures}


def reads(question: MeasureQuestion) -> tuple[AnyView, ...]:
    """The views that hold what a question is about."""
    return tuple(_VIEWS[name] for name in question.measure.reads)


def position(connection: Connection) -> int:
    """The position that all views of measures have reached."""
    return min(versions.position(connection, view) for view in READS)


def answer(connection: Connection, question: MeasureQuestion) -> list[FigureRow]:
    """The figures that a question asks for. Raises as `items`."""
    rows = figures(items(connection, question), question.periods, question.slice_by)
    if not question.compare:
        return rows
    compared_with = others(question)
    spans = [span for _, those in compared_with for span in those]
    whole = Period("", min(each.begin for each in spans), max(each.end for each in spans))
    earlier = items(connection, replace(question, periods=(whole,)))
    return compared(rows, earlier, compared_with, question.slice_by)


def goal_standings(connection: Connection, question: MeasureQuestion) -> list[GoalStanding]:
    """How the periods of a question stand to the measure's goals. Raises as `items`, and Refusal `table-invalid`."""
    Table(TABLES).check_live(connection)
    versions = goals_of(
        (each.effective_from, RecordedTable.model_validate(each.content[0]))
        for each in tables.named(connection, GOALS_TABLE)
    )
    return standings(question.measure, items(connection, question), question.periods, versions, question.now)


def items(connection: Connection, question: MeasureQuestion) -> list[MeasuredItem]:
    """The items behind the figures of a question, by their ids. Raises Refusal `input-invalid`, Overloaded."""
    measure, begin, end = question.measure, question.begin, question.end
    population = _BY_NAME[measure.name]
    for view in reads(question):
        Table(view).check_live(connection)
    found = []
    for facts in population.read(connection, question):
        at = measure.at(facts)
        if at is not None and begin <= at < end:
            outcome = measure.outcome(facts, question.now)
            value = measure.value(facts) if measure.value is not None and outcome == COUNTED else None
            found.append(MeasuredItem(facts.id, at, facts.customer_id, outcome, population.slices(facts), value))
    return sorted(found, key=lambda item: item.id)
