"""An order's steps: each once, in an order that can be, with the facts of its delivery as far as they are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.order import (
    Cancelled,
    CancelOrder,
    CheckDelivery,
    Delivered,
    DeliverOrder,
    DeliveryChecked,
    DeliveryPromised,
    Order,
    OrderCommand,
    Placed,
    PlaceOrder,
    Returned,
    ReturnOrder,
    ShipOrder,
    Shipped,
    decide,
    evolve,
    promise_delivery,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHOSE: dict[str, Any] = {"order_id": "order-1", "customer_id": "customer-1"}
PLACED, SHIPPED, DELIVERED = Placed(**WHOSE), Shipped(**WHOSE), Delivered(**WHOSE)
CANCELLED, RETURNED = Cancelled(**WHOSE), Returned(**WHOSE)


def folded(*events: Any) -> Order | None:
    state = None
    for event in events:
        state = evolve(state, event)
    return state


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        ([PLACED], ShipOrder(carrier="post", tracking="4711"), [Shipped(**WHOSE, carrier="post", tracking="4711")]),
        ([PLACED, SHIPPED], DeliverOrder(in_full=True), [Delivered(**WHOSE, in_full=True)]),
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


@pytest.mark.parametrize(
    ("given", "when", "code"),
    [
        ([], ShipOrder(), "not-found"),
        ([PLACED], PlaceOrder(customer_id="customer-1"), "order-exists"),
        ([PLACED], ReturnOrder(), "order-step-misplaced"),
        ([PLACED], CheckDelivery(in_full=True), "order-step-misplaced"),
        ([PLACED, SHIPPED], ShipOrder(tracking="4712"), "order-step-misplaced"),
        ([PLACED, DELIVERED], ShipOrder(), "order-step-misplaced"),
        ([PLACED, DELIVERED], CancelOrder(), "order-step-misplaced"),
        ([PLACED, DELIVERED], DeliverOrder(in_full=False), "order-step-misplaced"),
        ([PLACED, CANCELLED], DeliverOrder(), "order-step-misplaced"),
        ([PLACED, CANCELLED], ReturnOrder(), "order-step-misplaced"),
    ],
)
def test_a_step_that_cannot_be_is_refused(given: Sequence[Event], when: OrderCommand, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        decide(folded(*given), when, NOW)
    assert refused.value.code == code


def test_a_delivery_is_promised_only_while_it_is_to_come() -> None:
    promised = DeliveryPromised(**WHOSE, promise_id="promise-1", due_at=NOW)
    assert promise_delivery(folded(PLACED, SHIPPED), "promise-1", NOW) == [promised]
    for events in ([], [PLACED, DELIVERED], [PLACED, CANCELLED], [PLACED, SHIPPED, RETURNED]):
        with pytest.raises(Refusal):
            promise_delivery(folded(*events), "promise-1", NOW)
