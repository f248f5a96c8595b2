"""Pages of the log are decoded once for all followers; texts are opened only for those who read them."""

from __future__ import annotations

from commands.conversations import deliver
from commands.handling import Handling
from domain.conversation import MessageReceived
from domain.kernel import ERASED
from infra.log import Log
from infra.pages import Page, Pages
from infra.postgres import Database
from infra.vault import Vault
from tests.support.companies import GATEWAY, mail


def words(page: Page | None) -> list[str]:
    assert page is not None
    return [
        item.event.body for item in page.items if not hasattr(item, "error") and type(item.event) is MessageReceived
    ]


def test_who_reads_no_texts_is_given_none_and_asks_for_no_key(handling: Handling, log: Log) -> None:
    # Given a message, and a process whose vault is not there
    deliver(handling, mail(1, "t1"), GATEWAY)
    nowhere = Vault(Database("postgresql:///nowhere?host=/nonexistent", "keykeeper", deadline_seconds=0.2), bytes(32))
    keyless = Log(log.database, nowhere)
    # When
    page = Pages(keyless).after(0, opened=False)
    # Then
    assert words(page) == [ERASED]


def test_a_page_that_was_opened_for_one_is_shared_by_all(handling: Handling, log: Log) -> None:
    # Given
    deliver(handling, mail(1, "t1"), GATEWAY)
    pages = Pages(log)
    # When
    closed, opened, shared = pages.after(0, opened=False), pages.after(0), pages.after(0, opened=False)
    # Then
    assert words(closed) == [ERASED]
    assert words(opened) not in ([], [ERASED])
    assert shared is opened
