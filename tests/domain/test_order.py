"""An order's steps: each once, in an order that can be, with the facts of its delivery as far as they are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.order.commands import (
    CancelOrder,
    CheckDelivery,
    DeliverOrder,
    OrderCommand,
    OrderLine,
    PlaceOrder,
    ReturnOrder,
    ShipOrder,
)
from domain.order.decisions import decide, promise_delivery
from domain.order.events import (
    Cancelled,
    Delivered,
    DeliveryChecked,
    DeliveryPromised,
    Placed,
    PlacedLine,
    Returned,
    Shipped,
)
from domain.order.limits import MOST_PARTS
from domain.order.state import Order, evolve

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHOSE: dict[str, Any] = {"order_id": "order-1", "customer_id": "customer-1"}
PLACED, SHIPPED, DELIVERED = Placed(**WHOSE), Shipped(**WHOSE), Delivered(**WHOSE, came_at=NOW)
PLACE = PlaceOrder(customer_id="customer-1")
CANCELLED, RETURNED = Cancelled(**WHOSE), Returned(**WHOSE)


def folded(*events: Any) -> Order | None:
    state = None
    for event in events:
        state = evolve(state, event)
    return state


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        (
            [PLACED],
            ShipOrder(carrier="post", tracking="4711"),
            [Shipped(**WHOSE, part=1, carrier="post", tracking="4711")],
        ),
        ([PLACED, SHIPPED], DeliverOrder(in_full=True), [Delivered(**WHOSE, in_full=True, came_at=NOW)]),
        ([PLACED], DeliverOrder(), [DELIVERED]),  # fetched from the shop
        ([PLACED, DELIVERED], CheckDelivery(undamaged=False), [DeliveryChecked(**WHOSE, undamaged=False)]),
        ([PLACED, DELIVERED], CheckDelivery(), []),
        ([PLACED, SHIPPED], CancelOrder(because="changed my mind"), [Cancelled(**WHOSE, because="changed my mind")]),
        ([PLACED, SHIPPED], ReturnOrder(), [RETURNED]),  # nobody was at home
        ([PLACED, DELIVERED], ReturnOrder(because="too small"), [Returned(**WHOSE, because="too small")]),
        # Again, with nothing new to say:
        ([PLACED, SHIPPED], ShipOrder(), []),
        ([PLACED, DELIVERED], DeliverOrder(), []),
        ([PLACED, CANCELLED], CancelOrder(), []),
        ([PLACED, DELIVERED, RETURNED], ReturnOrder(), []),
    ],
)
def test_an_order_goes_its_way(given: Sequence[Event], when: OrderCommand, then: list[Event]) -> None:
    assert decide(folded(*given), when, NOW) == then


def test_what_is_no_order_goes_no_way() -> None:
    for given, when, code in (([], ShipOrder(), "not-found"), ([PLACED], PLACE, "order-exists")):
        with pytest.raises(Refusal) as refused:
            decide(folded(*given), when, NOW)
        assert refused.value.code == code


def test_an_order_has_no_more_parts_than_can_be_shown() -> None:
    state = folded(PLACED, *(Shipped(**WHOSE, part=number, tracking="t") for number in range(1, MOST_PARTS + 1)))
    with pytest.raises(Refusal) as refused:
        decide(state, ShipOrder(tracking="another"), NOW)
    assert refused.value.code == "parcels-too-many"
    assert decide(state, DeliverOrder(parcel="known"), NOW, part=MOST_PARTS)


def test_a_delivery_is_promised_only_while_it_is_to_come() -> None:
    promised = DeliveryPromised(**WHOSE, promise_id="promise-1", due_at=NOW)
    assert promise_delivery(folded(PLACED, SHIPPED), "promise-1", NOW) == [promised]
    for events in ([], [PLACED, DELIVERED], [PLACED, CANCELLED], [PLACED, SHIPPED, RETURNED]):
        with pytest.raises(Refusal):
            promise_delivery(folded(*events), "promise-1", NOW)


def test_an_order_is_placed_with_all_that_is_known_of_it() -> None:
    lines = (OrderLine(item="bell", count=2, price=Decimal("4.50")), OrderLine(item="lamp", count=1))
    told: dict[str, Any] = {
        **WHOSE, "number": "K-1", "placed_on": date(2026, 5, 4), "item_count": 3, "value": Decimal("12.95"),
        "currency": "EUR",
    }  # fmt: skip
    (placed,) = decide(None, PlaceOrder(**told, lines=lines), NOW)
    assert placed == Placed(
        **told, lines=(PlacedLine(item="bell", count=2, price=Decimal("4.50")), PlacedLine(item="lamp", count=1))
    )


@pytest.mark.parametrize("fact", ["in_full", "undamaged", "documents_right"])
def test_each_fact_of_a_delivery_is_kept_and_can_be_corrected(fact: str) -> None:
    facts: dict[str, Any] = {fact: False}
    assert decide(folded(PLACED), DeliverOrder(**facts), NOW) == [Delivered(**WHOSE, **facts, came_at=NOW)]
    checked = DeliveryChecked(**WHOSE, **facts)
    for events in ([PLACED], [PLACED, DELIVERED], [PLACED, DELIVERED, RETURNED]):
        assert decide(folded(*events), CheckDelivery(**facts), NOW) == [checked]
    assert decide(folded(PLACED, DELIVERED, checked), CheckDelivery(**facts), NOW) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("12.50", "12.50"), ("12.5000", "12.5000"), ("12.50000", "12.5000"), ("0.0001", "0.0001"), ("1E+3", "1000"),
        ("-3", "-3"), ("0.0000000", "0.0000"),
    ],
)  # fmt: skip
def test_an_amount_is_kept_without_exponent_and_with_four_digits_at_most(written: str, kept: str) -> None:
    value = PlaceOrder(customer_id="customer-1", value=Decimal(written)).value
    assert str(value) == kept


def test_a_step_that_nobody_has_told_of_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="OrderCommand is no step of an order"):
        decide(folded(PLACED), OrderCommand(), NOW)
