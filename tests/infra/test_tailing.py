"""Many processes write, one reads along: it misses nothing, sees nothing twice, and everything in order."""

from __future__ import annotations

import threading

import pytest
from eventsourcing.persistence import StoredEvent

from infra.embedded.postgres import Urls
from infra.log.mapper import Record
from infra.log.recorder import Recorder
from infra.postgres.database import Database
from tests.support import sabotage
from tests.support.checking import wrong_in_streams, wrong_in_tail, wrong_in_time
from tests.support.writing import Writers

WRITERS = 8


def tailed(urls: Urls, events: int) -> tuple[list[Record], list[Record], list[Record]]:
    """Have so many events written by eight processes, and read along in two ways: what a subscription saw, what
    somebody saw who asks for the next page as fast as they can, and what is in the log."""
    recorder = Recorder(Database(urls.database_url, "appender"))
    pages: list[Record] = []
    written = threading.Event()

    def page_by_page() -> None:
        while True:
            last = written.is_set()
            page = recorder.select_notifications(pages[-1].id if pages else 0, 500, inclusive_of_start=False)
            pages.extend(page)
            if last and not page:
                return

    subscribed: list[Record] = []

    def subscriber() -> None:
        with recorder.subscribe(gt=0) as tail:
            for record in tail:
                assert isinstance(record, Record)
                subscribed.append(record)
                if record.topic == "end":
                    return

    writers = Writers(
        [
            {"do": "append", "url": urls.database_url, "name": f"w{number}", "events": events // WRITERS}
            for number in range(WRITERS)
        ]
    )
    readers = [threading.Thread(target=page_by_page), threading.Thread(target=subscriber)]
    for reader in readers:
        reader.start()
    writers.begin()
    assert sum(writers.end()) == events
    recorder.insert_events([StoredEvent("end", 1, "end", b"{}")])
    written.set()
    for reader in readers:
        reader.join(30)
        assert not reader.is_alive()
    log = list(recorder.select_notifications(None, 10**6))
    recorder.close()
    return subscribed, pages, log


@pytest.mark.faults
def test_of_twenty_thousand_events_none_is_missed_or_seen_twice(database_urls: Urls, long: bool) -> None:
    # When
    subscribed, pages, log = tailed(database_urls, 200_000 if long else 20_000)
    # Then
    assert len(log) >= 20_001
    assert wrong_in_tail(subscribed, log) == []
    assert wrong_in_tail(pages, log) == []
    assert wrong_in_streams(log) == []
    assert wrong_in_time(log) == []


@pytest.mark.faults
def test_without_the_lock_the_same_check_finds_the_loss(database_urls: Urls) -> None:
    # Given
    sabotage.lock_off(database_urls)
    # When
    subscribed, pages, log = tailed(database_urls, 1_600)
    # Then
    assert len(log) == 1_601
    assert any("never came" in wrong for wrong in wrong_in_tail(subscribed, log))
    assert any("never came" in wrong for wrong in wrong_in_tail(pages, log))
