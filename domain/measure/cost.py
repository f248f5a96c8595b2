"""Measures of cost: what people of the company did for a conversation or an order, by the company's rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.measure.conversation import EXCLUSIONS, MERGED, SLICES, ConversationFacts
from domain.measure.definition import COUNTED, OPEN, UNKNOWN, Measure
from domain.measure.rates import Rates

COST_SLICES = (*SLICES, "broken_promise")
"""By what conversations with a cost are grouped."""
_RATES = "by the rates of the table `cost-to-serve` in force when it was done"
_READS = ("conversation_steps", "promises", "tables")


@dataclass(frozen=True, slots=True)
class ConversationCost:
    """What a conversation cost. `outcome`: how it counts. `cost`: in the unit of the rates; None where it is not known.
    `broken_promise`: a promise that was made in it was broken, or not kept by its first date: `with`, or `without`."""

    id: str
    customer_id: str | None
    opened_at: datetime
    outcome: str
    cost: float | None
    slices: Mapping[str, str]


def cost_of(facts: ConversationFacts, rates: Rates, *, broken: bool) -> ConversationCost:
    """What a conversation cost. Raises Refusal as `Rates.cost`."""
    slices = {**facts.slices, "broken_promise": "with" if broken else "without"}
    cost = None
    if facts.merged_at is not None:
        outcome = MERGED
    elif facts.resolved_at is None and facts.withdrawn_at is None:
        outcome = OPEN
    else:
        # Where nobody said what was done, it is not known that nothing was.
        cost = rates.cost(facts.touched, slices["kind"], slices["channel"]) if facts.work_known else None
        outcome = UNKNOWN if cost is None else COUNTED
    return ConversationCost(facts.id, facts.customer_id, facts.opened_at, outcome, cost, slices)


@dataclass(frozen=True, slots=True)
class OrderCost:
    """What the conversations about an order cost together, each of them in full."""

    id: str
    customer_id: str | None
    placed_at: datetime
    outcome: str
    cost: float | None


def cost_of_order(
    id: str, customer_id: str | None, placed_at: datetime, about: Iterable[ConversationCost]
) -> OrderCost:
    """What an order cost, by the conversations about it. One that another conversation shows costs nothing here."""
    counted = [each for each in about if each.outcome != MERGED]
    outcomes = {each.outcome for each in counted}
    outcome = OPEN if OPEN in outcomes else UNKNOWN if UNKNOWN in outcomes else COUNTED
    cost = sum(each.cost or 0.0 for each in counted) if outcome == COUNTED else None
    return OrderCost(id, customer_id, placed_at, outcome, cost)


def _cost(item: ConversationCost | OrderCost) -> float:
    assert item.cost is not None
    return item.cost


COST_TO_SERVE: Measure[ConversationCost] = Measure(
    name="cost_to_serve",
    version=1,
    question="What does a conversation cost us?",
    population="conversations that customers began",
    hit=f"answers, notes, assignments and hand-overs by people of the company, of a closed conversation, each {_RATES}"
    "; in the unit of the rates. Unknown where one has no rate, or nothing is recorded of what anybody did",
    exclusions=MappingProxyType({MERGED: EXCLUSIONS[MERGED]}),
    time_basis="when the customer began the conversation",
    better="less",
    owner="finance",
    reads=_READS,
    at=lambda item: item.opened_at,
    outcome=lambda item, _: item.outcome,
    unit="number",
    value=_cost,
)
COST_PER_ORDER: Measure[OrderCost] = Measure(
    name="cost_per_order",
    version=1,
    question="What does an order cost us in conversations?",
    population="orders that were placed",
    hit=f"the touches of all conversations that name the order, each {_RATES}; none where nobody had to talk about it. "
    "A conversation about two orders counts for both; open while one of them is",
    exclusions=MappingProxyType({}),
    time_basis="when the order was placed",
    better="less",
    owner="finance",
    reads=("orders", *_READS),
    at=lambda item: item.placed_at,
    outcome=lambda item, _: item.outcome,
    unit="number",
    value=_cost,
)
