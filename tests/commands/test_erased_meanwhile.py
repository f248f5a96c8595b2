"""Who is erased between a decision and its append is not written about, also where no text of theirs is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from commands import order as orders
from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.message import report_delivery
from domain.conversation.commands import ChangePriority, OpenConversation, SendReply
from domain.customer import GiveConsent
from domain.kernel.refusal import Refusal
from domain.message import ReportDelivery
from domain.order.commands import PlaceOrder, ShipOrder
from domain.promise import KeepPromise, MakePromise
from infra.log.memory import MemoryLog
from tests.support.batches import WatchedLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.recorded import events_of

SOON = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def log() -> Iterator[WatchedLog]:
    log = WatchedLog()
    yield log
    log.close()


class Ada:
    """A customer with one of each."""

    def __init__(self, executor: CommandExecutor, log: MemoryLog) -> None:
        self.conversation = deliver(executor, mail(1), GATEWAY).id
        self.id: str = events_of(log, self.conversation)[0].customer_id
        answer = SendReply(body="On its way")
        conversations.act(executor, self.conversation, answer, AGENT)
        self.message = answer.message_id
        self.order = orders.place(executor, PlaceOrder(customer_id=self.id), AGENT).id
        make = MakePromise(customer_id=self.id, text="Soon", due_at=SOON, order_id=self.order)
        self.promise = promises.make(executor, make, AGENT).id


def erased_elsewhere(log: WatchedLog, customer_id: str) -> None:
    """Another process erases them."""
    other = CommandExecutor(log)
    log.vault.destroy(customer_id)
    customers.erase(other, customer_id, {customer_id}, AGENT)
    other.close()


@pytest.fixture
def ada(executor: CommandExecutor, log: WatchedLog) -> Ada:
    return Ada(executor, log)


ASKED: dict[str, Callable[[CommandExecutor, Ada], object]] = {
    "open a conversation": lambda executor, ada: conversations.open_conversation(
        executor, OpenConversation(customer_id=ada.id, kind="complaint", channel="mail"), AGENT
    ),
    "change a conversation": lambda executor, ada: conversations.act(
        executor, ada.conversation, ChangePriority(priority="high"), AGENT
    ),
    "tell of a message": lambda executor, ada: report_delivery(
        executor, ada.message, ReportDelivery(conversation_id=ada.conversation, state="sent"), GATEWAY
    ),
    "change a customer": lambda executor, ada: customers.act(
        executor, GiveConsent(customer_id=ada.id, purpose="surveys"), AGENT
    ),
    "place an order": lambda executor, ada: orders.place(executor, PlaceOrder(customer_id=ada.id), AGENT),
    "ship an order": lambda executor, ada: orders.act(executor, ada.order, ShipOrder(), AGENT),
    "keep a promise": lambda executor, ada: promises.act(executor, ada.promise, KeepPromise(), AGENT),
}


@pytest.mark.parametrize("asked", ASKED)
def test_of_who_is_erased_meanwhile_nothing_more_is_written(
    executor: CommandExecutor, log: WatchedLog, ada: Ada, asked: str
) -> None:
    # Given
    end = log.position()
    log.meanwhile.append(lambda: erased_elsewhere(log, ada.id))
    # When
    with pytest.raises(Refusal) as refused:
        ASKED[asked](executor, ada)
    # Then
    assert refused.value.code == "customer-erased"
    assert [recorded.event.stored_name for recorded in log.recorded_events(log.read(end))] == ["customer.erased"]


def test_who_writes_and_is_erased_meanwhile_is_a_new_customer(
    executor: CommandExecutor, log: WatchedLog, ada: Ada
) -> None:
    # Given
    log.meanwhile.append(lambda: erased_elsewhere(log, ada.id))
    # When
    id = deliver(executor, mail(2), GATEWAY).id
    # Then
    assert id != ada.conversation
    assert events_of(log, id)[0].customer_id != ada.id


def test_who_is_found_and_erased_meanwhile_is_a_new_customer(
    executor: CommandExecutor, log: WatchedLog, ada: Ada
) -> None:
    log.meanwhile.append(lambda: erased_elsewhere(log, ada.id))
    both = [ContactPoint("mail", "ada@example.org"), ContactPoint("phone", "1")]
    assert customers.register(executor, both, GATEWAY).id != ada.id
