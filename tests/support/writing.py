"""Processes that write: each starts, says so, waits for the word, works, and says what came of it as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from eventsourcing.persistence import StoredEvent

from commands.conversation.delivering import deliver
from infra.embedded.postgres import Urls
from infra.log.recorder import Recorder
from infra.postgres.database import Database
from tests.support.child import Child
from tests.support.companies import GATEWAY, mail, opened


class Writers:
    """Several writing processes, begun at once."""

    def __init__(self, orders: Sequence[dict[str, Any]]) -> None:
        self._children = [Child(__name__, json.dumps(order)) for order in orders]

    def begin(self) -> None:
        """Let them go, once all are there."""
        for child in self._children:
            child.ready()
        for child in self._children:
            child.tell("go")

    def end(self) -> list[Any]:
        """Wait for them, and what each said."""
        return [json.loads(child.leave(100)) for child in self._children]


def append(url: str, name: str, events: int) -> int:
    """Append so many events to streams of one's own, four callers at once, one to five at a time."""
    recorder = Recorder(Database(url, "appender"), deadline_seconds=60)

    def caller(number: int) -> int:
        version, size = 0, 1
        while version < events // 4:
            size = min(size % 5 + 1, events // 4 - version)
            stream = f"{name}.{number}"
            recorder.insert_events([StoredEvent(stream, version + n + 1, "topic", b"{}") for n in range(size)])
            version += size
        return version

    with ThreadPoolExecutor(4) as callers:
        done = sum(callers.map(caller, range(4)))
    recorder.close()
    return done


def deliver_all(urls: list[str], numbers: list[int], threads: int, callers: int) -> list[list[Any]]:
    """Deliver the mails of these numbers, several callers at once; number, conversation and position of each."""
    with opened(Urls(*urls), deadline_seconds=60) as executor, ThreadPoolExecutor(callers) as pool:

        def one(number: int) -> list[Any]:
            answer = deliver(executor, numbered(number, threads), GATEWAY)
            return [number, answer.id, answer.position]

        return list(pool.map(one, numbers))


def numbered(number: int, threads: int) -> Any:
    """The mail of this number; so many threads, two by each sender."""
    thread = number % threads
    return mail(number, f"t{thread}", f"{thread // 2}@example.org")


def main() -> None:
    """Do the work of the order in the first argument, once told to."""
    order = json.loads(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    work: dict[str, Callable[..., Any]] = {"append": append, "deliver": deliver_all}
    print(json.dumps(work[order.pop("do")](**order)))
    sys.stdout.flush()
