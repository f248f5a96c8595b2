"""Two installations in one PostgreSQL server and one Kafka cluster, by the statements of docs/production.md: neither
sees, holds up or is told anything of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from kafka import TopicPartition
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from consumers.inbound.consumer import Consumer
from consumers.inbound.dead_letters import DeadLetters
from domain.conversation.events import MessageReceived
from infra.embedded.postgres import LOGIN, Urls
from infra.kafka.clients import Kafka
from infra.log.application import Log
from infra.postgres.database import Database
from infra.postgres.migrate import migrate
from infra.views.schema import prepare_views
from projections.catalogue import VIEWS
from tests.support import append_lock, brokers
from tests.support.companies import GATEWAY, mail, opened
from tests.support.databases import Databases
from tests.support.inbound import Gateway, event, message, wait_until_taken_in
from tests.support.published import OUT, publish, read

PAGE = (Path(__file__).parents[2] / "docs" / "production.md").read_text()
SECTION = PAGE.partition("### Two installations in one PostgreSQL server")[2].partition("\n## ")[0]
STATEMENTS = [each.strip() for each in re.findall(r"^    ((?:.|\n     )+?);$", SECTION, re.MULTILINE)]


@pytest.fixture
def shop(databases: Databases) -> Iterator[Urls]:
    """The first installation, as the page has it: nobody else may connect."""
    with databases.fresh() as urls, superuser(databases) as operator:
        for url in (urls.database_url, urls.vault_url):
            operator.execute(
                sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name(url)))
            )
        yield urls


@pytest.fixture
def bike(databases: Databases) -> Iterator[Urls]:
    """The second one, made by the statements of the page, with a login of its own."""
    with superuser(databases) as operator:
        try:
            for statement in STATEMENTS:
                operator.execute(statement.encode())
            urls = Urls(*(databases.server.url(database, "bike") for database in ("bike", "bike_vault")))
            migrate(urls.database_url, urls.vault_url)
            prepare_views(urls.database_url, VIEWS)
            yield urls
        finally:
            for database in ("bike", "bike_vault"):
                operator.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)".encode())
            operator.execute("DROP ROLE IF EXISTS bike")


def superuser(databases: Databases) -> psycopg.Connection:
    return psycopg.connect(databases.server.url("postgres", "postgres"), autocommit=True)


def name(url: str) -> str:
    """The name of the database."""
    return str(conninfo_to_dict(url)["dbname"])


def said(log: Log) -> list[str]:
    """What customers said."""
    events = (each.event for each in log.recorded_events(log.read(0)))
    return [event.body for event in events if isinstance(event, MessageReceived)]


def test_two_in_one_server_know_nothing_of_each_other(shop: Urls, bike: Urls) -> None:
    assert len(STATEMENTS) == 5
    # Neither login reads the other's log or keys
    for mine, login, theirs in ((shop, LOGIN, bike), (bike, "bike", shop)):
        assert conninfo_to_dict(mine.database_url)["user"] == login
        for url in (theirs.database_url, theirs.vault_url):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(make_conninfo(url, user=login))
    with opened(shop) as one, opened(bike) as other:
        # What has the same ids is taken in by each, for the first time
        first, second = deliver(one, mail(1), GATEWAY), deliver(other, mail(1), GATEWAY)
        assert (first.repeated, second.repeated) == (False, False)
        assert first.id != second.id
        assert one.read(second.id).state is None
        assert other.read(first.id).state is None
        assert {len(each.log.read(0)) for each in (one, other)} == {one.log.position()}
        # And where appends of one wait, those of the other go on
        with psycopg.connect(shop.database_url, autocommit=True) as operator:
            append_lock.hold(operator)
            end = one.log.position()
            assert not deliver(other, mail(2), GATEWAY).repeated
            assert one.log.position() == end
            append_lock.let_go(operator)


def test_two_in_one_cluster_take_and_tell_nothing_of_each_other(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka, broker: str, databases: Databases
) -> None:
    with brokers.topics_of_a_test(broker) as theirs, databases.fresh() as urls, opened(urls) as other:
        # When the gateway of one installation sends, while both take in
        with closing(Gateway(kafka)) as gateway, Consumer(executor, kafka), Consumer(other, theirs):
            gateway.send([message("m1", "t1", "it drips"), event("inbound.messages.v1", "e2", "t2", {"none": 1})])
            wait_until_taken_in(kafka, 30)
            with closing(Gateway(theirs)) as their_gateway:
                their_gateway.send([message("m1", "t1", "it leaks")])
                wait_until_taken_in(theirs, 30)
        # Then the other one has its own message alone, which has the same id, and no dead letter
        assert [len(DeadLetters(each).all(None, limit=10)) for each in (executor, other)] == [1, 0]
        assert said(log) == ["it drips"]
        assert said(other.log) == ["it leaks"]
        # And what one publishes is on its own topics alone
        publish(log, projector, kafka)
        streams = {each.originator_id for each in log.recorded_events(log.read(0))}
        assert {record.key.decode() for record in read(kafka, lambda records: len(records) >= 3)} <= streams
        with closing(theirs.consumer()) as asking:
            topics = [theirs.topic(name) for name in OUT]
            ends = asking.end_offsets(
                [TopicPartition(each, number) for each in topics for number in asking.partitions_for_topic(each) or ()]
            )
        assert len(ends) >= len(OUT)
        assert set(ends.values()) == {0}
