"""What others deliver takes effect once each, in order; what cannot is a dead letter, and nobody waits for it."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from consumers.inbound import consumer as inbound
from consumers.inbound.consumer import Consumer
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageReceived, MessageSent
from domain.kernel.event import Actor
from domain.kernel.refusal import Overloaded, Refusal
from domain.message import DeliveryChanged
from domain.order.events import Delivered, Placed, Shipped
from infra.embedded.postgres import Urls
from infra.kafka.clients import Kafka
from infra.log.application import Log
from infra.postgres.database import Database
from projections import message as receipts
from tests.support.companies import AGENT, GATEWAY, mail, opened
from tests.support.exactly_once import assert_said_once, whole
from tests.support.following import catch_up
from tests.support.inbound import (
    Bad,
    Gateway,
    Sent,
    assert_fates,
    lose_offsets,
    message,
    report,
    step,
    wait_until_taken_in,
)
from tests.support.proxy import Proxy
from tests.support.recorded import recorded_as
from tests.support.waiting import wait_until


@pytest.fixture
def gateway(kafka: Kafka) -> Iterator[Gateway]:
    gateway = Gateway(kafka)
    yield gateway
    gateway.close()


def replied(executor: CommandExecutor, log: Log) -> tuple[str, str]:
    """A message of ours: its id, and its conversation's."""
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    conversations.act(executor, conversation_id, SendReply(body="see to it"), AGENT)
    (sent,) = (each.event for each in whole(log) if isinstance(each.event, MessageSent))
    return sent.message_id, conversation_id


def test_messages_orders_and_reports_take_effect(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka, gateway: Gateway
) -> None:
    # Given
    message_id, conversation_id = replied(executor, log)
    known = {"kind": "mail", "value": "ada@example.org"}
    # When
    gateway.send([
        message("m7", "t7", "it drips", kind="complaint", occurred_at="2026-01-01T12:00:00+01:00"),
        message("m8", "t7", "still"),
        step("o1", "4711", "placed", customer=known, value="12.50", currency="EUR"),
        step("o2", "4711", "shipped", carrier="DHL", tracking="X1"),
        step("o3", "4711", "delivered", in_full=True),
        report("d1", message_id, conversation_id, "sent"),
        report("d2", message_id, conversation_id, "failed", code="mailbox-full"),
    ])  # fmt: skip
    with Consumer(executor, kafka):
        wait_until_taken_in(kafka, 20)
    # Then
    assert_fates(gateway.at, executor)
    recorded_events = list(whole(log))
    said = recorded_as(MessageReceived, recorded_events)
    assert [each.event.body for each in said] == ["word 1", "it drips", "still"]
    assert said[1].at.isoformat() == "2026-01-01T11:00:00+00:00"
    assert said[1].envelope.actor == Actor(id="service-mail", kind="service")
    assert said[1].originator_id == said[2].originator_id != conversation_id
    kinds = [type(each.event) for each in recorded_events if isinstance(each.event, Placed | Shipped | Delivered)]
    assert kinds == [Placed, Shipped, Delivered]
    # And the views show how far the reply came
    catch_up(log, projector)
    with projector.connection() as connection:
        (receipt,) = receipts.of_conversation(connection, conversation_id)
    assert (receipt.message_id, receipt.state, receipt.code) == (message_id, "failed", "mailbox-full")


@pytest.mark.faults
def test_bad_messages_are_dead_letters_with_a_reason_and_hold_up_nobody(
    executor: CommandExecutor, log: Log, kafka: Kafka, gateway: Gateway, chance: random.Random, long: bool
) -> None:
    # Given
    ours = replied(executor, log)
    (customer_id,) = {each.event.customer_id for each in whole(log) if isinstance(each.event, MessageSent)}
    bad = Bad(chance, customer_id, "ada@example.org", ours)
    # When
    for handful in bad.draw(21_000 if long else 440, too_large=20 if long else 2):
        gateway.send(handful)
    with Consumer(executor, kafka) as consumer:
        wait_until_taken_in(kafka, 600 if long else 30)
    # Then
    assert_fates(gateway.at, executor)
    fates = Counter(each.fate for each in gateway.at.values())
    assert len(fates) == 13, fates
    assert sum(fates.values()) - fates["taken in"] > (10_000 if long else 200)
    # (What was set aside before a batch failed, and was read again, was dead before.)
    dead = sum(consumer.fates[fate] for fate in ("held", "dead", "dead before"))
    assert (consumer.fates["taken in"], dead) == (fates["taken in"], fates.total() - fates["taken in"])
    recorded_events = list(whole(log))
    assert_said_once(recorded_events, bad.words)
    assert sum(isinstance(each.event, MessageReceived) for each in recorded_events) == len(bad.words) + 1
    states = [each.event.state for each in recorded_events if isinstance(each.event, DeliveryChanged)]
    assert states == sorted(set(states), key=["queued", "sent", "failed", "delivered", "read"].index)
    # And read again from the beginning, nothing happens
    lose_offsets(kafka)
    with Consumer(executor, kafka) as consumer:
        wait_until_taken_in(kafka, 600 if long else 30)
    assert consumer.fates["dead"] == 0
    assert_fates(gateway.at, executor)
    assert list(whole(log)) == recorded_events


@pytest.mark.faults
def test_three_consumers_come_and_go_and_each_message_takes_effect_once(
    database_urls: Urls,
    log: Log,
    executor: CommandExecutor,
    kafka: Kafka,
    gateway: Gateway,
    chance: random.Random,
    long: bool,
) -> None:
    # Given a load
    threads, seconds = 40, 60.0 if long else 6.0
    sent: dict[str, list[str]] = defaultdict(list)
    stopping = threading.Event()

    def load() -> None:
        number = 0
        while not stopping.wait(0.02):
            batch = []
            for _ in range(10):
                number += 1
                thread = f"t{chance.randrange(threads)}"
                sent[thread].append(f"{thread} {number}")
                batch += [message(f"m{number}", thread, sent[thread][-1])] * chance.choice([1, 1, 1, 2])
            gateway.send(batch)

    sender = threading.Thread(target=load)
    sender.start()
    # When members come and go, of which each is a process by its connections
    with ExitStack() as all:
        handlings = [all.enter_context(opened(database_urls)) for _ in range(3)]
        members = [all.enter_context(ExitStack()) for _ in range(3)]
        until, turn = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            for place in (turn % 3, (turn + 1) % 3) if turn else range(3):
                members[place].close()
                if turn % 2 or place != turn % 3:
                    members[place].enter_context(Consumer(handlings[place], kafka, session_ms=6_000))
            stopping.wait(2.0)
            turn += 1
        # And in the end the group forgets how far it was
        stopping.set()
        sender.join()
        for member in members:
            member.close()
        lose_offsets(kafka)
        for place, member in enumerate(members):
            member.enter_context(Consumer(handlings[place], kafka))
        wait_until_taken_in(kafka, 60)
    # Then
    assert_fates(gateway.at, executor)
    assert_in_order(log, sent)


def assert_in_order(log: Log, sent: dict[str, list[str]]) -> None:
    """Each thread is one conversation, which holds what was sent to it: once each, in order."""
    heard: dict[str, list[str]] = defaultdict(list)
    for recorded in whole(log):
        if isinstance(recorded.event, MessageReceived):
            heard[recorded.originator_id].append(recorded.event.body)
    assert sorted(heard.values()) == sorted(sent.values())


@pytest.mark.parametrize("how", ["lost", "twice", "swapped"])
def test_the_check_of_order_finds_what_is_wrong(executor: CommandExecutor, log: Log, how: str) -> None:
    # Given
    for number in (1, 2, 3):
        deliver(executor, mail(number), GATEWAY)
    sent = {"t1": ["word 1", "word 2", "word 3"]}
    assert_in_order(log, sent)
    # When
    wrong = {
        "lost": ["word 1", "word 2", "word 3", "word 4"],
        "twice": ["word 1", "word 3"],
        "swapped": ["word 2", "word 1", "word 3"],
    }
    # Then
    with pytest.raises(AssertionError):
        assert_in_order(log, {"t1": wrong[how]})


def test_the_check_of_fates_finds_what_is_wrong(executor: CommandExecutor) -> None:
    # Given
    letters = DeadLetters(executor)
    at = {("inbound.messages.v1", 0, 0): Sent("inbound.messages.v1", b"k", b"{", (("a", b"b"),), "not-json")}
    with pytest.raises(AssertionError):
        assert_fates(at, executor)  # a dead letter is missing
    # When
    ((place, sent),) = at.items()
    letters.add([(Received(*place, sent.key, sent.value, sent.headers), Refusal("not-json", "no"))])
    # Then
    assert_fates(at, executor)
    for wrong in (
        {},
        {place: Sent(sent.topic, b"k", b"{", (("a", b"b"),), "tombstone")},
        {place: Sent(sent.topic, b"k", b"[", (("a", b"b"),), "not-json")},
    ):
        with pytest.raises(AssertionError):
            assert_fates(wrong, executor)


@pytest.mark.faults
def test_while_the_database_is_away_all_waits_and_no_letter_is_dead(
    database_urls: Urls, log: Log, executor: CommandExecutor, kafka: Kafka, gateway: Gateway, home: Path
) -> None:
    # Given a consumer whose database is behind a wire that is cut
    gateway.send(message(f"m{number}", f"t{number % 3}", f"word {number}") for number in range(30))
    with Proxy(database_urls.database_url, home) as proxy:
        through = replace(database_urls, database_url=proxy.url)
        with opened(through, deadline_seconds=1.0) as behind:
            proxy.black_hole()
            with Consumer(behind, kafka) as consumer:
                # When
                wait_until(lambda: consumer.failures.in_a_row > 1, 20, "it has tried, and waits")
                assert log.position() == 0
                proxy.restore()
                wait_until_taken_in(kafka, 30)
    # Then
    assert_fates(gateway.at, executor)
    assert_said_once(whole(log), [f"word {number}" for number in range(30)])


def test_a_refused_step_is_one_letter_when_its_batch_is_read_again(
    executor: CommandExecutor, log: Log, kafka: Kafka, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a step that comes before its order, and a batch that fails once all of it was tried
    deliver(executor, mail(1), GATEWAY)
    known = {"kind": "mail", "value": "ada@example.org"}
    gateway.send([
        step("o1", "4711", "shipped", fate="order-unknown"),
        step("o2", "4711", "placed", customer=known),
        message("m0", "t0", "at the end"),
    ])  # fmt: skip
    failed = threading.Event()

    def fails_once(executor: CommandExecutor, received: Received, **more: Any) -> None:
        take_in(executor, received, **more)
        if b"placed" in (received.value or b"") and not failed.is_set():
            failed.set()
            raise Overloaded("the database went away just then")

    monkeypatch.setattr(inbound, "take_in", fails_once)
    # When
    with Consumer(executor, kafka):
        wait_until_taken_in(kafka, 20)
    # Then
    assert failed.is_set()
    assert_fates(gateway.at, executor)
    kinds = [type(each.event) for each in whole(log) if isinstance(each.event, Placed | Shipped)]
    assert kinds == [Placed, Shipped]
