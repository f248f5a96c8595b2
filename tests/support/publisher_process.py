"""A process that publishes, to be killed, stopped and resumed; and one that subscribes. `python -m
tests.support.publisher_process` is the inside of both."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import psutil
from kafka.errors import KafkaError

from consumers.publishing.publisher import Outgoing, Publisher
from domain.kernel.event import Event, Recorded
from infra.embedded.postgres import Urls
from infra.kafka.clients import Kafka
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from tests.support.companies import opened_log
from tests.support.telling import OUT, told_of, whole_lines_only
from tests.support.waiting import wait_until


class Child:
    """A child that works until told otherwise; it goes when its parent goes."""

    def __init__(self, role: Literal["publish", "subscribe"], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.publisher_process", role, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ready(self) -> Child:
        """Wait until it is at work."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"
        return self

    def kill(self) -> None:
        """SIGKILL, at once."""
        self.process.kill()
        self.process.communicate()

    def stop_amid_a_page(self) -> None:
        """Have a publisher stop itself with half of its next page sent; returns once it stands still."""
        self.process.send_signal(signal.SIGUSR1)
        process = psutil.Process(self.process.pid)
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED, 20, "the process stands still")

    def resume(self) -> None:
        """SIGCONT: to it, no time has passed."""
        self.process.send_signal(signal.SIGCONT)

    def said(self) -> str:
        """The next line that it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().strip()

    def __enter__(self) -> Child:
        return self.ready()

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()


def publisher(urls: Urls, kafka: Kafka, *, lease_seconds: float = 1.0, page_size: int = 20) -> Child:
    """One that publishes; it says `refused` each time Kafka takes nothing of it."""
    numbers = (str(lease_seconds), str(page_size))
    return Child("publish", kafka.bootstrap_servers, kafka.prefix, urls.database_url, urls.vault_url, *numbers)


def subscriber(kafka: Kafka, file: Path) -> Child:
    """One that writes down what it is told, then commits."""
    return Child("subscribe", kafka.bootstrap_servers, kafka.prefix, str(file))


_armed = threading.Event()


class _StopsHalfway(list[Outgoing]):
    def __iter__(self) -> Iterator[Outgoing]:
        for number, each in enumerate(super().__iter__()):
            if number == len(self) // 2 and _armed.is_set():
                _armed.clear()
                os.kill(os.getpid(), signal.SIGSTOP)
            yield each


class _Stopping(Publisher):
    def take(self, entries: Sequence[Recorded[Event]], connection: Any) -> None:
        try:
            super().take(entries, connection)
        except BaseException as error:
            print(f"refused {error.__cause__ or error!r}", flush=True)
            raise

    def _messages(self, entries: Sequence[Recorded[Event]]) -> Sequence[Outgoing]:
        return _StopsHalfway(super()._messages(entries))


def _publish(kafka: Kafka, database_url: str, vault_url: str, lease: str, page_size: str) -> None:
    signal.signal(signal.SIGUSR1, lambda *_: _armed.set())
    projector = Database(database_url, "projector")
    host = {"lease_seconds": float(lease), "poll_seconds": min(1, float(lease) / 4)}
    with (
        opened_log(Urls(database_url, vault_url)) as log,
        Host(log, projector, [_Stopping(kafka)], page_size=int(page_size), **host),
    ):
        print("ready", flush=True)
        sys.stdin.read()


def _subscribe(kafka: Kafka, file: str) -> None:
    whole_lines_only(Path(file))
    # As a fixed member: who comes again after a kill need not wait until the group has noticed.
    consumer = kafka.consumer(*map(kafka.topic, OUT), group=f"{kafka.prefix}test", group_instance_id="one")
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print("ready", flush=True)
    with Path(file).open("ab", buffering=0) as out:
        while True:
            # While the broker is away, the client says so by raising; whoever asks again loses nothing.
            with suppress(KafkaError):
                batches = consumer.poll(200)
                told = [told_of(record) for batch in batches.values() for record in batch]
                if told:
                    rows = ([each.key, each.version, each.event_id, each.type] for each in told)
                    out.write(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
                    consumer.commit()


def main() -> None:
    """Work until standard input ends."""
    role, bootstrap_servers, prefix, *rest = sys.argv[1:]
    kafka = Kafka(bootstrap_servers, prefix)
    (_publish if role == "publish" else _subscribe)(kafka, *rest)


if __name__ == "__main__":
    main()
