"""The facts of contacts about orders, and of what conversations and orders cost."""

from __future__ import annotations

from collections.abc import Iterable

from domain.decision_table.written import RecordedTable
from domain.measure.contact import AskedOrder, ContactFacts, contacts, first_asked
from domain.measure.conversation import ConversationFacts
from domain.measure.cost import ConversationCost, OrderCost, cost_of, cost_of_order
from domain.measure.question import MeasureQuestion
from domain.measure.rates import RATES_TABLE, Rates, rates_of
from infra.postgres.database import Connection
from projections import decision_table as tables
from projections.measured.conversation import conversations, conversations_named
from projections.measured.order import PlacedOrder, placed, with_broken_promise


def contact_facts(connection: Connection, question: MeasureQuestion) -> Iterable[ContactFacts]:
    """The conversations and the orders of a span."""
    orders = ((each.id, each.customer_id, each.placed_at) for each in placed(connection, question))
    return contacts(conversations(connection, question), orders)


def asked_orders(connection: Connection, question: MeasureQuestion) -> Iterable[AskedOrder]:
    """The orders of a span, with the first inquiry about each."""
    orders = placed(connection, question)
    known = _about(connection, orders)
    for each in orders:
        asked_at = first_asked(each.placed_at, (known[id] for id in each.conversations if id in known))
        yield AskedOrder(each.id, each.customer_id, each.placed_at, asked_at, each.came_at, each.cancelled_at)


def conversation_costs(connection: Connection, question: MeasureQuestion) -> Iterable[ConversationCost]:
    """What the conversations of a span cost."""
    return _costs(connection, conversations(connection, question), question).values()


def order_costs(connection: Connection, question: MeasureQuestion) -> Iterable[OrderCost]:
    """What the orders of a span cost in conversations."""
    orders = placed(connection, question)
    costs = _costs(connection, _about(connection, orders).values(), question)
    for each in orders:
        about = (costs[id] for id in each.conversations if id in costs)
        yield cost_of_order(each.id, each.customer_id, each.placed_at, about)


def _about(connection: Connection, orders: Iterable[PlacedOrder]) -> dict[str, ConversationFacts]:
    return conversations_named(connection, {id for each in orders for id in each.conversations})


def _costs(
    connection: Connection, found: Iterable[ConversationFacts], question: MeasureQuestion
) -> dict[str, ConversationCost]:
    found = list(found)
    broken = with_broken_promise(connection, (each.id for each in found), question.now)
    rates = _rates(connection)
    return {each.id: cost_of(each, rates, broken=each.id in broken) for each in found}


def _rates(connection: Connection) -> Rates:
    return rates_of(
        (each.effective_from, RecordedTable.model_validate(each.content[0]))
        for each in tables.named(connection, RATES_TABLE)
    )
