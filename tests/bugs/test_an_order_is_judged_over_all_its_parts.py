"""Several parcels, deliveries, returns and cancelled lines, told in any order and twice: an order is all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import order as orders
from commands import promise as promises
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.order.commands import (
    CancelOrder,
    CheckDelivery,
    DeliverOrder,
    OrderCommand,
    OrderLine,
    PartOrderLine,
    PlaceOrder,
    ReturnOrder,
    ShipOrder,
)
from domain.promise import MakePromise
from infra.log.memory import MemoryLog
from infra.views.view import fold_in_memory
from projections.order import ORDERS, OrderRow
from projections.promise import PROMISES, PromiseRow
from tests.support.companies import AGENT, GATEWAY, names
from tests.support.open_work import erase

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
MONDAY, DAY = datetime(2026, 6, 1, 12, tzinfo=UTC), timedelta(days=1)
WELL: dict[str, Any] = {"in_full": True, "undamaged": True, "documents_right": True}
SIX_BELLS = (OrderLine(item="bell", count=6),)


def bells(count: int) -> tuple[PartOrderLine, ...]:
    return (PartOrderLine(item="bell", count=count),)


class Shop:
    """An order system that tells of one order, which was placed on a Monday and promised for the Friday."""

    def __init__(self, **placed: Any) -> None:
        self.log = MemoryLog(lambda: NOW)
        self.executor = CommandExecutor(self.log, lambda: NOW)
        self.customer_id = customers.register(self.executor, [ContactPoint("mail", "ada@example.org")], GATEWAY).id
        command = PlaceOrder(customer_id=self.customer_id, number="K-2", **placed)
        self.id = orders.place(self.executor, command, replace(GATEWAY, occurred_at=MONDAY)).id
        made = MakePromise(
            customer_id=self.customer_id, order_id=self.id, text="By Friday", due_at=MONDAY + 4 * DAY, delivery=True
        )
        self.promise_id = promises.make(self.executor, made, replace(GATEWAY, occurred_at=MONDAY)).id

    def tell(self, command: OrderCommand, day: float | None = None) -> None:
        """A step, so many days after the Monday; without a day, as of now."""
        at = None if day is None else MONDAY + day * DAY
        orders.act(self.executor, self.id, command, replace(GATEWAY, occurred_at=at))

    @property
    def order(self) -> OrderRow:
        ((row, _),) = fold_in_memory(ORDERS, self.log.streams([self.id])[self.id]).values()
        assert row is not None
        return row

    @property
    def promise(self) -> PromiseRow:
        ((row, _),) = fold_in_memory(PROMISES, self.log.streams([self.promise_id])[self.promise_id]).values()
        assert row is not None
        return row

    @property
    def told(self) -> list[str]:
        return names(self.log, self.id)[2:]

    def close(self) -> None:
        self.executor.close()
        self.log.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop(lines=SIX_BELLS)
    yield shop
    shop.close()


def test_two_parcels_are_both_kept_and_the_last_one_counts(shop: Shop) -> None:
    # Given
    shop.tell(ShipOrder(carrier="DHL", tracking="T1", lines=bells(2)), 1)
    shop.tell(ShipOrder(carrier="UPS", parcel="P2", tracking="T2", lines=bells(4)), 1)
    # When the first comes, by its tracking number
    shop.tell(DeliverOrder(parcel="t1", **WELL), 2)
    # Then
    row = shop.order
    assert (row.status, row.delivered_at, row.perfect, shop.promise.state) == ("shipped", None, None, "open")
    assert [(each["tracking"], each["carrier"]) for each in row.parcels] == [("T1", "DHL"), ("T2", "UPS")]
    # When the second comes, in time
    shop.tell(DeliverOrder(parcel="P2", **WELL), 4)
    # Then
    row = shop.order
    assert (row.status, row.delivered_at, row.perfect) == ("delivered", MONDAY + 4 * DAY, True)
    assert shop.promise.state == "kept"
    # And one that turns out damaged is the whole order's fault
    shop.tell(CheckDelivery(parcel="P2", undamaged=False), 5)
    assert (shop.order.undamaged, shop.order.perfect) == (False, False)


def test_where_no_counts_are_known_each_parcel_on_the_way_is_waited_for(shop: Shop) -> None:
    for parcel in ("P1", "P2"):
        shop.tell(ShipOrder(tracking=parcel), 1)
    # When
    shop.tell(DeliverOrder(parcel="P1", **WELL), 2)
    # Then
    assert (shop.order.status, shop.order.perfect, shop.promise.state) == ("shipped", None, "open")
    # When
    shop.tell(DeliverOrder(parcel="P2", **WELL), 3)
    # Then
    assert (shop.order.status, shop.order.perfect, shop.promise.state) == ("delivered", True, "kept")


def test_a_part_that_came_too_late_makes_the_order_late_whenever_told(shop: Shop) -> None:
    for parcel in ("P1", "P2"):
        shop.tell(ShipOrder(parcel=parcel, lines=bells(3)), 1)
    shop.tell(DeliverOrder(parcel="P2", **WELL), 7)
    shop.tell(DeliverOrder(parcel="P1", **WELL), 3)
    assert (shop.order.delivered_at, shop.order.perfect) == (MONDAY + 7 * DAY, False)
    assert (shop.promise.state, shop.promise.ended_at) == ("kept-late", MONDAY + 7 * DAY)


def test_counts_say_whether_it_came_in_full(shop: Shop) -> None:
    shop.tell(DeliverOrder(lines=bells(4), undamaged=True, documents_right=True), 2)
    assert (shop.order.status, shop.order.in_full) == ("shipped", None)
    shop.tell(DeliverOrder(lines=bells(2), undamaged=True, documents_right=True), 3)
    assert (shop.order.status, shop.order.in_full, shop.order.perfect) == ("delivered", True, True)


def test_cancelled_lines_are_not_waited_for(shop: Shop) -> None:
    shop.tell(ShipOrder(parcel="P1", lines=bells(4)), 1)
    shop.tell(CancelOrder(lines=bells(2), because="sold out"), 2)
    assert (shop.order.status, shop.promise.state) == ("shipped", "open")
    shop.tell(DeliverOrder(parcel="P1", **WELL), 3)
    row = shop.order
    assert (row.status, row.perfect, shop.promise.state) == ("delivered", True, "kept")
    assert [(each["lines"], each["because"]) for each in row.cancellations] == [
        ([{"item": "bell", "count": 2}], "sold out")
    ]


def test_all_lines_cancelled_is_the_order_cancelled(shop: Shop) -> None:
    shop.tell(CancelOrder(lines=bells(2)), 1)
    shop.tell(CancelOrder(lines=bells(4)), 1)
    assert (shop.order.status, shop.promise.state) == ("cancelled", "withdrawn")


def test_several_returns_are_kept_and_all_of_them_is_returned(shop: Shop) -> None:
    shop.tell(ShipOrder(tracking="T1"), 1)
    shop.tell(DeliverOrder(**WELL), 2)
    shop.tell(ReturnOrder(parcel="R1", lines=bells(2), because="too loud"), 5)
    assert (shop.order.status, shop.order.perfect) == ("delivered", True)
    shop.tell(ReturnOrder(parcel="R2", lines=bells(4)), 6)
    row = shop.order
    assert (row.status, row.returned_at, row.contradictions) == ("returned", MONDAY + 6 * DAY, ())
    returns = [(each["number"], each["because"]) for each in row.parcels if each["returned_at"]]
    assert returns == [("R1", "too loud"), ("R2", None)]


def test_an_order_amended_to_what_came_is_complete(shop: Shop) -> None:
    shop.tell(DeliverOrder(lines=bells(4), **WELL), 2)
    command = PlaceOrder(customer_id=shop.customer_id, number="k-2", lines=(OrderLine(item="bell", count=4),))
    orders.place(shop.executor, command, GATEWAY)
    assert (shop.order.status, shop.order.perfect, shop.promise.state) == ("delivered", True, "kept-late")


@pytest.mark.parametrize(
    ("steps", "contradictions"),
    [
        ([(DeliverOrder(), -1)], ["delivered-before-placed"]),
        ([(DeliverOrder(), 1), (ShipOrder(), 2)], ["delivered-before-shipped"]),
        ([(ShipOrder(), 2), (DeliverOrder(), 1)], ["delivered-before-shipped"]),
        ([(ReturnOrder(), 1), (DeliverOrder(), 2)], ["returned-before-delivered"]),
        ([(CancelOrder(), 1), (DeliverOrder(), 2)], ["delivered-after-cancelled"]),
        ([(DeliverOrder(), 2), (CancelOrder(), 1)], ["delivered-after-cancelled"]),
        ([(DeliverOrder(), 1), (CancelOrder(), 2)], []),
        ([(DeliverOrder(), 1), (ReturnOrder(lines=bells(7)), 2)], ["more-returned-than-ordered"]),
        ([(DeliverOrder(lines=(PartOrderLine(item="lamp", count=1),)), 1)], ["more-delivered-than-ordered"]),
        (
            [(ShipOrder(parcel="P1", lines=bells(6)), 1), (ShipOrder(parcel="P2", lines=bells(1)), 2)],
            ["more-shipped-than-ordered"],
        ),
        ([(CancelOrder(lines=bells(7)), 1)], ["more-cancelled-than-ordered"]),
    ],
)
def test_what_cannot_be_is_taken_in_and_shown(
    shop: Shop, steps: list[tuple[OrderCommand, float]], contradictions: list[str]
) -> None:
    for command, day in steps:
        shop.tell(command, day)
    assert list(shop.order.contradictions) == contradictions
    assert len(shop.told) == len(steps)


def test_a_day_contradicts_no_time_of_the_same_day(shop: Shop) -> None:
    early = replace(GATEWAY, occurred_at=MONDAY.replace(hour=0), time_precision="day")
    orders.act(shop.executor, shop.id, DeliverOrder(), early)
    assert (shop.order.contradictions, shop.order.inexact) == ((), ("delivered",))


def test_an_erased_order_shows_no_number_of_a_parcel(shop: Shop) -> None:
    # Given
    shop.tell(ShipOrder(parcel="P1", tracking="T1", carrier="DHL"), 1)
    shop.tell(CancelOrder(lines=bells(1), because="too loud"), 1)
    erase(shop.executor, shop.customer_id, AGENT)
    # Then a replay and the live row say the same
    ((live, _),) = fold_in_memory(ORDERS, shop.log.everything()).values()
    assert live is not None
    assert [(each["number"], each["tracking"], each["carrier"]) for each in live.parcels] == [
        ("[erased]", "[erased]", "DHL")
    ]
    assert [each["because"] for each in live.cancellations] == ["[erased]"]
    assert live == shop.order
    assert shop.executor.find("order-part", f"{shop.id}\x00p1") is None


# -- in any order, and twice

Steps = Sequence[tuple[OrderCommand, float]]
NUMBERED = st.sampled_from(["P1", "P2", "P3"])
FACT = st.sampled_from([None, True, False])


@st.composite
def histories(draw: st.DrawFn) -> Steps:
    """What an order system may tell of one order: each parcel with one content, each step at one time."""
    days = st.integers(-2, 20).map(float)
    steps: list[tuple[OrderCommand, float]] = []
    for parcel in draw(st.lists(NUMBERED, unique=True)):
        lines = bells(draw(st.integers(1, 4))) if draw(st.booleans()) else ()
        if draw(st.booleans()):
            steps.append((ShipOrder(parcel=parcel, carrier="DHL", lines=lines), draw(days)))
        if draw(st.booleans()):
            in_full, undamaged = draw(FACT), draw(FACT)
            delivered = DeliverOrder(
                parcel=parcel, lines=lines, in_full=in_full, undamaged=undamaged, documents_right=True
            )
            steps.append((delivered, draw(days)))
        if draw(st.booleans()):
            steps.append((ReturnOrder(parcel=parcel), draw(days)))
    whole = [ShipOrder(), DeliverOrder(undamaged=True), ReturnOrder(), CancelOrder()]
    steps += [(command, draw(days)) for command in draw(st.lists(st.sampled_from(whole), unique=True, max_size=3))]
    for count in draw(st.lists(st.integers(1, 3), unique=True, max_size=2)):
        steps.append((CancelOrder(lines=bells(count)), draw(days)))
        if draw(st.booleans()):
            steps.append((ReturnOrder(parcel=f"R{count}", lines=bells(count)), draw(days)))
    return steps


def outcome(steps: Steps) -> tuple[Any, ...]:
    """How the order stands, whatever numbers its parts got."""
    shop = Shop(lines=SIX_BELLS)
    try:
        for command, day in steps:
            shop.tell(command, day)
        row = shop.order
    finally:
        shop.close()
    parts = sorted([{**each, "part": each["part"] is None} for each in row.parcels], key=repr)
    cancelled = sorted(row.cancellations, key=repr)
    same = replace(row, order_id="", customer_id="", promise_id="", parcels=(), cancellations=(), inexact=())
    return same, parts, cancelled


@settings(max_examples=60)
@given(st.data())
def test_the_order_of_telling_makes_no_difference(data: st.DataObject) -> None:
    steps = data.draw(histories())
    assert outcome(data.draw(st.permutations(steps))) == outcome(steps)


@settings(max_examples=60)
@given(st.data())
def test_telling_twice_makes_no_difference(data: st.DataObject) -> None:
    steps = data.draw(histories())
    again = data.draw(st.lists(st.sampled_from(steps), max_size=6)) if steps else []
    assert outcome([*steps, *again]) == outcome(steps)


def test_a_step_that_is_told_twice_adds_nothing_to_the_log(shop: Shop) -> None:
    # Given
    steps: list[OrderCommand] = [
        ShipOrder(parcel="P1", tracking="T1", lines=bells(2)), ShipOrder(lines=bells(4)),
        DeliverOrder(parcel="T1", in_full=True), DeliverOrder(lines=bells(4)),
        ReturnOrder(parcel="R1", lines=bells(1)), ReturnOrder(lines=bells(2)), CancelOrder(lines=bells(1)),
        ReturnOrder(parcel="R1", because="too loud"), CheckDelivery(parcel="P1", undamaged=True),
        DeliverOrder(in_full=True),
    ]  # fmt: skip
    for command in steps:
        shop.tell(command, 1)
    told = len(shop.told)
    assert told == len(steps)
    # When
    for command in steps:
        shop.tell(command, 1)
    # Then
    assert len(shop.told) == told
    # And what is told otherwise counts
    shop.tell(ReturnOrder(parcel="R1", because="too big"), 2)
    assert [each["because"] for each in shop.order.parcels if each["number"] == "R1"] == ["too big"]
    shop.tell(DeliverOrder(parcel="P1", in_full=False), 2)
    assert shop.told[-1] == "order.delivery-checked"
    assert shop.order.in_full is False


@pytest.mark.parametrize(
    ("step", "again"),
    [
        (ShipOrder(parcel="P1"), "order.shipped"),
        (DeliverOrder(parcel="P1", **WELL), "order.delivery-checked"),
        (ReturnOrder(parcel="P1"), "order.returned"),
        (CancelOrder(), "order.cancelled"),
    ],
    ids=["shipped", "delivered", "returned", "cancelled"],
)
def test_another_time_of_a_step_is_kept_and_told_once(shop: Shop, step: OrderCommand, again: str) -> None:
    # Given
    shop.tell(step, 3)
    first = shop.told
    # When
    for day in (3, None, 2, 2, 3):
        shop.tell(step, day)
    # Then
    assert shop.told == [*first, again]
    others = [each["field"] for each in shop.order.adjusted]
    assert others == (["occurred_at"] if again == "order.delivery-checked" else [])


def test_a_delivery_counts_as_of_the_time_that_was_told_first(shop: Shop) -> None:
    # Given
    shop.tell(DeliverOrder(**WELL), 5)
    assert (shop.order.perfect, shop.promise.state) == (False, "kept-late")
    # When
    shop.tell(DeliverOrder(**WELL), 3)
    # Then
    assert (shop.order.delivered_at, shop.order.perfect) == (MONDAY + 5 * DAY, False)
    assert shop.promise.state == "kept-late"
