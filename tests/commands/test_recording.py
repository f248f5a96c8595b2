"""What a source record tells goes in as a whole, and each thing of it once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.importing import SourceFact, SourceRecord, take_in
from domain.conversation.commands import ChangeStatus, OpenConversation, ReceiveMessage, SendReply, SetPolicy
from domain.conversation.events import MessageReceived, MessageSent
from domain.customer import RegisterCustomer
from domain.kernel.event import Actor, Recorded
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from infra.log.application import Log
from tests.support.promising import policy_for_inquiries
from tests.support.recorded import recorded_as

SHOP = Actor(id="service-shop", kind="service")
MAY = datetime(2026, 5, 4, tzinfo=UTC)
CONTEXT = Context(SHOP, occurred_at=MAY, time_precision="day", client="import-shop")


def record(id: str, *further: SourceFact, number: str | None = None, mail: str = "ada@example.org") -> SourceRecord:
    """An order, the conversation about it, and what else is told."""
    customer_id = new_id("customer")
    placed = PlaceOrder(customer_id=customer_id, number=number)
    opened = OpenConversation(customer_id=customer_id, kind="order", channel="web", order_id=placed.order_id)
    return SourceRecord(
        source="shop",
        id=id,
        customer=RegisterCustomer(customer_id=customer_id),
        context=CONTEXT,
        facts=(
            SourceFact("placed", placed, CONTEXT),
            SourceFact("opened", opened, CONTEXT),
            SourceFact("asked", ReceiveMessage(body="When?"), Context(Actor(id=customer_id, kind="customer"))),
            *further,
        ),
        contacts=[ContactPoint("mail", mail, "Ada")],
    )


def answer(text: str) -> SourceFact:
    return SourceFact(f"answer {text}", SendReply(body=text), Context(SHOP, time_precision="unknown"))


def everything(log: Log) -> list[Recorded[Any]]:
    return log.recorded_events(log.read(0))


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_record_is_one_append_each_event_with_its_own_time_and_actor(executor: CommandExecutor, log: Log) -> None:
    # When
    assert take_in(executor, record("1", answer("Tomorrow"), number="A-1"), None)
    # Then
    recorded_events = everything(log)
    assert [recorded.event.stored_name for recorded in recorded_events] == [
        "customer.registered",
        "customer.contact-point-added",
        "order.placed",
        "conversation.opened",
        "conversation.interaction-added",
        "conversation.message-received",
        "conversation.message-sent",
    ]
    assert len({recorded.recorded_at for recorded in recorded_events}) == 1
    customer_id, order_id = recorded_events[0].originator_id, recorded_events[2].originator_id
    assert {recorded.event.customer_id for recorded in recorded_events} == {customer_id}
    assert recorded_events[4].event.order_id == order_id
    assert (recorded_events[3].envelope.occurred_at, recorded_events[3].envelope.time_precision) == (MAY, "day")
    assert recorded_events[5].envelope.actor == Actor(id=customer_id, kind="customer")
    assert (recorded_events[6].envelope.occurred_at, recorded_events[6].envelope.time_precision) == (MAY, "unknown")


def test_again_it_adds_nothing_and_with_more_to_tell_only_that(executor: CommandExecutor, log: Log) -> None:
    # Given
    take_in(executor, record("1", answer("Tomorrow")))
    end = log.position()
    # When
    again = take_in(executor, record("1", answer("Tomorrow")))
    # Then
    assert not again
    assert log.position() == end
    # When
    more = take_in(executor, record("1", answer("Tomorrow"), answer("Today, after all")))
    # Then
    assert more
    (sent,) = recorded_as(MessageSent, log.recorded_events(log.read(end)))
    assert sent.event.body == "Today, after all"


def test_the_customer_and_the_order_are_known_by_contact_point_and_number(executor: CommandExecutor, log: Log) -> None:
    # Given
    take_in(executor, record("1", number="A-1"))
    # When
    take_in(executor, record("2", number="A-1"))
    # Then
    recorded_events = everything(log)
    assert (
        len({recorded.originator_id for recorded in recorded_events if recorded.originator_id.startswith("customer")})
        == 1
    )
    assert len({recorded.event.order_id for recorded in recorded_events if hasattr(recorded.event, "order_id")}) == 1


def test_one_thing_that_is_refused_refuses_the_whole_record(executor: CommandExecutor, log: Log) -> None:
    # Given
    take_in(executor, record("1", number="A-1"))
    end = log.position()
    tomorrow = SourceFact("late", SendReply(body="No"), Context(SHOP, occurred_at=executor.clock() + timedelta(days=1)))
    # When
    with pytest.raises(Refusal) as future:
        take_in(executor, record("3", tomorrow))
    # Then
    assert future.value.code == "time-ahead"
    assert log.position() == end


def test_a_policy_keeps_what_a_record_tells_of_a_conversation_that_is_new(executor: CommandExecutor, log: Log) -> None:
    # Given a policy that leaves resolved conversations as they are, and what is told as of today
    policy = policy_for_inquiries(executor, on_customer_message="keep", selects=None)
    told = [
        replace(each, context=replace(each.context, occurred_at=None))
        for each in (
            SourceFact("policy", SetPolicy(policy_id=policy), Context(SHOP)),
            SourceFact("resolved", ChangeStatus(status="resolved"), Context(SHOP)),
            SourceFact("thanks", ReceiveMessage(body="Thanks"), Context(SHOP)),
        )
    ]
    # When
    take_in(executor, record("1", *told))
    # Then
    (asked, thanks) = recorded_as(MessageReceived, everything(log))
    assert (asked.event.effect, asked.event.kept_by) == ("none", None)
    assert (thanks.event.effect, thanks.event.kept_by) == ("kept", policy)


def test_an_actor_of_a_record_is_told_by_the_known_id(executor: CommandExecutor, log: Log) -> None:
    # Given an answer by somebody whose id the file draws
    by = Context(Actor(id="staff-drawn", kind="agent"), reported_by=SHOP)
    # When
    take_in(executor, record("1", SourceFact("answer", SendReply(body="Here"), by)), {"staff-drawn": "staff-bo"})
    # Then
    (sent,) = recorded_as(MessageSent, everything(log))
    assert sent.envelope.actor == Actor(id="staff-bo", kind="agent")


def test_the_same_record_from_many_at_once_is_in_once(executor: CommandExecutor, log: Log) -> None:
    # Given
    others = [CommandExecutor(log) for _ in range(4)]
    start = threading.Barrier(12)
    new: list[bool] = []

    def import_it(number: int) -> None:
        start.wait()
        new.append(bool(take_in(others[number % 4], record("1", answer(f"{number % 3}")))))

    # When
    threads = [threading.Thread(target=import_it, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then
    names = [recorded.event.stored_name for recorded in everything(log)]
    assert names.count("conversation.opened") == names.count("customer.registered") == 1
    assert names.count("conversation.message-sent") == 3
    assert 1 <= sum(new) <= 3
    for other in others:
        other.close()
