"""Promises are made to whom they concern; they change no conversation; orders keep those of their delivery."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands import order as orders
from commands import promise as promises
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.order.commands import CancelOrder, DeliverOrder, OrderCommand, PlaceOrder, ReturnOrder, ShipOrder
from domain.promise import BreakPromise, DetectOverdue, KeepPromise, MakePromise, RevisePromise, WithdrawPromise
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import erase
from tests.support.recorded import events_of

TOMORROW = datetime.now(UTC) + timedelta(days=1)


class Customer:
    """Somebody who wrote and ordered, and who can be promised something."""

    def __init__(self, executor: CommandExecutor, number: int = 1) -> None:
        self._executor = executor
        self.conversation_id = deliver(executor, mail(number, f"t{number}", f"{number}@example.org"), GATEWAY).id
        self.id: str = executor.read(self.conversation_id).state.customer_id
        self.order_id = orders.place(executor, PlaceOrder(customer_id=self.id), AGENT).id

    def promised_delivery(self) -> str:
        command = MakePromise(
            customer_id=self.id, order_id=self.order_id, text="There tomorrow", due_at=TOMORROW, delivery=True
        )
        return promises.make(self._executor, command, AGENT).id


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def ada(executor: CommandExecutor) -> Customer:
    return Customer(executor)


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda refusal: refusal.code == code)


def test_a_promise_is_made_revised_kept_and_its_conversation_unchanged(
    executor: CommandExecutor, log: Log, ada: Customer
) -> None:
    # Given
    before = executor.read(ada.conversation_id).version
    made = MakePromise(customer_id=ada.id, conversation_id=ada.conversation_id, text="We call you", due_at=TOMORROW)
    # When
    id = promises.make(executor, made, AGENT).id
    later = RevisePromise(due_at=TOMORROW + timedelta(days=1), because="She is ill")
    promises.act(executor, id, later, AGENT)
    promises.act(executor, id, KeepPromise(), AGENT)
    # Then
    assert names(log, id) == ["promise.made", "promise.revised", "promise.kept"]
    assert [event.conversation_id for event in events_of(log, id)] == [ada.conversation_id] * 3
    assert executor.read(ada.conversation_id).version == before


def test_a_promise_is_about_what_belongs_to_the_customer(executor: CommandExecutor, log: Log, ada: Customer) -> None:
    ben = Customer(executor, 2)
    end = log.position()
    for about, code in (
        ({"conversation_id": ben.conversation_id}, "not-theirs"),
        ({"conversation_id": ada.conversation_id, "order_id": ben.order_id}, "not-theirs"),
        ({"conversation_id": "conversation-nobody"}, "not-found"),
        ({"conversation_id": ada.order_id}, "not-found"),
    ):
        command = MakePromise.model_validate({"customer_id": ada.id, "text": "x", "due_at": TOMORROW, **about})
        with refused(code):
            promises.make(executor, command, AGENT)
    for id in (new_id("promise"), ada.conversation_id):
        with refused("not-found"):
            promises.act(executor, id, KeepPromise(), AGENT)
        with refused("not-found"):
            orders.act(executor, id, ShipOrder(), AGENT)
    assert log.position() == end


@pytest.mark.parametrize(
    ("steps", "ending"),
    [
        ([ShipOrder(), DeliverOrder()], "promise.kept"),
        ([CancelOrder()], "promise.withdrawn"),
        ([ShipOrder(), ReturnOrder()], "promise.withdrawn"),
        ([ShipOrder()], "promise.made"),
    ],
)
def test_an_order_ends_the_promise_of_its_delivery(
    executor: CommandExecutor, log: Log, ada: Customer, steps: list[OrderCommand], ending: str
) -> None:
    # Given
    id = ada.promised_delivery()
    # When
    for step in steps:
        orders.act(executor, ada.order_id, step, AGENT)
    # Then
    assert names(log, id)[-1] == ending
    assert names(log, ada.order_id)[:2] == ["order.placed", "order.delivery-promised"]


def test_one_promise_of_a_delivery_stands_at_a_time(executor: CommandExecutor, log: Log, ada: Customer) -> None:
    # Given
    first = ada.promised_delivery()
    with refused("delivery-promised"):
        ada.promised_delivery()
    # When
    promises.act(executor, first, BreakPromise(because="The truck broke down"), AGENT)
    second = ada.promised_delivery()
    orders.act(executor, ada.order_id, DeliverOrder(), AGENT)
    # Then
    assert names(log, first) == ["promise.made", "promise.broken"]
    assert names(log, second) == ["promise.made", "promise.kept"]


def test_who_was_back_dated_may_say_so_of_a_date_that_was_ahead_then(executor: CommandExecutor, ada: Customer) -> None:
    # Given
    now = datetime.now(UTC)
    told = replace(GATEWAY, occurred_at=now - timedelta(days=2))
    made = MakePromise(
        customer_id=ada.id, conversation_id=ada.conversation_id, text="x", due_at=now - timedelta(days=1)
    )
    # Then
    assert promises.make(executor, made, told).id.startswith("promise-")
    with refused("due-in-past"):
        promises.make(executor, made, GATEWAY)


def test_two_who_notice_the_same_at_different_times_are_one(executor: CommandExecutor, log: Log, ada: Customer) -> None:
    # Given
    id = ada.promised_delivery()
    watch = replace(GATEWAY, command_id="noticed")
    # When
    first = promises.detect_overdue(executor, id, DetectOverdue(due_at=TOMORROW, detected_at=TOMORROW), watch)
    later = DetectOverdue(due_at=TOMORROW, detected_at=TOMORROW + timedelta(seconds=1))
    again = promises.detect_overdue(executor, id, later, watch)
    # Then
    assert again == replace(first, repeated=True)
    assert names(log, id) == ["promise.made", "promise.overdue"]


def test_an_erasure_withdraws_what_stands_and_then_nothing_is_promised(
    executor: CommandExecutor, log: Log, ada: Customer
) -> None:
    # Given
    id = ada.promised_delivery()
    ended = promises.make(
        executor, MakePromise(customer_id=ada.id, order_id=ada.order_id, text="x", due_at=TOMORROW), AGENT
    ).id
    promises.act(executor, ended, WithdrawPromise(), AGENT)
    # When
    erase(executor, ada.id, AGENT, [ada.conversation_id, ended, id])
    # Then
    assert names(log, id)[-1] == names(log, ended)[-1] == "promise.withdrawn"
    with refused("customer-erased"):
        promises.make(
            executor, MakePromise(customer_id=ada.id, order_id=ada.order_id, text="x", due_at=TOMORROW), AGENT
        )
