"""On a topic, what is said to have happened more than five minutes ahead is held, and taken in once it is time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from consumers.inbound import holding
from consumers.inbound.consumer import Consumer
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import Received
from domain.conversation.events import MessageReceived
from domain.kernel.event import Recorded
from domain.order.events import Placed, Shipped
from infra.embedded.postgres import Urls
from infra.kafka.clients import Kafka
from infra.log.application import Log
from tests.cli.conftest import Antiphon, antiphon  # noqa: F401
from tests.support.companies import GATEWAY, mail, opened
from tests.support.exactly_once import whole
from tests.support.inbound import Sent, message, step
from tests.support.recorded import recorded_as

MINUTE = timedelta(minutes=1)
KNOWN = {"kind": "mail", "value": "ada@example.org"}


class Clock:
    """One that is set by hand, from the database's own time on."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def executor(log: Log, clock: Clock) -> Iterator[CommandExecutor]:
    executor = CommandExecutor(log, clock)
    yield executor
    executor.close()


@pytest.fixture
def consumer(executor: CommandExecutor) -> Consumer:
    return Consumer(executor, Kafka("127.0.0.1:1"))


@pytest.fixture
def letters(executor: CommandExecutor) -> DeadLetters:
    return DeadLetters(executor)


def batch(*sent: Sent, first: int = 0) -> list[Received]:
    """Records that stand one after the other on one partition."""
    return [
        Received(each.topic, 0, offset, each.key, each.value, each.headers)
        for offset, each in enumerate(sent, start=first)
    ]


def ahead(clock: Clock, number: int, thread: str, by: timedelta) -> Sent:
    return message(f"m{number}", thread, f"word {number}", occurred_at=(clock.now + by).isoformat())


def said(log: Log) -> list[Recorded[MessageReceived]]:
    return recorded_as(MessageReceived, list(whole(log)))


def words(log: Log) -> Sequence[str]:
    return [each.event.body for each in said(log)]


def test_it_is_held_until_it_is_time_and_then_marked(consumer: Consumer, log: Log, clock: Clock) -> None:
    # Given
    told = clock.now + 12 * MINUTE
    fates = consumer.take_in_batch(batch(ahead(clock, 1, "t1", 12 * MINUTE), message("m2", "t2", "word 2")))
    assert fates == Counter({"held": 1, "taken in": 1})
    # When it is retried too early, and in time
    clock.now += 7 * MINUTE - timedelta(seconds=1)
    consumer.retry_held()
    assert words(log) == ["word 2"]
    clock.now += timedelta(seconds=1)
    consumer.retry_held()
    # Then
    assert words(log) == ["word 2", "word 1"]
    recorded = said(log)[1]
    assert (recorded.envelope.occurred_at, recorded.envelope.time_precision) == (told, "ahead")
    assert recorded.at == recorded.recorded_at
    consumer.retry_held()
    assert words(log) == ["word 2", "word 1"]


def test_one_that_is_a_century_ahead_is_taken_in_after_an_hour(consumer: Consumer, log: Log, clock: Clock) -> None:
    consumer.take_in_batch(batch(ahead(clock, 1, "t1", timedelta(days=36_500))))
    clock.now += holding.LONGEST
    consumer.retry_held()
    assert [each.envelope.time_precision for each in said(log)] == ["ahead"]


def test_later_records_of_its_key_keep_their_order(consumer: Consumer, log: Log, clock: Clock) -> None:
    # Given an order whose first step is ahead, in the same batch as the next step and in another
    deliver(consumer._executor, mail(0, "t0"), GATEWAY)
    placed = step("o1", "K-1", "placed", customer=KNOWN, occurred_at=(clock.now + 9 * MINUTE).isoformat())
    thread = [ahead(clock, 1, "t1", 30 * MINUTE), message("m2", "t1", "word 2")]
    consumer.take_in_batch(batch(placed, *thread))
    fates = consumer.take_in_batch(
        batch(step("o2", "K-1", "shipped"), message("m3", "t1", "word 3"), message("m4", "t4", "word 4"), first=3)
    )
    assert fates == Counter({"held": 2, "taken in": 1})
    # When
    clock.now += 4 * MINUTE
    consumer.retry_held()
    # Then the order's lane is taken in, and the thread's is not yet
    kinds = [type(each.event) for each in whole(log) if isinstance(each.event, Placed | Shipped)]
    assert kinds == [Placed, Shipped]
    assert words(log) == ["word 0", "word 4"]
    clock.now += 21 * MINUTE
    consumer.retry_held()
    assert words(log)[2:] == ["word 1", "word 2", "word 3"]
    assert len({each.originator_id for each in said(log)[2:]}) == 1


def test_a_batch_that_is_read_again_holds_each_once(consumer: Consumer, letters: DeadLetters, clock: Clock) -> None:
    sent = batch(ahead(clock, 1, "t1", 12 * MINUTE))
    consumer.take_in_batch(sent)
    assert consumer.take_in_batch(sent) == Counter({"dead before": 1})
    assert len(letters.all()) == 1


def test_it_outlives_a_restart(consumer: Consumer, log: Log, clock: Clock, database_urls: Urls) -> None:
    # Given
    consumer.take_in_batch(batch(ahead(clock, 1, "t1", 12 * MINUTE), message("m2", "t1", "word 2")))
    # When another process starts, after the time has come
    with opened(database_urls) as after:
        after.clock = lambda: clock.now + 8 * MINUTE
        Consumer(after, Kafka("127.0.0.1:1")).retry_held()
    # Then
    assert words(log) == ["word 1", "word 2"]


def test_more_than_can_be_held_are_taken_in_at_once(
    consumer: Consumer, log: Log, clock: Clock, letters: DeadLetters
) -> None:
    # Given
    consumer._held = holding.HeldMessages(consumer._executor, letters, most=2)
    # When
    far = 30 * MINUTE
    first = [ahead(clock, 1, "t1", far), ahead(clock, 2, "t1", far)]
    consumer.take_in_batch(batch(*first))
    fates = consumer.take_in_batch(batch(ahead(clock, 3, "t3", far), first=2))
    # Then
    assert fates == Counter({"taken in": 1})
    assert words(log) == ["word 3"]
    # And what is held goes before what is later in its lane
    assert consumer.take_in_batch(batch(message("m4", "t1", "word 4"), first=3)) == Counter({"taken in": 1})
    assert words(log) == ["word 3", "word 1", "word 2", "word 4"]
    assert [each.envelope.time_precision for each in said(log)] == ["ahead", "ahead", "ahead", "exact"]


def test_what_is_refused_for_another_reason_is_for_a_person(
    consumer: Consumer, letters: DeadLetters, clock: Clock
) -> None:
    # Given
    consumer.take_in_batch(batch(step("o1", "K-1", "shipped", occurred_at=(clock.now + 9 * MINUTE).isoformat())))
    consumer.take_in_batch(batch(step("o2", "K-1", "placed", customer="customer-0"), first=1))
    # When
    clock.now += 9 * MINUTE
    consumer.retry_held()
    # Then
    assert {(each.code, each.held_until) for each in letters.all()} == {("order-unknown", None), ("not-found", None)}


def test_doctor_and_the_list_say_what_is_held(
    antiphon: Antiphon,  # noqa: F811
    consumer: Consumer,
    clock: Clock,
) -> None:
    assert antiphon("doctor").status == 0
    consumer.take_in_batch(batch(ahead(clock, 1, "t1", 12 * MINUTE)))
    until = f"{clock.now + 7 * MINUTE:%Y-%m-%d %H:%M:%S}"
    ran = antiphon("doctor")
    assert ran.status == 1
    assert f"!!  inbound    1 messages held, the first until {until} UTC" in ran.out
    assert f"time-ahead  held until {until}" in antiphon("dead-letters", "list").out
