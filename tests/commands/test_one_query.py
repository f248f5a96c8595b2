"""A command says what it will read, so that a batch of commands reads with one query for streams and one for names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands import order as orders
from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.customer import handlers as customers
from commands.customer.handlers import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from domain.conversation.commands import AddInteraction, AddNote, OpenConversation, ReceiveMessage
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.customer import AddContactPoint, MergeCustomer
from domain.order import PlaceOrder, ShipOrder
from domain.promise import KeepPromise, MakePromise
from domain.staff import FormTeam, JoinStaff
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.recorded import events_of

SOON = datetime.now(UTC) + timedelta(days=1)


class CountingLog(MemoryLog):
    """Counts how often it is read for a decision."""

    def __init__(self) -> None:
        super().__init__(lambda: datetime.now(UTC))
        self.reads: list[str] = []

    def histories(self, stream_ids: Iterable[str]) -> Any:
        self.reads.append("streams")
        return super().histories(stream_ids)

    def taken(self, keys: Sequence[bytes]) -> Any:
        self.reads.append("names")
        return super().taken(keys)


class House:
    """What commands are about, all of one customer's."""

    def __init__(self, log: CountingLog) -> None:
        self.log = log
        executor = CommandExecutor(log)
        self.other = customers.register(executor, [ContactPoint("mail", "bo@example.org")], GATEWAY).id
        self.conversation = conversations.deliver(executor, mail(1), GATEWAY).id
        self.customer = events_of(log, self.conversation)[0].customer_id
        second = ReceiveMessage(body="And another thing")
        conversations.act(executor, self.conversation, second, GATEWAY)
        self.message = second.message_id
        third = ReceiveMessage(body="And one more")
        conversations.act(executor, self.conversation, third, GATEWAY)
        off = SplitMessage(message_id=third.message_id, kind="complaint")
        self.split = splitting.split(executor, self.conversation, off, AGENT).id
        self.target = conversations.deliver(executor, mail(2, "t2"), GATEWAY).id
        self.part = conversations.deliver(executor, mail(3, "t3"), GATEWAY).id
        merging.merge(executor, self.part, MergeInto(into=self.target), AGENT)
        self.order = orders.place(executor, PlaceOrder(customer_id=self.customer, number="K-1"), AGENT).id
        make = MakePromise(customer_id=self.customer, text="Soon", due_at=SOON, order_id=self.order)
        self.promise = promises.make(executor, make, AGENT).id
        executor.close()


Ask = Callable[[CommandExecutor, House], object]
ASKED: dict[str, Ask] = {
    "open": lambda executor, house: conversations.open_conversation(
        executor,
        OpenConversation(customer_id=house.customer, kind="order", channel="mail", order_id=house.order),
        GATEWAY,
    ),
    "note": lambda executor, house: conversations.act(executor, house.conversation, AddNote(body="x"), AGENT),
    "bring": lambda executor, house: conversations.act(
        executor, house.conversation, AddInteraction(kind="order", order_id=house.order), AGENT
    ),
    "deliver": lambda executor, house: conversations.deliver(executor, mail(9), GATEWAY),
    "deliver anew": lambda executor, house: conversations.deliver(executor, mail(9, "t9"), GATEWAY),
    "split": lambda executor, house: splitting.split(
        executor, house.conversation, SplitMessage(message_id=house.message, kind="order", order_id=house.order), AGENT
    ),
    "register": lambda executor, house: customers.register(
        executor, [ContactPoint("mail", "ada@example.org"), ContactPoint("phone", "1")], GATEWAY
    ),
    "reach": lambda executor, house: customers.act(
        executor, AddContactPoint(customer_id=house.customer, contact_kind="phone", value="2"), AGENT
    ),
    "merge customers": lambda executor, house: customers.act(
        executor, MergeCustomer(customer_id=house.customer, into=house.other), AGENT
    ),
    "place": lambda executor, house: orders.place(executor, PlaceOrder(customer_id=house.customer), AGENT),
    "ship": lambda executor, house: orders.act(executor, house.order, ShipOrder(), AGENT),
    "promise": lambda executor, house: promises.make(
        executor,
        MakePromise(
            customer_id=house.customer, text="x", due_at=SOON, order_id=house.order, conversation_id=house.conversation
        ),
        AGENT,
    ),
    "keep": lambda executor, house: promises.act(executor, house.promise, KeepPromise(), AGENT),
}
MORE: dict[str, Ask] = {
    # Whose they are, their states say.
    "merge": lambda executor, house: merging.merge(executor, house.conversation, MergeInto(into=house.target), AGENT),
    # What is shown at another is known once its state is.
    "separate": lambda executor, house: merging.separate(executor, house.part, Separate(), AGENT),
    "undo a split": lambda executor, house: splitting.undo_split(executor, house.split, UndoSplit(), AGENT),
}


@pytest.fixture
def house() -> Iterator[House]:
    log = CountingLog()
    yield House(log)
    log.close()


def reads(house: House, ask: Ask) -> list[str]:
    """What a process that has nothing at hand reads for it."""
    executor = CommandExecutor(house.log)
    house.log.reads.clear()
    try:
        ask(executor, house)
    finally:
        executor.close()
    return house.log.reads


@pytest.mark.parametrize("asked", sorted(ASKED))
def test_a_command_reads_its_streams_with_one_query(house: House, asked: str) -> None:
    found = reads(house, ASKED[asked])
    assert found.count("streams") == 1
    assert found.count("names") <= 1


@pytest.mark.parametrize("asked", sorted(MORE))
def test_what_a_state_names_takes_one_query_more(house: House, asked: str) -> None:
    assert reads(house, MORE[asked]).count("streams") == 2


def test_names_are_asked_once_and_not_kept_for_the_next_batch(house: House) -> None:
    executor = CommandExecutor(house.log)
    house.log.reads.clear()
    for _ in range(2):
        staffing.form_team(executor, FormTeam(name="Care"), AGENT)
    # The second finds the team, which the first one made.
    assert house.log.reads.count("names") == 2
    staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT)
    executor.close()
