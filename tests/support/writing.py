"""Processes that write: each starts, says so, waits for the word, works, and says what came of it as JSON.

python -m tests.support.writing '{"do": "append", …}'
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from eventsourcing.persistence import StoredEvent

from commands.conversation.handlers import deliver
from infra.embedded.postgres import Urls
from infra.log.application import Recorder
from infra.postgres.database import Database
from tests.support.companies import GATEWAY, mail, opened


class Writers:
    """Several writing processes, begun at once."""

    def __init__(self, orders: Sequence[dict[str, Any]]) -> None:
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.support.writing", json.dumps(order)],
                cwd=Path(__file__).parents[2],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for order in orders
        ]

    def begin(self) -> None:
        """Let them go, once all are there."""
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()

    def end(self) -> list[Any]:
        """Wait for them, and what each said."""
        said = [process.communicate(timeout=100)[0] for process in self._processes]
        assert [process.returncode for process in self._processes] == [0] * len(said)
        return [json.loads(each) for each in said]


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


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    work: dict[str, Callable[..., Any]] = {"append": append, "deliver": deliver_all}
    print(json.dumps(work[order.pop("do")](**order)))
