"""The subscriber of docs/subscribing.md, as it stands in the page: it counts right, also when it is killed."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.events import MessageReceived
from infra.kafka.clients import Kafka
from infra.log.application import Log
from infra.postgres.database import Database
from tests.support.companies import GATEWAY, mail
from tests.support.published import publish
from tests.support.waiting import wait_until

PAGE = Path(__file__).parents[2] / "docs" / "subscribing.md"
CODE = re.search(r"^```python subscriber\.py\n(.*?)^```", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
assert CODE is not None
LINES = 40


def started(kafka: Kafka, folder: Path, code: str) -> subprocess.Popen[bytes]:
    (folder / "subscriber.py").write_text(code)
    arguments = [kafka.bootstrap_servers, kafka.topic("conversations.v1"), str(folder / "state")]
    return subprocess.Popen([sys.executable, "-W", "ignore", str(folder / "subscriber.py"), *arguments])


def counted(folder: Path) -> dict[str, int]:
    state = sqlite3.connect(folder / "state")
    try:
        return dict(state.execute("SELECT customer, messages FROM wrote"))
    except sqlite3.OperationalError:
        return {}
    finally:
        state.close()


def in_log(log: Log) -> dict[str, int]:
    found = Counter[str]()
    position = 0
    while records := log.read(position):
        position = records[-1].id
        found.update(e.event.customer_id for e in log.recorded_events(records) if isinstance(e.event, MessageReceived))
    return dict(found)


def write(executor: CommandExecutor, first: int, many: int) -> None:
    for number in range(first, first + many):
        deliver(executor, mail(number, f"t{number % 3}", f"somebody-{number % 3}@example.org"), GATEWAY)


def test_it_is_as_short_as_it_says() -> None:
    assert CODE is not None
    assert len(CODE[1].splitlines()) <= LINES


@pytest.mark.parametrize("deduping", [True, False])
def test_the_pages_subscriber_counts_right_only_as_it_drops_repeats(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka, tmp_path: Path, deduping: bool
) -> None:
    assert CODE is not None
    code = CODE[1] if deduping else CODE[1].replace("version <= seen[0]", "False")
    # Given
    write(executor, 1, 30)
    publish(log, projector, kafka)
    subscriber = started(kafka, tmp_path, code)
    try:
        wait_until(lambda: sum(counted(tmp_path).values()) >= 10, 20, "it counts")
        # When it is killed, and all is told a second time, as after a publisher's crash
        subscriber.kill()
        subscriber.wait()
        with projector.connection() as connection:
            connection.execute("UPDATE antiphon.followers SET position = 0 WHERE name = 'publisher'")
        write(executor, 31, 10)
        publish(log, projector, kafka)
        subscriber = started(kafka, tmp_path, code)
        # Then
        total = 40 if deduping else 70
        wait_until(lambda: sum(counted(tmp_path).values()) >= total, 20, "it has counted all")
        assert (counted(tmp_path) == in_log(log)) is deduping
    finally:
        subscriber.kill()
        subscriber.wait()
