"""Whatever somebody hostile puts onto the inbound topics: each record is taken in, or is a dead letter with a code that
was foreseen; the consumer goes on, in bounded memory, and no view is stopped by what was taken in."""

from __future__ import annotations

import random
import resource
from collections import Counter
from itertools import islice

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.order import keys_of
from consumers.inbound.consumer import Consumer
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.holding import EARLY
from consumers.inbound.messages import InboundStep, read
from infra.kafka.clients import Kafka
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.companies import GATEWAY, mail
from tests.support.exactly_once import whole
from tests.support.following import catch_up
from tests.support.hostile_records import hostile
from tests.support.inbound import Gateway, lose_offsets, wait_until_taken_in
from tests.support.waiting import wait_until

MOST_GROWN_MIB = 700
"""By so much the memory of this process may grow over all records, with the records themselves and what the test keeps
of them: 21 MiB were seen for 300, and 485 for 10,000."""
HANDFUL = 500


def resident_mib() -> float:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def placed_since(executor: CommandExecutor) -> list[str]:
    """The dead letters that wait for an order which was placed since."""
    letters, found = DeadLetters(executor), []
    for each in letters.all(None, limit=100_000):
        if each.state == "waiting" and each.code == EARLY:
            message, _ = read(letters.open(each.id).received)
            assert isinstance(message, InboundStep)
            if executor.log.taken([executor.hashed_key(*key) for key in keys_of(message.order_number)]):
                found.append(each.id)
    return found


@pytest.mark.faults
def test_each_hostile_record_is_taken_in_or_a_dead_letter(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka, chance: random.Random, long: bool
) -> None:
    # Given
    count, seconds = (10_000, 1_200) if long else (300, 60)
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(conversation_id).state.customer_id
    gateway, before = Gateway(kafka), resident_mib()
    # When
    records = hostile(chance, count, [conversation_id, customer_id, "ada@example.org"])
    with Consumer(executor, kafka) as consumer:
        while handful := list(islice(records, HANDFUL)):
            gateway.send(handful)
        wait_until_taken_in(kafka, seconds)
        # A step that came before its order, under another key, waits for the next look at all orders.
        wait_until(lambda: not placed_since(executor), seconds, "the steps of placed orders are taken in")
    gateway.close()
    grown = resident_mib() - before
    # Then none is lost: what was not taken in waits, byte for byte
    letters = DeadLetters(executor)
    every = {(each.topic, each.partition, each.offset): each for each in letters.all(None, limit=2 * count)}
    codes = Counter(each.code for each in every.values())
    print(f"{count} records: {dict(consumer.fates)}; dead letters by code: {dict(codes)}; grown by {grown:.0f} MiB")
    # (What a busy machine was too slow for is read again, and may have counted before.)
    assert len(gateway.at) == count
    assert consumer.fates.total() >= count
    assert consumer.fates["taken in"] >= count - len(every)
    assert len(every) > count / 10
    assert len(every) < count * 19 / 20
    for place, letter in every.items():
        if letter.state == "taken-in":  # a step that waited for its order, or a time that has come
            assert letter.code in ("order-unknown", "time-ahead")
            continue
        received, sent = letters.open(letter.id).received, gateway.at[place]
        assert (received.key, received.value, received.headers) == (sent.key, sent.value, sent.headers)
    # And each reason was foreseen
    assert "internal-error" not in codes
    assert "not-storable" not in codes
    assert grown < MOST_GROWN_MIB
    # And no view is stopped by what was taken in
    catch_up(log, projector, seconds)
    with projector.connection() as connection:
        assert connection.execute("SELECT follower, position FROM antiphon.parked").fetchall() == []
    # And read again from the beginning, nothing happens
    recorded_events = list(whole(log))
    lose_offsets(kafka)
    with Consumer(executor, kafka) as consumer:
        wait_until_taken_in(kafka, seconds)
    assert consumer.fates["dead"] == 0
    more = list(whole(log))[len(recorded_events) :]
    assert [(each.event.stored_name, each.envelope.actor.id) for each in more] == []
