"""Processes that publish or subscribe, to be killed, stopped and resumed. `main` is the inside of both."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kafka.errors import KafkaError

from consumers.publishing.publisher import Outgoing, Publisher
from domain.kernel.event import Event, Recorded
from infra.embedded.postgres import Urls
from infra.kafka.clients import Kafka
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from tests.support.child import Child, stop_when_armed, work_until_told
from tests.support.companies import opened_log
from tests.support.published import OUT, event_of, whole_lines_only


def publisher(urls: Urls, kafka: Kafka, *, lease_seconds: float = 1.0, page_size: int = 20) -> Child:
    """One that publishes; it says `refused` each time Kafka takes nothing of it."""
    where = (kafka.bootstrap_servers, kafka.prefix, urls.database_url, urls.vault_url)
    return Child(__name__, "publish", *where, str(lease_seconds), str(page_size))


def subscriber(kafka: Kafka, file: Path) -> Child:
    """One that writes down what it is told, then commits."""
    return Child(__name__, "subscribe", kafka.bootstrap_servers, kafka.prefix, str(file))


class _StopsHalfway(list[Outgoing]):
    def __iter__(self) -> Iterator[Outgoing]:
        for number, each in enumerate(super().__iter__()):
            if number == len(self) // 2:
                stop_when_armed()
            yield each


class _Stopping(Publisher):
    def take(self, recorded_events: Sequence[Recorded[Event]], connection: Any) -> None:
        try:
            super().take(recorded_events, connection)
        except BaseException as error:
            print(f"refused {error.__cause__ or error!r}", flush=True)
            raise

    def _messages(self, recorded_events: Sequence[Recorded[Event]]) -> Sequence[Outgoing]:
        return _StopsHalfway(super()._messages(recorded_events))


def _publish(kafka: Kafka, database_url: str, vault_url: str, lease: str, page_size: str) -> None:
    projector = Database(database_url, "projector")
    host = {"lease_seconds": float(lease), "poll_seconds": min(1, float(lease) / 4)}
    with (
        opened_log(Urls(database_url, vault_url)) as log,
        Host(log, projector, [_Stopping(kafka)], page_size=int(page_size), **host),
    ):
        work_until_told()


def _end_when_told() -> None:
    work_until_told()
    os._exit(0)


def _subscribe(kafka: Kafka, file: str) -> None:
    whole_lines_only(Path(file))
    # As a fixed member: who comes again after a kill need not wait until the group has noticed.
    consumer = kafka.consumer(*map(kafka.topic, OUT), group=f"{kafka.prefix}test", group_instance_id="one")
    threading.Thread(target=_end_when_told, daemon=True).start()
    with Path(file).open("ab", buffering=0) as out:
        while True:
            # While the broker is away, the client says so by raising; whoever asks again loses nothing.
            with suppress(KafkaError):
                batches = consumer.poll(200)
                events = [event_of(record) for batch in batches.values() for record in batch]
                if events:
                    rows = ([each.key, each.version, each.event_id, each.type] for each in events)
                    out.write(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
                    consumer.commit()


def main() -> None:
    """Work until standard input ends."""
    role, bootstrap_servers, prefix, *rest = sys.argv[1:]
    kafka = Kafka(bootstrap_servers, prefix)
    (_publish if role == "publish" else _subscribe)(kafka, *rest)
