"""Looking at what is told, and telling part of it once more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from consumers.publishing.publisher import NAME, VERSION
from infra.embedded.kafka import _PROPERTIES
from infra.embedded.postgres import Urls
from infra.kafka.clients import Kafka
from infra.log.application import Log
from infra.postgres.database import Database
from tests.cli.conftest import Antiphon
from tests.support import cli
from tests.support.companies import GATEWAY, mail
from tests.support.published import event_of, in_log, judge, publish, read
from tests.support.waiting import wait_until_followed


@pytest.fixture(autouse=True)
def at_the_broker(kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap_servers)
    monkeypatch.setenv("ANTIPHON_TOPIC_PREFIX", kafka.prefix)


@pytest.fixture
def published(executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka) -> list[int]:
    """Mails of two conversations, all of which is told; their positions."""
    positions = [deliver(executor, mail(number, f"t{number % 2}"), GATEWAY).position for number in range(8)]
    publish(log, projector, kafka)
    return positions


def test_tail_shows_the_last_messages_readably(antiphon: Antiphon, published: list[int]) -> None:
    shown = antiphon("topics", "tail", "conversations.v1", "--last", "2")
    assert shown.status == 0
    first, second = shown.out.strip().split("\n2")
    assert f"conversation.message-received.v1  at {published[-1]}" in second
    assert "conversations.v1" in first
    assert json.loads(second.splitlines()[-1])["channel"] == "mail"
    assert "word 7" not in shown.out


def test_tail_shows_no_topic_with_what_people_wrote(antiphon: Antiphon) -> None:
    refused = antiphon("topics", "tail", "outbound.messages.v1")
    assert (refused.status, "topic-unknown" in refused.err) == (2, True)


def test_replay_sends_a_range_again_to_a_topic_of_the_subscriber(
    antiphon: Antiphon, log: Log, kafka: Kafka, published: list[int]
) -> None:
    # Given
    own = kafka.topic("lost.v1")
    with kafka.admin() as admin:
        admin.create_topics({own: {"num_partitions": 2, "replication_factor": 1}})
        admin.wait_for_topics([own])
    begin = published[3]
    expected = [each for each in in_log(log) if each not in in_log(log, upto=begin - 1)]
    # When
    for _ in range(2):
        ran = antiphon("topics", "replay", "--from", str(begin), "--to", own, "--of", "conversations.v1")
        assert f"{len(expected)} messages sent to {own}" in ran.out
    # Then
    records = read(kafka, lambda found: len(found) >= 2 * len(expected), 20, "lost.v1")
    verdict = judge(expected, map(event_of, records))
    assert (verdict.missing, verdict.unknown, verdict.duplicates) == (0, 0, len(expected))
    with kafka.admin() as admin:
        admin.delete_topics([own])


@pytest.mark.parametrize(
    ("to", "of", "code"),
    [
        ("nowhere.v1", "orders.v1", "topic-unknown"),
        ("{prefix}orders.v1", "orders.v1", "topic-reserved"),
        ("nowhere.v1", "nothing.v1", "topic-unknown"),
    ],
)
def test_replay_writes_nowhere_else(antiphon: Antiphon, kafka: Kafka, to: str, of: str, code: str) -> None:
    refused = antiphon("topics", "replay", "--from", "1", "--to", to.format(prefix=kafka.prefix), "--of", of)
    assert (refused.status, code in refused.err) == (2, True)


def test_without_kafka_they_say_so(antiphon: Antiphon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS")
    refused = antiphon("topics", "tail")
    assert (refused.status, "kafka-not-set" in refused.err) == (2, True)


def test_run_followers_publishes_what_happens(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, kafka: Kafka, tmp_path: Path
) -> None:
    # Given
    process = cli.start(database_urls, tmp_path, "run", "followers")
    try:
        # When
        deliver(executor, mail(1), GATEWAY)
        # Then
        wait_until_followed(projector, [(NAME, VERSION)], log.position(), 30)
        records = read(kafka, lambda found: len(found) >= len(in_log(log)))
        assert judge(in_log(log), map(event_of, records)).well
    finally:
        process.stop(30)


def test_the_broker_that_run_runs_in_the_home_is_found(
    antiphon: Antiphon, kafka: Kafka, published: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given the address that a broker of our own has written down, and no setting
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS")
    port = kafka.bootstrap_servers.rpartition(":")[2]
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "server.properties").write_text(_PROPERTIES.format(port=port, controller=1, data="d"))
    # Then
    assert antiphon("topics", "tail", "conversations.v1").status == 0
    # But not where nobody answers any more
    (tmp_path / "kafka" / "server.properties").write_text(_PROPERTIES.format(port=1, controller=1, data="d"))
    assert "kafka-not-set" in antiphon("topics", "tail", "conversations.v1").err
