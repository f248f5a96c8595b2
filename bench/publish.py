"""The publisher, from behind to the end of the log, on a real broker."""

from __future__ import annotations

import os
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rows import Row, Size
from bench.traffic import CALLERS, Caller, all_at_once, process_over
from consumers.publishing.publisher import Publisher
from infra.embedded.kafka import EmbeddedKafka
from infra.kafka.clients import Kafka
from infra.kafka.topics import prepare_topics
from infra.postgres.database import Database
from infra.subscriptions.host import Host, wait_until_reached
from tests.support.databases import Databases

PARTITIONS = 12


@contextmanager
def cluster() -> Iterator[Kafka]:
    """KAFKA_BOOTSTRAP_SERVERS, or a broker of our own; with topics that nobody else has.

    Raises Refusal `kafka-not-installed`.
    """
    prefix = f"bench{secrets.token_hex(4)}."
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        kafka = Kafka(given, prefix)
        made = prepare_topics(kafka, PARTITIONS)
        yield kafka
        with kafka.admin() as admin:
            admin.delete_topics(made)
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-kafka-"))
    try:
        with EmbeddedKafka(folder) as broker:
            kafka = Kafka(broker.bootstrap_servers, prefix)
            prepare_topics(kafka, PARTITIONS)
            yield kafka
    finally:
        shutil.rmtree(folder)


def publish(databases: Databases, size: Size) -> Row:
    """Events a second that the publisher tells once it is behind, against those that were appended just before."""
    ratios, ours, theirs = [], [], []
    callers = [Caller(number) for number in range(CALLERS)]
    with cluster() as kafka, databases.fresh() as urls:
        database = Database(urls.database_url, "projector")
        publisher = Publisher(kafka)
        told = 0
        for number in range(size.rounds + 1):
            with process_over(urls) as executor:
                load = all_at_once(executor, callers, seconds=size.seconds)
            with process_over(urls) as executor:  # no key in the vault's cache
                end = executor.log.position()
                began = time.perf_counter()
                with Host(executor.log, database, [publisher]):
                    wait_until_reached(database, [(publisher.name, publisher.version)], end)
                    taken = time.perf_counter() - began
            if number:  # the first round warms the broker up
                theirs.append(load.events / load.seconds)
                ours.append(load.events / taken)
                ratios.append(ours[-1] / theirs[-1])
                told += load.events
        publisher.close()
        database.close()
    return Row(
        "publish",
        "the publisher catching up: seals left closed, told to one broker, taken by all in sync, events/s",
        f"whole commands of {CALLERS} callers appended just before, events/s",
        ">=",
        1.0,
        ratios,
        {"events/s": statistics.median(ours), "appended/s": statistics.median(theirs), "told": told},
    )
