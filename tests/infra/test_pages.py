"""Pages of the log are decoded once for all followers; texts are opened only for those who read them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.events import MessageReceived
from domain.kernel.personal import ERASED
from infra.keys.vault import Vault
from infra.log.application import Log
from infra.log.mapper import Record
from infra.postgres.database import Database
from infra.subscriptions.pages import Item, LogPage, Pages
from tests.support.companies import GATEWAY, mail
from tests.support.waiting import wait_until


class Counting(Pages):
    """Counts how often it decodes."""

    decoded = 0

    def _decoded(self, records: Sequence[Record], opened: bool) -> list[Item]:
        self.decoded += 1
        return super()._decoded(records, opened)


def through(pages: Pages, reader: str, begin: int, at: list[int]) -> None:
    """From page to page to the end, keeping the positions."""
    at.append(begin)
    while page := pages.after(at[-1], reader=reader):
        at.append(page.last)


def words(page: LogPage | None) -> list[str]:
    assert page is not None
    return [
        item.event.body for item in page.items if not hasattr(item, "error") and type(item.event) is MessageReceived
    ]


def test_who_reads_no_texts_is_given_none_and_asks_for_no_key(executor: CommandExecutor, log: Log) -> None:
    # Given a message, and a process whose vault is not there
    deliver(executor, mail(1, "t1"), GATEWAY)
    nowhere = Vault(Database("postgresql:///nowhere?host=/nonexistent", "keykeeper", deadline_seconds=0.2), bytes(32))
    keyless = Log(log.database, nowhere)
    # When
    page = Pages(keyless).after(0, opened=False)
    # Then
    assert words(page) == [ERASED]


def test_a_page_that_was_opened_for_one_is_shared_by_all(executor: CommandExecutor, log: Log) -> None:
    # Given
    deliver(executor, mail(1, "t1"), GATEWAY)
    pages = Pages(log)
    # When
    closed, opened, shared = pages.after(0, opened=False), pages.after(0), pages.after(0, opened=False)
    # Then
    assert words(closed) == [ERASED]
    assert words(opened) not in ([], [ERASED])
    assert shared is opened


def test_each_page_is_decoded_once_however_much_slower_one_reader_is(executor: CommandExecutor, log: Log) -> None:
    # Given many pages, and one who has begun with the first
    for number in range(60):
        deliver(executor, mail(number, "t1"), GATEWAY)
    pages = Counting(log, size=5)
    pages.PATIENCE_SECONDS = 60
    first = pages.after(0, reader="slow")
    assert first is not None
    # When another runs ahead
    fast, slow = list[int](), list[int]()
    running = threading.Thread(target=through, args=(pages, "fast", 0, fast), daemon=True)
    running.start()
    wait_until(lambda: len(fast) > Pages.KEPT, 10, "it comes to where it would have to leave the other behind")
    # Then it waits there
    running.join(timeout=0.2)
    assert running.is_alive()
    # And they come to the end together
    through(pages, "slow", first.last, slow)
    running.join(timeout=10)
    assert fast[-1] == slow[-1] == log.position()
    assert pages.decoded == len(fast) - 1 > 10


def test_nobody_is_held_up_for_long_by_one_who_does_not_go_on(executor: CommandExecutor, log: Log) -> None:
    # Given
    for number in range(200):
        deliver(executor, mail(number, "t1"), GATEWAY)
    pages = Pages(log, size=5)
    pages.PATIENCE_SECONDS = 0.2
    pages.after(0, reader="slow")
    # When
    fast = list[int]()
    began = time.monotonic()
    through(pages, "fast", 0, fast)
    # Then it waited for a few pages, and not for all there are
    assert fast[-1] == log.position()
    assert time.monotonic() - began < len(fast) * pages.PATIENCE_SECONDS / 2


def test_the_hindmost_reader_waits_for_nobody(executor: CommandExecutor, log: Log) -> None:
    # Given readers that were all stopped in the middle, each on another page than those that are kept
    for number in range(60):
        deliver(executor, mail(number, "t1"), GATEWAY)
    pages = Pages(log, size=5)
    pages.PATIENCE_SECONDS = 600
    front = [0]
    for _ in range(8):
        page = pages.after(front[-1])
        assert page is not None
        front.append(page.last)
    # When each of them goes on from where it was
    ways = [[front[begin]] for begin in (8, 6, 3, 2)]
    running = [threading.Thread(target=through, args=(pages, f"r{way[0]}", way[0], way), daemon=True) for way in ways]
    for each in running:
        each.start()
    # Then all come to the end
    wait_until(lambda: [way[-1] for way in ways] == [log.position()] * 4, 10, "no circle of readers that wait")


def test_a_page_ends_where_its_events_are_too_large_together(executor: CommandExecutor, log: Log) -> None:
    # Given messages, three of which are more than a page may hold
    for number in range(12):
        deliver(executor, mail(number, f"t{number}"), GATEWAY)
    pages, whole = Pages(log), Pages(log).after(0)
    assert whole is not None
    sizes = [len(record.state) for record in log.read(0, 1_000)]
    pages.MOST_BYTES = 3 * max(sizes) - 1
    # When
    found: list[LogPage] = []
    while page := pages.after(found[-1].last if found else 0):
        found.append(page)
    # Then none is missed or doubled, and each page fits.
    assert [item.position for page in found for item in page.items] == [item.position for item in whole.items]
    assert len(found) > 4
    at = iter(sizes)
    assert all(sum(next(at) for _ in page.items) <= pages.MOST_BYTES for page in found)
    # And an event that alone is larger makes a page of its own.
    small = Pages(log)
    small.MOST_BYTES = 1
    alone = small.after(0)
    assert alone is not None
    assert len(alone.items) == 1
