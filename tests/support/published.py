"""What subscribers were told, compared with what stands in the log."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consumers.publishing.messages.catalogue import PUBLISHED
from consumers.publishing.publisher import Publisher
from infra.kafka.clients import Kafka
from infra.kafka.topics import TOPICS
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from tests.support.waiting import wait_until_followed

OUT = ("conversations.v1", "customers.v1", "orders.v1", "clocks.v1", "signals.v1")


@dataclass(frozen=True, slots=True)
class Told:
    """One message, as far as it tells which event it is of."""

    key: str
    version: int
    event_id: str
    type: str


@dataclass
class Verdict:
    """How what was told compares with the log. A hole: a version that does not follow its key's last one."""

    messages: int = 0
    duplicates: int = 0
    holes: list[str] = field(default_factory=list)
    missing: int = 0
    unknown: int = 0

    @property
    def well(self) -> bool:
        """Whether the promise was kept. Duplicates are within it."""
        return not (self.holes or self.missing or self.unknown)


def in_log(log: Log, upto: int | None = None) -> list[Told]:
    """What has to be told of the log (up to a position), in its order."""
    found: list[Told] = []
    position = 0
    while records := log.read(position):
        position = records[-1].id
        found += [
            Told(e.originator_id, e.originator_version, e.envelope.event_id, PUBLISHED[e.event.stored_name].type_name())
            for e in log.recorded_events(records)
            if e.event.stored_name in PUBLISHED and (upto is None or (e.position or 0) <= upto)
        ]
    return found


def judge(expected: Sequence[Told], seen: Iterable[Told]) -> Verdict:
    """Reads as a subscriber does: of each key, versions up to the last seen are dropped, and the next is the next."""
    verdict, last, got = Verdict(), Counter[str](), set[Told]()
    for each in seen:
        verdict.messages += 1
        got.add(each)
        if each.version <= last[each.key]:
            verdict.duplicates += 1
            continue
        if each.version != last[each.key] + 1:
            verdict.holes.append(f"{each.key}: {each.version} after {last[each.key]}")
        last[each.key] = each.version
    verdict.missing = len(set(expected) - got)
    verdict.unknown = len(got - set(expected))
    return verdict


def event_of(record: Any) -> Told:
    """What a record of Kafka's tells of."""
    headers = {name: value.decode() for name, value in record.headers}
    return Told(record.key.decode(), int(headers["ce_streamversion"]), headers["ce_id"], headers["ce_type"])


def read(kafka: Kafka, enough: Callable[[list[Any]], bool], seconds: float = 20, *topics: str) -> list[Any]:
    """The records of these topics (default: all that are told) from their beginning, until it is enough."""
    consumer = kafka.consumer(*map(kafka.topic, topics or OUT))
    records: list[Any] = []
    until = time.monotonic() + seconds
    try:
        while not enough(records) and time.monotonic() < until:
            for batch in consumer.poll(200).values():
                records += batch
    finally:
        consumer.close()
    return records


def publish(log: Log, projector: Database, kafka: Kafka, publisher: Publisher | None = None) -> None:
    """Let a publisher tell all that stands in the log, and stop it."""
    publisher = publisher or Publisher(kafka)
    with Host(log, projector, [publisher], lease_seconds=5, poll_seconds=0.2):
        wait_until_followed(projector, [(publisher.name, publisher.version)], log.position(), 30)
    publisher.close()


def lines(file: Path) -> list[Told]:
    """What a subscriber wrote down; a line that was cut short by its end does not count."""
    if not file.exists():
        return []
    return [Told(*json.loads(line)) for line in file.read_bytes().split(b"\n")[:-1]]


def whole_lines_only(file: Path) -> None:
    """Take away what was cut short."""
    if file.exists():
        content = file.read_bytes()
        os.truncate(file, content.rfind(b"\n") + 1)


def all_topics() -> list[str]:
    """The names of all topics there are, without a prefix."""
    return [topic.name for topic in TOPICS]
