"""Kafka for tests: somebody's broker, or one of our own where there are Java and Maven; else the test is not run, and
says so. Where all has to be there (CI), it fails."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from infra.embedded.kafka import EmbeddedKafka
from infra.embedded.kafka_jars import missing_programs
from infra.kafka.clients import Kafka
from infra.kafka.topics import prepare_topics
from tests.support.folders import short_folder

ABSENT = "no Kafka here: "
PARTITIONS = 3


class Brokers:
    """Where tests get their brokers from."""

    def __init__(self, given: str | None) -> None:
        """`given`: KAFKA_BOOTSTRAP_SERVERS of whoever runs the tests, which wins."""
        self._given = given

    @contextmanager
    def shared(self) -> Iterator[str]:
        """The address of one that many use and nobody stops."""
        if self._given:
            yield self._given
        else:
            with self.own() as broker:
                yield broker.bootstrap_servers

    @contextmanager
    def own(self) -> Iterator[EmbeddedKafka]:
        """A running broker that may be stopped, killed and started again."""
        self.need_java()
        folder = short_folder("a-kafka-")
        try:
            with EmbeddedKafka(folder) as broker:
                yield broker
        finally:
            shutil.rmtree(folder)

    def need_java(self) -> None:
        """The asking test needs Java and Maven: it is not run without."""
        if missing := missing_programs():
            _not_run(f"{ABSENT}no {' and no '.join(missing)}")


def _not_run(why: str) -> None:
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{why}; with CI=true all has to be there")
    pytest.skip(why)


@contextmanager
def topics_of_a_test(bootstrap_servers: str) -> Iterator[Kafka]:
    """A cluster with all topics under a prefix of its own; they go with the test."""
    kafka = Kafka(bootstrap_servers, prefix=f"t{secrets.token_hex(6)}.")
    made = prepare_topics(kafka, PARTITIONS)
    try:
        yield kafka
    finally:
        with kafka.admin() as admin:
            admin.delete_topics([name for name in admin.list_topics() if name in made])


def skipped_for_want_of_kafka(reports: list[pytest.TestReport]) -> list[str]:
    """The ids of the tests among these reports that were skipped because there is no broker."""
    return [report.nodeid for report in reports if isinstance(report.longrepr, tuple) and ABSENT in report.longrepr[2]]
