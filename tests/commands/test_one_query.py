"""A command says what it will read, so that a batch of commands reads with one query for streams and one for names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from commands import order as orders
from commands import promise as promises
from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import Delivery, deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.importing import SourceFact, SourceRecord, take_in
from commands.message import report_delivery
from commands.service_level import clocks
from commands.service_level import handlers as sla
from commands.service_level.facts import ClockFacts
from commands.service_level.putting_in_force import put_in_force
from commands.staff import handlers as staffing
from domain.conversation.commands import AddInteraction, AddNote, OpenConversation, ReceiveMessage, SendReply
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.customer import AddContactPoint, MergeCustomer, RegisterCustomer
from domain.kernel.ids import new_id
from domain.message import ReportDelivery
from domain.order.commands import PlaceOrder, ShipOrder
from domain.promise import KeepPromise, MakePromise
from domain.service_level.calendar import EditCalendar, WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import Metric, Selects, Terms
from domain.service_level.policy_decisions import EditPolicy, WritePolicy
from domain.service_level.policy_file import PoliciesInFile
from domain.staff import FormTeam, JoinStaff
from infra.log.memory import MemoryLog
from tests.support.batches import together
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.recorded import events_of

SOON = datetime.now(UTC) + timedelta(days=1)


class CountingLog(MemoryLog):
    """Counts how often it is read for a decision."""

    def __init__(self) -> None:
        super().__init__(lambda: datetime.now(UTC))
        self.reads: list[str] = []

    def histories(self, stream_ids: Iterable[str]) -> Any:
        self._count("streams")
        return super().histories(stream_ids)

    def taken(self, keys: Sequence[bytes]) -> Any:
        self._count("names")
        return super().taken(keys)

    def _count(self, what: str) -> None:
        # What a caller reads in its own thread, nobody else waits for.
        if threading.current_thread().name == "commands":
            self.reads.append(what)


class House:
    """What commands are about, all of one customer's."""

    def __init__(self, log: CountingLog, name: str = "ada") -> None:
        self.log = log
        self.name = name
        executor = CommandExecutor(log)
        self.other = customers.register(executor, [ContactPoint("mail", f"{name}@example.com")], GATEWAY).id
        self.conversation = deliver(executor, self.mail(1), GATEWAY).id
        self.customer = events_of(log, self.conversation)[0].customer_id
        second = ReceiveMessage(body="And another thing")
        conversations.act(executor, self.conversation, second, GATEWAY)
        self.message = second.message_id
        reply = SendReply(body="Yes")
        conversations.act(executor, self.conversation, reply, AGENT)
        self.sent = reply.message_id
        third = ReceiveMessage(body="And one more")
        conversations.act(executor, self.conversation, third, GATEWAY)
        off = SplitMessage(message_id=third.message_id, kind="complaint")
        self.split = splitting.split(executor, self.conversation, off, AGENT).id
        self.target = deliver(executor, self.mail(2), GATEWAY).id
        self.part = deliver(executor, self.mail(3), GATEWAY).id
        merging.merge(executor, self.part, MergeInto(into=self.target), AGENT)
        self.order = orders.place(executor, PlaceOrder(customer_id=self.customer, number=name), AGENT).id
        make = MakePromise(customer_id=self.customer, text="Soon", due_at=SOON, order_id=self.order)
        self.promise = promises.make(executor, make, AGENT).id
        hours = OpeningHours(zone="UTC", hours={"mon-sun": ("00:00-24:00",)})
        self.calendar = sla.write_calendar(executor, WriteCalendar(name=name, opening_hours=hours), AGENT).id
        self.policy = sla.write_policy(executor, WritePolicy(name=name, terms=self.terms()), AGENT).id
        executor.close()

    def mail(self, number: int, thread: int | None = None) -> Delivery:
        delivery = mail(number, f"{self.name} {thread or number}", f"{self.name}@example.org")
        return replace(delivery, channel_message_id=f"{self.name} {number}")

    def terms(self) -> Terms:
        targets: dict[Metric, timedelta] = {"first_reply": timedelta(hours=1)}
        return Terms(calendar_id=self.calendar, targets=targets, selects=Selects(kinds=("complaint",)))

    def file(self) -> PoliciesInFile:
        hours = {"sat": ["09:00-12:00"]}
        return PoliciesInFile(
            calendars={self.name: {"hours": hours}, f"{self.name} 2": {"zone": "UTC", "hours": hours}}
        )

    def record(self) -> SourceRecord:
        customer_id = new_id("customer")
        opened = OpenConversation(customer_id=customer_id, kind="inquiry", channel="mail", body="Hello?")
        facts = [
            SourceFact("placed", PlaceOrder(customer_id=customer_id, number=f"{self.name} 2"), GATEWAY),
            SourceFact("opened", opened, GATEWAY),
        ]
        contacts = [ContactPoint("mail", f"{self.name}@example.net")]
        return SourceRecord("shop", self.name, RegisterCustomer(customer_id=customer_id), GATEWAY, facts, contacts)


Ask = Callable[[CommandExecutor, House], Any]
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
    "deliver": lambda executor, house: deliver(executor, house.mail(9, thread=1), GATEWAY),
    "deliver anew": lambda executor, house: deliver(executor, house.mail(9), GATEWAY),
    "split": lambda executor, house: splitting.split(
        executor, house.conversation, SplitMessage(message_id=house.message, kind="order", order_id=house.order), AGENT
    ),
    "register": lambda executor, house: customers.register(
        executor, [ContactPoint("mail", f"{house.name}@example.org"), ContactPoint("phone", house.name)], GATEWAY
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
    "erase": lambda executor, house: customers.erase(executor, house.customer, [house.customer, house.other], AGENT),
    "report": lambda executor, house: report_delivery(
        executor, house.sent, ReportDelivery(conversation_id=house.conversation, state="sent"), GATEWAY
    ),
    "evaluate": lambda executor, house: clocks.evaluate(
        executor, ClockFacts(house.log, "UTC"), house.conversation, AGENT
    ),
    "edit a calendar": lambda executor, house: sla.change_calendar(
        executor, house.calendar, EditCalendar(effective_from=SOON, zone="Europe/Berlin"), AGENT
    ),
    "put in force": lambda executor, house: put_in_force(executor, house.file(), AGENT, correct_from="2026-01-01")[0][
        1
    ],
    "write a policy": lambda executor, house: sla.write_policy(
        executor, WritePolicy(name=f"{house.name} 2", terms=house.terms()), AGENT
    ),
}
MORE: dict[str, Ask] = {
    # Whose they are, their states say.
    "merge": lambda executor, house: merging.merge(executor, house.conversation, MergeInto(into=house.target), AGENT),
    # So does a policy its calendar.
    "edit a policy": lambda executor, house: sla.change_policy(
        executor, house.policy, EditPolicy(effective_from=SOON, on_customer_message="keep"), AGENT
    ),
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


def test_a_record_that_is_new_reads_its_names_and_no_stream(house: House) -> None:
    assert reads(house, lambda executor, house: take_in(executor, house.record())) == ["names", "names"]


@pytest.mark.parametrize("asked", sorted(ASKED))
def test_a_batch_reads_with_one_query_for_all_of_its_commands(house: House, asked: str) -> None:
    # Given
    houses = [house, House(house.log, "eve"), House(house.log, "joe")]
    executor = CommandExecutor(house.log)
    house.log.reads.clear()
    # When
    outcomes = together(executor, [partial(ASKED[asked], executor, each) for each in houses])
    executor.close()
    # Then
    assert [type(each) for each in outcomes] == [Answer] * 3
    assert house.log.reads.count("streams") <= 1
    assert house.log.reads.count("names") <= 1


def test_what_was_just_changed_is_not_read_again(house: House) -> None:
    executor = CommandExecutor(house.log)
    ASKED["note"](executor, house)
    house.log.reads.clear()
    ASKED["note"](executor, house)
    executor.close()
    assert house.log.reads == []


def test_names_are_asked_once_and_not_kept_for_the_next_batch(house: House) -> None:
    executor = CommandExecutor(house.log)
    house.log.reads.clear()
    for _ in range(2):
        staffing.form_team(executor, FormTeam(name="Care"), AGENT)
    # The second finds the team, which the first one made.
    assert house.log.reads.count("names") == 2
    staffing.join(executor, JoinStaff(handle="bo", name="Bo"), AGENT)
    executor.close()
