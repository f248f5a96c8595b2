"""Measures of contacts, ease, unasked messages and cost: each by an example that is worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.decision_table.written import RecordedTable, TableWritten
from domain.kernel.refusal import Refusal
from domain.measure.contact import CONTACT_RATE, WHERE_IS_MY_ORDER_RATE, AskedOrder, contacts, first_asked
from domain.measure.conversation import SLICES, ConversationFacts
from domain.measure.cost import COST_PER_ORDER, COST_TO_SERVE, cost_of, cost_of_order
from domain.measure.definition import BASE, COUNTED, HIT, MISS, OPEN, UNKNOWN, MeasuredItem
from domain.measure.ease import EASE, EASE_PROMPTED, SaidFacts
from domain.measure.figure import figure, figures
from domain.measure.period import periods
from domain.measure.rates import Rates, Touch, rates_of
from domain.measure.unasked import UNASKED_CONTACTS, unasked_months

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)


def after(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def conversation(id: str = "conversation-1", hours: float = 0, **known: Any) -> ConversationFacts:
    slices = dict.fromkeys(SLICES, "none") | {"kind": "inquiry", "channel": "mail"} | known.pop("slices", {})
    return ConversationFacts(id, known.pop("customer_id", "customer-1"), after(hours), slices, **known)


def test_contacts_are_counted_for_each_hundred_orders() -> None:
    # Given six conversations of six customers, one of which another shows, and 20 orders of ten customers
    began = [conversation(f"conversation-{n}", customer_id=f"customer-{n}") for n in range(5)]
    began.append(conversation("conversation-6", customer_id="customer-6", merged_at=after(1)))
    orders = [(f"order-{n}", f"customer-{n % 10}", MONDAY) for n in range(20)]
    found = list(contacts(began, orders))
    # When
    items = [
        MeasuredItem(each.id, MONDAY, each.customer_id, CONTACT_RATE.outcome(each, MONDAY), each.slices)
        for each in found
    ]
    whole = figure(items)
    (_, by_kind) = figures(items, periods(MONDAY.date(), after(24).date(), "whole", "UTC"), ["kind"])
    # Then 5 for 20 are 25 for a hundred, in the slice, too: it counts for each hundred of all orders
    assert (whole.n, whole.hits, whole.rate, whole.excluded) == (20, 5, 25.0, {"merged": 1})
    assert (whole.share, whole.low, whole.quantity) == (None, None, None)
    assert (by_kind.slice, by_kind.figure.rate) == ("inquiry", 25.0)
    # And without an order, there is no rate, and no share either
    assert figure(item for item in items if item.outcome == BASE).rate == 0.0
    assert figure(item for item in items if item.outcome != BASE).rate is None


@pytest.mark.parametrize(
    ("asked", "came", "cancelled", "expected"),
    [
        (None, None, None, OPEN),
        (None, 48, None, MISS),
        (24, None, None, HIT),
        (24, 48, None, HIT),
        (48, 48, None, MISS),
        (72, 48, None, MISS),  # a question about what came is another one
        (None, None, 24, "cancelled"),
        (12, None, 24, HIT),
        (36, None, 24, "cancelled"),
    ],
)
def test_a_customer_asks_where_the_order_is(
    asked: float | None, came: float | None, cancelled: float | None, expected: str
) -> None:
    at = [None if hours is None else after(hours) for hours in (asked, came, cancelled)]
    assert WHERE_IS_MY_ORDER_RATE.outcome(AskedOrder("order-1", "customer-1", MONDAY, *at), after(100)) == expected


def test_only_an_inquiry_after_the_order_asks_where_it_is() -> None:
    complaint, early = conversation(hours=1, slices={"kind": "complaint"}), conversation(hours=-1)
    assert first_asked(MONDAY, [complaint, early]) is None
    assert first_asked(MONDAY, [complaint, early, conversation(hours=5), conversation(hours=3)]) == after(3)


@pytest.mark.parametrize(
    ("step", "prompted", "score", "expected"),
    [
        ("find", True, 6, (COUNTED, HIT)),
        ("find", True, None, ("no-score", HIT)),
        ("buy", False, None, ("unprompted", MISS)),
        (None, True, 2, ("no-step", "no-step")),
    ],
)
def test_ease_is_what_customers_answer(step: Any, prompted: bool, score: int | None, expected: Sequence[str]) -> None:
    said = SaidFacts("item-1", "customer-1", MONDAY, step, prompted, score)
    assert (EASE.outcome(said, MONDAY), EASE_PROMPTED.outcome(said, MONDAY)) == expected
    assert said.slices["step"] == (step or "none")
    if expected[0] == COUNTED:
        assert EASE.value is not None
        assert EASE.value(said) == 6.0


def test_unasked_messages_are_counted_by_customer_and_month_of_the_zone() -> None:
    # Given two messages in June in Berlin, the first of which is still of May by UTC, and one to another customer
    june = datetime(2026, 5, 31, 23, tzinfo=UTC)
    written = [("customer-1", after(50)), ("customer-1", june), ("customer-2", MONDAY)]
    # When
    found = {each.id: each for each in unasked_months(written, "Europe/Berlin")}
    # Then
    assert UNASKED_CONTACTS.value is not None
    assert {id: UNASKED_CONTACTS.value(each) for id, each in found.items()} == {
        "customer-1/2026-06": 2.0,
        "customer-2/2026-06": 1.0,
    }
    assert UNASKED_CONTACTS.at(found["customer-1/2026-06"]) == june
    assert len(unasked_months(written, "UTC")) == 3


def table(answer: str, *, otherwise: bool = False) -> RecordedTable:
    """Rates by touch and channel: an answer by mail, one by telephone, a note."""
    rules: list[Mapping[str, Any]] = [
        {"when": {"touch": '"answered"', "channel": '"mail"'}, "then": {"cost": answer}},
        {"when": {"touch": '"answered"', "channel": '"phone"'}, "then": {"cost": "9"}},
        {"when": {"touch": '"noted"'}, "then": {"cost": "0.5"}},
    ]
    return TableWritten.model_validate({
        "hit_policy": "unique",
        "inputs": [{"name": "touch", "type": "string"}, {"name": "channel", "type": "string"}],
        "outputs": [{"name": "cost", "type": "number"}],
        "rules": rules,
        **({"otherwise": {"cost": "1"}} if otherwise else {}),
    })  # fmt: skip


RATES = rates_of([(after(-1000), table("4")), (after(2), table("6"))])
TOUCHED = (Touch("answered", after(1)), Touch("noted", after(1)), Touch("answered", after(3)))


def closed(*touched: Touch, **known: Any) -> ConversationFacts:
    return conversation(touched=touched, resolved_at=after(5), **known)


@pytest.mark.parametrize(
    ("facts", "outcome", "cost"),
    [
        (closed(*TOUCHED), COUNTED, 4 + 0.5 + 6),  # each by the rates in force when it was done
        (closed(), COUNTED, 0.0),
        (closed(*TOUCHED, slices={"channel": "phone"}), COUNTED, 9 + 0.5 + 9),
        (closed(Touch("assigned", after(1))), UNKNOWN, None),  # no rule says what it costs
        (closed(Touch("answered", after(-2000))), UNKNOWN, None),  # no rates were in force
        (closed(work_known=False), UNKNOWN, None),
        (conversation(touched=TOUCHED), OPEN, None),
        (closed(*TOUCHED, merged_at=after(4)), "merged", None),
    ],
)
def test_a_conversation_costs_its_touches_by_the_rates_of_then(
    facts: ConversationFacts, outcome: str, cost: float | None
) -> None:
    found = cost_of(facts, RATES, broken=True)
    assert (COST_TO_SERVE.outcome(found, MONDAY), found.cost) == (outcome, cost)
    assert found.slices["broken_promise"] == "with"
    assert cost_of(facts, RATES, broken=False).slices["broken_promise"] == "without"


def test_an_order_costs_all_conversations_about_it() -> None:
    def order(*about: ConversationFacts) -> tuple[str, float | None]:
        found = cost_of_order("order-1", "customer-1", MONDAY, [cost_of(each, RATES, broken=False) for each in about])
        return COST_PER_ORDER.outcome(found, MONDAY), found.cost

    assert order() == (COUNTED, 0.0)
    assert order(closed(*TOUCHED), closed(*TOUCHED), closed(*TOUCHED, merged_at=after(4))) == (COUNTED, 21.0)
    assert order(closed(*TOUCHED), conversation()) == (OPEN, None)
    assert order(closed(*TOUCHED), closed(work_known=False)) == (UNKNOWN, None)


def test_rates_are_a_table_of_what_a_touch_has() -> None:
    assert Rates().cost(TOUCHED, "inquiry", "mail") is None
    otherwise = rates_of([(MONDAY, table("4", otherwise=True))])
    assert otherwise.cost([Touch("assigned", after(1))], "inquiry", "mail") == 1.0
    for change in (
        {"inputs": [{"name": "mood", "type": "string"}]},
        {"outputs": [{"name": "price", "type": "number"}]},
    ):
        (column, *_) = next(iter(change.values()))
        when = {column["name"]: '"x"'} if "inputs" in change else {}
        then = {column["name"]: "1"} if "outputs" in change else {"cost": "1"}
        wrong = {**table("4").model_dump(exclude_none=True), **change, "rules": [{"when": when, "then": then}]}
        with pytest.raises(Refusal) as refused:
            rates_of([(MONDAY, TableWritten.model_validate(wrong))])
        assert refused.value.code == "table-invalid"
