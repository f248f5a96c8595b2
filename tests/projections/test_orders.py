"""Orders as they stand: their times, whether they were perfect, and the conversations about them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commands import order as orders
from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddInteraction
from domain.conversation.events import InteractionAdded
from domain.kernel.event import Actor, Draft, Envelope, Event, Recorded
from domain.order.commands import DeliverOrder, PlaceOrder, ShipOrder
from domain.order.events import Delivered, DeliveryChecked, DeliveryPromised, Placed, PlacedLine, Shipped
from domain.promise import MakePromise
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.view import fold_in_memory
from projections import order as view
from projections.order import ORDERS, OrderRow
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FRIDAY, MONDAY = NOW + timedelta(days=4), NOW + timedelta(days=7)
WHOSE: dict[str, Any] = {"order_id": "order-1", "customer_id": "customer-1"}
PLACED = Placed(**WHOSE, number="4711", lines=(PlacedLine(item="bell", count=2, price=Decimal("9.50")),))
PROMISED = DeliveryPromised(**WHOSE, promise_id="promise-1", due_at=FRIDAY)
PROMISED_AGAIN = DeliveryPromised(**WHOSE, promise_id="promise-2", due_at=MONDAY)
ALL_RIGHT = {"in_full": True, "undamaged": True, "documents_right": True}


def row(*events: tuple[Event, datetime]) -> OrderRow:
    recorded_events: list[Recorded[Event]] = []
    for n, (event, at) in enumerate(events, start=1):
        envelope = Envelope(event_id=f"event-{n}", actor=Actor(id="staff-1", kind="agent"))
        stream = "conversation-1" if isinstance(event, InteractionAdded) else "order-1"
        recorded_events.append(Draft(stream, n, event, envelope).recorded(n, at))
    ((found, _),) = fold_in_memory(ORDERS, recorded_events).values()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("promised", "at", "facts", "checked", "perfect"),
    [
        ([PROMISED], FRIDAY, ALL_RIGHT, {}, True),
        ([PROMISED], FRIDAY + timedelta(microseconds=1), ALL_RIGHT, {}, False),
        # The first date counts, whatever was promised later.
        ([PROMISED, PROMISED_AGAIN], MONDAY, ALL_RIGHT, {}, False),
        ([PROMISED], FRIDAY, {**ALL_RIGHT, "undamaged": False}, {}, False),
        ([PROMISED], FRIDAY, {"in_full": True}, {}, None),
        ([PROMISED], FRIDAY, {"in_full": True}, {"undamaged": True, "documents_right": True}, True),
        ([PROMISED], FRIDAY, ALL_RIGHT, {"documents_right": False}, False),
        ([], FRIDAY, ALL_RIGHT, {}, None),  # no date, so none can say whether it was in time
        ([], FRIDAY, {"in_full": False}, {}, False),
    ],
)
def test_an_order_is_perfect_if_by_the_first_date_all_of_it_is_right(
    promised: list[Event], at: datetime, facts: dict[str, bool], checked: dict[str, bool], perfect: bool | None
) -> None:
    before = [(each, NOW) for each in (PLACED, *promised, Shipped(**WHOSE))]
    checks = [(DeliveryChecked(**WHOSE, **checked), MONDAY)] if checked else []  # type: ignore[arg-type]
    assert row(*before).perfect is None
    assert row(*before, (Delivered(**WHOSE, **facts), at), *checks).perfect is perfect  # type: ignore[arg-type]


def test_an_order_is_the_same_whether_it_or_its_conversation_is_first() -> None:
    brought = InteractionAdded(interaction_id="i", customer_id="customer-1", kind="complaint", order_id="order-1")
    ways = [
        [(event, NOW) for event in way]
        for way in itertools.permutations([PLACED, PROMISED, Shipped(**WHOSE), brought])
        if [event for event in way if event is not brought] == [PLACED, PROMISED, Shipped(**WHOSE)]
    ]
    assert len(ways) == 4
    assert len({repr(row(*way)) for way in ways}) == 1
    assert row(*ways[0]).conversations == ("conversation-1",)


def test_orders_are_read_by_customer_and_number_with_what_became_of_them(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    customer_id: str = executor.read(conversation_id).state.customer_id
    ids = [orders.place(executor, PlaceOrder(customer_id=customer_id, number=n), AGENT).id for n in ("A-1", "A-2")]
    due_at = datetime.now(UTC) + timedelta(days=1)
    made = MakePromise(customer_id=customer_id, order_id=ids[0], text="Tomorrow", due_at=due_at, delivery=True)
    promise_id = promises.make(executor, made, AGENT).id
    orders.act(executor, ids[0], ShipOrder(carrier="post", tracking="T1"), AGENT)
    orders.act(executor, ids[0], DeliverOrder(in_full=True, undamaged=True, documents_right=True), AGENT)
    conversations.act(executor, conversation_id, AddInteraction(kind="complaint", order_id=ids[0]), AGENT)
    # When
    catch_up(log, projector)
    # Then
    assert [orders.order_id(executor, number) for number in ("A-1", "A-2", "A-3")] == [*ids, None]
    with projector.connection() as connection:
        first = view.of_customer(connection, customer_id, limit=1)
        second = view.of_customer(connection, customer_id, cursor=first.cursor, limit=1)
        assert [each.order_id for each in (*first.rows, *second.rows)] == ids
        assert second.cursor is None
        found = view.one(connection, ids[0])
        assert found is not None
        assert (found.status, found.number, found.tracking, found.perfect) == ("delivered", "A-1", "T1", True)
        assert (found.promise_id, found.promised_at) == (promise_id, due_at)
        assert found.conversations == (conversation_id,)
        assert view.one(connection, "order-nobody") is None, "nobody placed it"
