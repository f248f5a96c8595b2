"""Measures of orders: delivered in full, undamaged, with the right documents, and on the date that was promised first.
Each part is a measure of its own, and the perfect order is all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.measure.definition import HIT, MISS, OPEN, UNKNOWN, Measure

_OWNER = "operations"
_CANCELLED = "cancelled"
_READS = ("orders", "promises")
_POPULATION = "orders whose delivery was promised, by the first date"
_EXCLUDED = MappingProxyType({_CANCELLED: "the whole order was cancelled before the date, and nothing of it came"})


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known of an order whose delivery was promised. `delivered_at`: when its last part came, once all came.
    `cancelled_at`: when all of it was cancelled. The three facts are None where nobody reported them."""

    id: str
    customer_id: str | None
    first_due_at: datetime
    last_due_at: datetime
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    in_full: bool | None = None
    undamaged: bool | None = None
    documents_right: bool | None = None


def _delivered_by(due_at: Callable[[OrderFacts], datetime]) -> Callable[[OrderFacts, datetime], str]:
    def outcome(order: OrderFacts, now: datetime) -> str:
        due = due_at(order)
        if order.delivered_at is not None:
            return HIT if order.delivered_at <= due else MISS
        if order.cancelled_at is not None and order.cancelled_at <= due:
            return _CANCELLED
        return OPEN if now <= due else MISS

    return outcome


_ON_FIRST_DATE = _delivered_by(lambda order: order.first_due_at)


def _reported(fact: Callable[[OrderFacts], bool | None]) -> Callable[[OrderFacts, datetime], str]:
    def outcome(order: OrderFacts, now: datetime) -> str:
        if order.delivered_at is None:
            return _CANCELLED if order.cancelled_at is not None else OPEN
        found = fact(order)
        return UNKNOWN if found is None else HIT if found else MISS

    return outcome


_FACTS = tuple(
    map(_reported, (lambda order: order.in_full, lambda order: order.undamaged, lambda order: order.documents_right))
)


def _perfect(order: OrderFacts, now: datetime) -> str:
    on_date = _ON_FIRST_DATE(order, now)
    if on_date != HIT:
        return on_date
    outcomes = {outcome(order, now) for outcome in _FACTS}
    return MISS if MISS in outcomes else UNKNOWN if UNKNOWN in outcomes else HIT


def _measure(
    name: str,
    question: str,
    hit: str,
    outcome: Callable[[OrderFacts, datetime], str],
    *,
    population: str = _POPULATION,
    time_basis: str = "the first promised date of the delivery",
    at: Callable[[OrderFacts], datetime] = lambda order: order.first_due_at,
) -> Measure[OrderFacts]:
    return Measure(
        name=name,
        version=1,
        question=question,
        population=population,
        hit=hit,
        exclusions=_EXCLUDED,
        time_basis=time_basis,
        better="more",
        owner=_OWNER,
        reads=_READS,
        at=at,
        outcome=outcome,
    )


PERFECT_ORDER = _measure(
    "perfect_order",
    "How many orders came in full, undamaged, with the right documents, and on the date that we promised first?",
    "all parts came at or before the first date, in full, undamaged, with the right documents",
    _perfect,
)
ORDER_ON_FIRST_PROMISE = _measure(
    "order_on_first_promise",
    "How many orders came by the date that we promised first?",
    "all parts came at or before the first date, however often the date was moved",
    _ON_FIRST_DATE,
)
ORDER_ON_LAST_PROMISE = _measure(
    "order_on_last_promise",
    "How many orders came by the date that we promised last?",
    "all parts came at or before the last date",
    _delivered_by(lambda order: order.last_due_at),
    population="orders whose delivery was promised, by the last date",
    time_basis="the last promised date of the delivery",
    at=lambda order: order.last_due_at,
)
ORDER_IN_FULL = _measure(
    "order_in_full",
    "How many delivered orders came in full?",
    "all parts came, with all that was ordered",
    _FACTS[0],
)
ORDER_UNDAMAGED = _measure(
    "order_undamaged", "How many delivered orders came undamaged?", "all parts came, undamaged", _FACTS[1]
)
ORDER_DOCUMENTS_RIGHT = _measure(
    "order_documents_right",
    "How many delivered orders came with the right documents?",
    "all parts came, with the right documents",
    _FACTS[2],
)
