"""The memory of a subscriptions' process while the log grows. `python -m bench.memory` is that process's inside."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.rows import Row, Size
from bench.traffic import CALLERS, SENTENCE, Caller, all_at_once, process_over
from cli.wiring.composition import SUBSCRIPTIONS, collect_rarely
from commands.conversation.delivering import Delivery
from infra.embedded.postgres import Urls
from infra.postgres.database import Database
from infra.subscriptions.host import Host, wait_until_reached
from infra.views.projector import Projector
from infra.views.schema import prepare_views
from projections.catalogue import VIEWS
from tests.support.databases import Databases

LARGE = 100_000
"""Characters of a large message; the others have 40 to 100."""
LARGE_ONE_IN = 50
PARTS, WARM = 5, 2
"""In how many parts the log grows, and after which of them pools and caches are full."""


class _Mixed(Caller):
    """A gateway that delivers messages of all sizes, large ones among them."""

    def _message(self, whose: str) -> Delivery:
        message = super()._message(whose)
        if self.sent % LARGE_ONE_IN:
            return message
        return replace(message, body=(SENTENCE * (LARGE // len(SENTENCE) + 1))[:LARGE])


def memory(databases: Databases, size: Size) -> Row:
    """Resident memory of a process with all views at the end of the log, against that at two fifths of the log."""
    part = size.catch_up // PARTS
    with databases.fresh() as urls:
        prepare_views(urls.database_url, VIEWS)
        reader = Database(urls.database_url, "reader")
        with process_over(urls) as executor, _subscriptions(urls) as process:
            callers = [_Mixed(number) for number in range(CALLERS)]
            held = []
            for _ in range(PARTS):
                all_at_once(executor, callers, events=part)
                wait_until_reached(reader, SUBSCRIPTIONS, executor.log.position(), 600)
                held.append(_resident_bytes(process))
            events = executor.log.position()
        reader.close()
    return Row(
        "memory",
        f"RSS of a process that follows {events:,} events with all views, one message in {LARGE_ONE_IN} of {LARGE:,} "
        "characters",
        "the same after two fifths of the events",
        "<=",
        1.1,
        [held[-1] / held[WARM - 1]],
        {f"MiB after {number}/{PARTS}": each / 2**20 for number, each in enumerate(held, 1)},
    )


@contextmanager
def _subscriptions(urls: Urls) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.memory", urls.database_url, urls.vault_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        try:
            yield process
        finally:
            process.communicate()  # its input ends, and so does the process


def _resident_bytes(process: subprocess.Popen[str]) -> int:
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def main() -> None:
    """Follow the log with all views until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory")
    parser.add_argument("database_url")
    parser.add_argument("vault_url")
    asked = parser.parse_args()
    urls = Urls(asked.database_url, asked.vault_url)
    collect_rarely()
    projector = Database(urls.database_url, "projector")
    with process_over(urls) as executor, Host(executor.log, projector, [Projector(view) for view in VIEWS]):
        print("running", flush=True)
        sys.stdin.read()
    projector.close()


if __name__ == "__main__":
    main()
