"""An import killed half-way and run again leaves what one run leaves: no record twice, none missing, all in order."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import pytest

from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support import cli
from tests.support.importing import everything
from tests.support.waiting import wait_until

pytestmark = pytest.mark.faults


def purchases(chance: random.Random, lines: int) -> list[str]:
    """Lines of a few customers, some of them identical."""
    return [
        f" {chance.randrange(300):05} 199703{chance.randrange(1, 32):02}  {chance.randrange(1, 4)}   12.49"
        for _ in range(lines)
    ]


def facts(lines: list[str]) -> dict[str, list[str]]:
    """What each customer bought, in order, by a file."""
    bought = defaultdict(list)
    for line in lines:
        customer, *rest = line.split()
        bought[customer].append(" ".join(rest))
    return dict(bought)


def bought(log: Log) -> dict[str, list[str]]:
    """What each customer bought, in order, by the log."""
    accounts: dict[str, str] = {}
    found = defaultdict(list)
    for recorded in everything(log):
        event = recorded.event
        match event.stored_name:
            case "customer.contact-point-added":
                assert event.customer_id not in accounts
                accounts[event.customer_id] = event.value.removeprefix("cdnow:")
            case "order.placed":
                order = f"{event.placed_on:%Y%m%d} {event.item_count} {event.value}"
                found[accounts[event.customer_id]].append(order)
    assert len(set(accounts.values())) == len(accounts)
    return dict(found)


def import_and_kill(urls: Urls, log: Log, file: Path, events: int) -> bool:
    """Kill an import once it has added so many events; whether it was still under way."""
    reach = log.position() + events
    process = cli.start(urls, file.parent, "import", "cdnow", str(file))
    wait_until(lambda: log.position() >= reach or process.status is not None, 60, "the import is under way")
    process.kill()
    return process.status == -9


def test_killed_again_and_again_it_ends_as_if_it_never_was(
    database_urls: Urls, log: Log, tmp_path: Path, chance: random.Random, long: bool
) -> None:
    # Given
    lines = purchases(chance, 30_000 if long else 6_000)
    file = tmp_path / "orders.txt"
    file.write_text("\n".join(lines) + "\n")
    times = 20 if long else 2
    # When
    killed = sum(import_and_kill(database_urls, log, file, chance.randrange(300, 1_500)) for _ in range(times))
    ran = cli.finished(database_urls, tmp_path, "import", "cdnow", str(file))
    # Then
    assert killed, "it was under way when it was killed"
    imported, unchanged, rejected = (int(each.split()[1]) for each in ran.out.split(","))
    assert unchanged > 0
    assert (imported + unchanged, rejected) == (len(lines), 0)
    assert bought(log) == facts(lines)
