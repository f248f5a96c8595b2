"""Publisher, broker and subscriber are killed with -9 under load, at random; subscribers still learn of everything, in
order. The long form writes what came of it as JSON."""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from consumers.publishing.publisher import NAME, VERSION, Outgoing, Publisher
from domain.kernel.event import Event, Recorded
from infra.embedded.postgres import Urls
from infra.kafka.clients import Kafka
from infra.kafka.topics import prepare_topics
from infra.log.application import Log
from infra.postgres.database import Database
from tests.conftest import SEED
from tests.support.brokers import PARTITIONS, Brokers
from tests.support.child import Child
from tests.support.companies import GATEWAY, mail
from tests.support.load import Load
from tests.support.published import Verdict, event_of, in_log, judge, lines, publish, read
from tests.support.publisher_process import publisher, subscriber
from tests.support.waiting import wait_until, wait_until_followed

pytestmark = pytest.mark.faults

FENCED = re.compile(r"refused .*(ProducerFenced|InvalidProducerEpoch|BUMPING_PRODUCER_EPOCH)")
"""What a producer says that has been followed. (The last: it has been told so already, and the next message comes while
it asks for another epoch, which it does not get.)"""
REPORT = Path("/tmp/antiphon-publisher-killed.json")
SHORT = {"publisher": 1, "consumer": 1, "broker": 1}
LONG = {"publisher": 18, "consumer": 17, "broker": 15}


def beyond(log: Log, position: int) -> bool:
    return log.position() > position


def test_whoever_is_killed_subscribers_learn_of_everything_in_order(
    brokers: Brokers,
    log: Log,
    projector: Database,
    database_urls: Urls,
    chance: random.Random,
    long: bool,
    tmp_path: Path,
) -> None:
    kills = Counter(LONG if long else SHORT)
    began = time.monotonic()
    with brokers.own() as broker:
        # Given
        kafka = Kafka(broker.bootstrap_servers)
        prepare_topics(kafka, PARTITIONS)
        file = tmp_path / "told"
        make: dict[str, Callable[[], Child]] = {
            "publisher": partial(publisher, database_urls, kafka),
            "consumer": partial(subscriber, kafka, file),
        }
        running = {name: start().ready() for name, start in make.items()}
        try:
            # When
            with Load(database_urls, chance, writers=3) as load:
                order = list(kills.elements())
                chance.shuffle(order)
                for kind in order:
                    end = log.position() + chance.randrange(5, 60)
                    wait_until(partial(beyond, log, end), 30, "the load goes on")
                    if kind == "broker":
                        broker.kill()
                        broker.start()
                    else:
                        running[kind].kill()
                        running[kind] = make[kind]().ready()
            # Then
            wait_until_followed(projector, [(NAME, VERSION)], log.position(), 90)
            expected = in_log(log)
            wait_until(lambda: len(set(lines(file))) >= len(expected), 60, "the subscriber has it all")
            assert all(child.process.is_alive() for child in running.values()), "nobody had to start one again"
        finally:
            for child in running.values():
                child.kill()
    verdict = judge(expected, lines(file))
    report = {
        "seed": SEED,
        "kills": kills,
        "acknowledged": len(load.acknowledged),
        "events": len(expected),
        **asdict(verdict),
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(report))
    if long:
        REPORT.write_text(json.dumps(report, indent=2) + "\n")
    assert verdict.well, report
    assert kills.total() == sum((LONG if long else SHORT).values())


def write(executor: CommandExecutor, first: int, many: int) -> None:
    """So many mails of one conversation."""
    for number in range(first, first + many):
        deliver(executor, mail(number), GATEWAY)


class Dropping(Publisher):
    """Leaves a message out."""

    def _messages(self, recorded_events: Sequence[Recorded[Event]]) -> Sequence[Outgoing]:
        return [each for number, each in enumerate(super()._messages(recorded_events)) if number != 4]


class Swapping(Publisher):
    """Sends two of one stream the wrong way round."""

    def _messages(self, recorded_events: Sequence[Recorded[Event]]) -> Sequence[Outgoing]:
        messages = list(super()._messages(recorded_events))
        one, other = [number for number, each in enumerate(messages) if each[1].startswith(b"conversation")][1:3]
        messages[one], messages[other] = messages[other], messages[one]
        return messages


def told_by(kind: type[Publisher], executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka) -> Verdict:
    write(executor, 1, 12)
    publish(log, projector, kafka, kind(kafka))
    expected = in_log(log)
    lost = 1 if kind is Dropping else 0
    records = read(kafka, lambda found: len(found) >= len(expected) - lost)
    return judge(expected, map(event_of, records))


@pytest.mark.parametrize(
    ("kind", "holes", "missing", "duplicates"), [(Publisher, 0, 0, 0), (Dropping, 1, 1, 0), (Swapping, 1, 0, 1)]
)
def test_the_checker_catches_a_dropped_and_a_swapped_message(
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    kafka: Kafka,
    kind: type[Publisher],
    holes: int,
    missing: int,
    duplicates: int,
) -> None:
    verdict = told_by(kind, executor, log, projector, kafka)
    assert (len(verdict.holes), verdict.missing, verdict.duplicates) == (holes, missing, duplicates)
    assert verdict.well is (kind is Publisher)


def soon(urls: Urls) -> Urls:
    """What a paused process holds in the database is freed after a second."""
    return Urls(urls.database_url + f"&options={quote('-c idle_in_transaction_session_timeout=1s')}", urls.vault_url)


def test_a_paused_publisher_that_wakes_behind_its_successor_sends_nothing(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, kafka: Kafka
) -> None:
    # Given one that stands still with half of a page sent
    with publisher(soon(database_urls), kafka) as old:
        write(executor, 1, 30)
        old.stop_in_phase()
        # and a successor, which sent that page and all that came later
        with publisher(soon(database_urls), kafka) as new:
            write(executor, 31, 10)
            end = log.position()
            wait_until_followed(projector, [(NAME, VERSION)], end, 30)
            # When
            old.resume()
            # Then
            assert FENCED.match(said := old.said()), said
            new.kill()
        # And nothing of the half page is ever seen: not one message came twice.
        expected = in_log(log)
        seen = [event_of(record) for record in read(kafka, lambda found: len(found) >= len(expected))]
        verdict = judge(expected, seen)
        assert verdict.well
        assert verdict.duplicates == 0
        # The one that was paused still is of use: it goes on where its successor ended.
        write(executor, 41, 3)
        wait_until_followed(projector, [(NAME, VERSION)], log.position(), 30)
