"""What an order system tells happened: beyond our limits it is cut, normalised or dropped, and kept, sealed, with the
event, which says so. What a person types is refused there, with a code."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pytest

from commands import order as orders
from commands.conversation.as_sent import as_sent
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.order import events as o
from domain.order import parts
from domain.order.commands import CancelOrder, PlaceOrder, ShipOrder
from domain.order.limits import MOST_LINES
from infra.log.application import Log
from infra.views.view import fold_in_memory
from projections.order import MOST_ADJUSTED, ORDERS, OrderRow
from tests.support.companies import AGENT, GATEWAY
from tests.support.inbound import step
from tests.support.recorded import recorded_as

E = TypeVar("E", bound=Event)
LONG = "x" * 5_000
LINE = {"item": "bell", "count": 1}


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def customer(executor: CommandExecutor) -> str:
    return customers.register(executor, [ContactPoint("mail", "ada@example.org")], AGENT).id


def tell(executor: CommandExecutor, id: str, number: str, what: str, **fields: Any) -> None:
    """The order system tells it over the topic."""
    sent = step(id, number, what, **fields)
    take_in(executor, Received(sent.topic, 0, 0, sent.key, sent.value, sent.headers))


def last(executor: CommandExecutor, kind: type[E]) -> E:
    log = executor.log.recorded_events(executor.log.read(0))
    return recorded_as(kind, log)[-1].event


def row(executor: CommandExecutor) -> OrderRow:
    """The one order, as the view shows it."""
    recorded = list(executor.log.recorded_events(executor.log.read(0)))
    (found,) = [row for row, _ in fold_in_memory(ORDERS, recorded).values() if row is not None]
    return found


NOTHING = ["", " ", "\u200b\t"]
"""What shows nothing, and so is no number."""


def notes(event: o.ToldOf) -> list[tuple[str, str]]:
    return [(each.field, each.how) for each in event.adjusted]


ORDERED: list[tuple[dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    ({"currency": "eur"}, {"currency": "EUR"}, [("currency", "normalised")]),
    ({"currency": "€"}, {"currency": None}, [("currency", "dropped")]),
    ({"item_count": -2}, {"item_count": None}, [("item_count", "dropped")]),
    ({"item_count": 2**40}, {"item_count": None}, [("item_count", "dropped")]),
    ({"value": "87,40"}, {"value": None}, [("value", "dropped")]),
    ({"value": "1.23456"}, {}, [("value", "normalised")]),
    ({"value": "9" * 30}, {"value": None}, [("value", "dropped")]),
    ({"placed_on": "0000-00-00"}, {"placed_on": None}, [("placed_on", "dropped")]),
    ({"placed_on": "10.06.2026"}, {"placed_on": None}, [("placed_on", "dropped")]),
    ({"lines": [LINE, {"item": "x\x00", "count": 1}]}, {}, [("lines.1.item", "normalised")]),
    ({"lines": [LINE, {"item": LONG, "count": 1}]}, {}, [("lines.1.item", "cut")]),
    ({"lines": [LINE, {"item": "bell", "count": -1}]}, {}, [("lines.1", "dropped")]),
    ({"lines": [LINE, {"item": "", "count": 1}]}, {}, [("lines.1", "dropped")]),
    ({"lines": [LINE] * (MOST_LINES + 2)}, {}, [("lines", "cut")]),
    ({"lines": [LINE | {"price": "a lot"}]}, {}, [("lines.0.price", "dropped")]),
    ({"lines": None, "currency": None, "item_count": None}, {"lines": ()}, []),
]


@pytest.mark.parametrize(("told", "recorded", "adjusted"), ORDERED, ids=lambda each: str(each)[:60])
def test_an_order_of_any_form_is_taken_in(
    executor: CommandExecutor, customer: str, told: dict[str, Any], recorded: dict[str, Any], adjusted: list[Any]
) -> None:
    # When
    tell(executor, "1", "K-1", "placed", customer=customer, **told)
    # Then
    event = last(executor, o.Placed)
    assert event.number == "K-1"
    assert notes(event) == adjusted
    assert {name: getattr(event, name) for name in recorded} == recorded
    assert len(event.lines) <= MOST_LINES
    shown = row(executor).adjusted
    assert [(each["step"], each["field"], each["how"]) for each in shown] == [("placed", *each) for each in adjusted]
    if adjusted and adjusted[0][0] != "lines.1.item":
        kept = as_sent(executor, event.order_id, shown[0]["version"]).adjusted[0].kept
        assert kept is not None
        assert json.loads(kept) if adjusted[0][0] in ("lines", "lines.1") else kept


STEPS: list[tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    ("shipped", {"carrier": LONG}, {"carrier": "x" * 200}, [("carrier", "cut")]),
    ("shipped", {"carrier": ""}, {"carrier": None}, [("carrier", "dropped")]),
    ("shipped", {"carrier": "D\x00HL"}, {"carrier": "D␀HL"}, [("carrier", "normalised")]),
    ("shipped", {"tracking": LONG}, {}, [("tracking", "normalised")]),
    ("shipped", {"parcel": "\x00"}, {"parcel": "␀"}, [("parcel", "normalised")]),
    ("delivered", {"parcel": LONG}, {}, [("parcel", "normalised")]),
    ("delivered", {"lines": [{"item": "bell", "count": 0}]}, {"lines": ()}, [("lines.0", "dropped")]),
    ("checked", {"undamaged": False, "lines": [LINE]}, {"undamaged": False}, [("lines", "dropped")]),
    ("cancelled", {"because": LONG}, {"because": "x" * 2_000}, [("because", "cut")]),
    ("cancelled", {"lines": [LINE], "parcel": "P"}, {}, [("parcel", "dropped")]),
    ("returned", {"because": ""}, {"because": None}, [("because", "dropped")]),
]
KINDS: dict[str, type[o.ToldOf]] = {
    "shipped": o.Shipped, "delivered": o.Delivered, "checked": o.DeliveryChecked, "cancelled": o.Cancelled,
    "returned": o.Returned,
}  # fmt: skip


@pytest.mark.parametrize(("what", "told", "recorded", "adjusted"), STEPS, ids=lambda each: str(each)[:60])
def test_a_step_of_any_form_is_taken_in(
    executor: CommandExecutor,
    customer: str,
    what: str,
    told: dict[str, Any],
    recorded: dict[str, Any],
    adjusted: list[tuple[str, str]],
) -> None:
    # Given
    tell(executor, "1", "K-1", "placed", customer=customer)
    # When
    tell(executor, "2", "K-1", what, **told)
    # Then
    event = last(executor, KINDS[what])
    assert notes(event) == adjusted
    assert {name: getattr(event, name) for name in recorded} == recorded
    assert [(each["step"], each["field"]) for each in row(executor).adjusted] == [
        (event.stored_name.removeprefix("order."), field) for field, _ in adjusted
    ]


def test_a_parcel_that_is_cancelled_cancels_nothing_else(executor: CommandExecutor, customer: str) -> None:
    # Given
    tell(executor, "1", "K-1", "placed", customer=customer, lines=[LINE])
    tell(executor, "2", "K-1", "shipped", parcel="P-1")
    # When
    tell(executor, "3", "K-1", "cancelled", parcel="P-1", because="lost")
    tell(executor, "4", "K-1", "cancelled", parcel="P-2")
    tell(executor, "5", "K-1", "cancelled", parcel="P-2")
    # Then
    shown = row(executor)
    assert shown.status == "shipped"
    kept = [as_sent(executor, shown.order_id, each["version"]).adjusted for each in shown.adjusted]
    assert [[(each.field, each.kept) for each in line] for line in kept] == [
        [("step", "cancelled"), ("because", "lost")],
        [("step", "cancelled"), ("because", "lost")],
        [("step", "cancelled")],
    ]
    # When
    tell(executor, "6", "K-1", "delivered", parcel="P-1")
    # Then
    assert row(executor).status == "delivered"


def test_long_numbers_that_begin_alike_are_two(executor: CommandExecutor, customer: str) -> None:
    for end in "ab":
        tell(executor, end, LONG + end, "placed", customer=customer)
        tell(executor, f"{end}2", LONG + end, "shipped", tracking=LONG + end)
        tell(executor, f"{end}3", LONG + end, "delivered", parcel=LONG + end)
    log = executor.log.recorded_events(executor.log.read(0))
    assert len({each.event.order_id for each in recorded_as(o.Delivered, log)}) == 2
    assert last(executor, o.Delivered).part == 1


@pytest.mark.parametrize("number", NOTHING)
def test_orders_without_a_number_are_two(number: str, executor: CommandExecutor, customer: str) -> None:
    for value in ("10", "20"):
        tell(executor, value, number, "placed", customer=customer, value=value)
    log = list(executor.log.recorded_events(executor.log.read(0)))
    assert (len(recorded_as(o.Placed, log)), recorded_as(o.Amended, log)) == (2, [])
    assert notes(last(executor, o.Placed)) == [("number", "dropped")]


@pytest.mark.parametrize("number", NOTHING)
def test_parcels_without_a_number_are_two_by_their_lines(number: str, executor: CommandExecutor, customer: str) -> None:
    tell(executor, "1", "K-1", "placed", customer=customer)
    for item in ("bell", "lamp"):
        tell(executor, item, "K-1", "shipped", parcel=number, lines=[{"item": item, "count": 1}])
    assert len(row(executor).parcels) == 2


def test_what_is_told_again_is_no_other_step(executor: CommandExecutor, customer: str) -> None:
    # Given
    for id in ("1", "2"):
        tell(executor, id, "K-1", "placed", customer=customer, currency="€")
        tell(executor, f"{id}s", "K-1", "shipped", carrier="")
    # Then
    log = list(executor.log.recorded_events(executor.log.read(0)))
    assert not recorded_as(o.Amended, log)
    assert len(recorded_as(o.Shipped, log)) == 1
    # When the same field is told in another way that is none
    tell(executor, "3", "K-1", "placed", customer=customer, currency="Euro")
    # Then
    assert [each.kept for each in last(executor, o.Amended).adjusted] == ["Euro"]


def test_a_parcel_beyond_those_that_are_kept_is_taken_in(
    executor: CommandExecutor, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(parts, "MOST_PARTS", 3)
    order_id = orders.place(executor, PlaceOrder(customer_id=customer, number="K-1"), GATEWAY).id
    for number in range(3):
        orders.act(executor, order_id, ShipOrder(tracking=f"P{number}"), GATEWAY)
    # When
    tell(executor, "1", "K-1", "shipped", tracking="one more")
    tell(executor, "2", "K-1", "delivered", parcel="one more")
    # Then
    event = last(executor, o.Delivered)
    assert (event.part, notes(event)) == (4, [("part", "cut")])
    shown = row(executor)
    assert (len(shown.parcels), shown.further_parcels, shown.status) == (3, 1, "shipped")
    # When all is told to have come
    tell(executor, "3", "K-1", "delivered")
    # Then
    assert row(executor).status == "delivered"
    with pytest.raises(Refusal, match="parcels-too-many"):
        orders.act(executor, order_id, ShipOrder(tracking="typed"), AGENT)


def test_what_a_person_types_is_refused_and_named(executor: CommandExecutor, customer: str) -> None:
    with pytest.raises(Refusal, match="input-invalid: item_count, currency"):
        orders.place(
            executor,
            PlaceOrder.model_validate({"customer_id": customer, "currency": "euro", "item_count": -1}),
            AGENT,
        )
    order_id = orders.place(executor, PlaceOrder(customer_id=customer), AGENT).id
    with pytest.raises(Refusal, match="input-invalid: because"):
        orders.act(executor, order_id, CancelOrder.model_validate({"because": LONG}), AGENT)


def test_an_order_shows_the_last_adjusted_fields_only(executor: CommandExecutor, customer: str) -> None:
    tell(executor, "1", "K-1", "placed", customer=customer, lines=[{"item": "", "count": 1}] * 300)
    assert len(row(executor).adjusted) == MOST_ADJUSTED
