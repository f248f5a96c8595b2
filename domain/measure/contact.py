"""Measures of contacts about orders: how often customers have to come to us for what they ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from domain.measure.conversation import EXCLUSIONS, MERGED, ConversationFacts
from domain.measure.definition import BASE, HIT, MISS, OPEN, Measure

_CANCELLED = "cancelled"
_OWNER = "operations"


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A conversation that a customer began, or (`is_order`) an order that was placed, which has no slices."""

    id: str
    customer_id: str | None
    at: datetime
    is_order: bool = False
    is_merged: bool = False
    slices: Mapping[str, str] = field(default_factory=dict)


def contacts(
    found: Iterable[ConversationFacts], orders: Iterable[tuple[str, str | None, datetime]]
) -> Iterable[ContactFacts]:
    """Conversations and orders together. `orders`: the id, the customer, and when it was placed."""
    for each in found:
        merged = each.merged_at is not None
        yield ContactFacts(each.id, each.customer_id, each.opened_at, is_merged=merged, slices=each.slices)
    for id, customer_id, placed_at in orders:
        yield ContactFacts(id, customer_id, placed_at, is_order=True)


def _contact(facts: ContactFacts, _: datetime) -> str:
    if facts.is_order:
        return BASE
    return MERGED if facts.is_merged else HIT


CONTACT_RATE: Measure[ContactFacts] = Measure(
    name="contact_rate",
    version=1,
    question="How many conversations do customers have to begin for each hundred orders?",
    population="conversations that customers began, about an order or not, and orders that were placed",
    hit="a conversation; for each hundred orders that were placed in the same period. A slice counts its conversations "
    "for each hundred of all orders",
    exclusions=MappingProxyType({MERGED: EXCLUSIONS[MERGED]}),
    time_basis="when the customer began the conversation, and when the order was placed",
    better="less",
    owner=_OWNER,
    reads=("conversation_steps", "orders"),
    at=lambda facts: facts.at,
    outcome=_contact,
    unit="per-100-orders",
)


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """An order that was placed. `asked_at`: when a customer first began an inquiry about it after that. `came_at`: when
    all of it came. `cancelled_at`: when all of it was cancelled."""

    id: str
    customer_id: str | None
    placed_at: datetime
    asked_at: datetime | None = None
    came_at: datetime | None = None
    cancelled_at: datetime | None = None


def first_asked(placed_at: datetime, about: Iterable[ConversationFacts]) -> datetime | None:
    """When a customer first began an inquiry about an order after placing it, out of the conversations about it."""
    asked = (each.opened_at for each in about if each.slices["kind"] == "inquiry" and each.opened_at >= placed_at)
    return min(asked, default=None)


def _where_is_it(order: AskedOrder, _: datetime) -> str:
    ended_at = order.came_at or order.cancelled_at
    if order.asked_at is not None and (ended_at is None or order.asked_at < ended_at):
        return HIT
    if order.came_at is not None:
        return MISS
    return OPEN if order.cancelled_at is None else _CANCELLED


WHERE_IS_MY_ORDER_RATE: Measure[AskedOrder] = Measure(
    name="where_is_my_order_rate",
    version=1,
    question="About how many orders does a customer have to ask before they come?",
    population="orders that were placed",
    hit="a customer began an inquiry that names the order, after it was placed and before all of it came, whatever "
    "they asked; a miss: it came, and nobody had asked",
    exclusions=MappingProxyType({_CANCELLED: "all of it was cancelled, and nobody had asked before"}),
    time_basis="when the order was placed",
    better="less",
    owner=_OWNER,
    reads=("orders", "conversation_steps"),
    at=lambda order: order.placed_at,
    outcome=_where_is_it,
)
