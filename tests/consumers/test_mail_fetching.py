"""A mailbox of Debian's Dovecot, fetched by IMAP: all of it, once, and left as it is."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from commands.executor.executor import CommandExecutor
from consumers.mail.fetching import MailFetcher
from consumers.mail.taking_in import MailIntake
from infra.embedded.postgres import Urls
from infra.health.check import Sources
from infra.health.mail import MailIsFetched
from infra.log.application import Log
from infra.mail import fetched
from infra.mail.imap import ImapFolder, MailboxAway, MailboxPlace
from infra.postgres.database import Database
from tests.support.mail_servers import PASSWORD, USER, dovecot, need_mail_servers
from tests.support.mails import BOOK, HELP, mails_taken, raw_mail, said
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.needs_mail_servers, pytest.mark.processes]


@pytest.fixture(scope="module")
def imap() -> Iterator[int]:
    need_mail_servers()
    with dovecot() as port:
        yield port


class MailboxClient:
    """What somebody does to the mailbox with a client of their own."""

    def __init__(self, port: int) -> None:
        self._client = imaplib.IMAP4("127.0.0.1", port, timeout=30)
        self._client.login(USER, PASSWORD)

    def put(self, folder: str, *mails: bytes) -> None:
        self._client.create(folder)
        for mail in mails:
            assert self._client.append(folder, "", None, mail)[0] == "OK"

    def empty(self, folder: str) -> None:
        """The folder is removed, and made anew: its numbers begin again, under another UIDVALIDITY."""
        self._client.delete(folder)

    def unseen(self, folder: str) -> int:
        self._client.select(folder, readonly=True)
        found = self._client.search(None, "UNSEEN")[1][0]
        self._client.close()
        return len(found.split())

    def close(self) -> None:
        self._client.logout()


@pytest.fixture
def mailbox(imap: int) -> Iterator[MailboxClient]:
    mailbox = MailboxClient(imap)
    yield mailbox
    mailbox.close()


@pytest.fixture
def place(imap: int, request: pytest.FixtureRequest) -> MailboxPlace:
    """A folder of this test's own."""
    return MailboxPlace("127.0.0.1", imap, "none", USER, PASSWORD, request.node.name[:40])


@pytest.fixture
def fetcher(
    executor: CommandExecutor, projector: Database, database_urls: Urls, place: MailboxPlace
) -> Iterator[MailFetcher]:
    with MailIntake(executor, BOOK) as intake:
        fetcher = MailFetcher(
            intake, projector, database_urls.database_url, place, most_bytes=1_000_000,
            every=timedelta(seconds=0.2), late=timedelta(minutes=1),
        )  # fmt: skip
        fetcher._begin()
        yield fetcher


def looked(fetcher: MailFetcher, place: MailboxPlace) -> int:
    with ImapFolder(place, 1_000_000) as folder:
        return fetcher.fetch_new(folder)


def numbered(*numbers: int) -> list[bytes]:
    return [raw_mail(f"word {each}", id=f"{each}@example.org", subject=f"matter {each}") for each in numbers]


def test_what_is_in_a_mailbox_is_taken_in_once(
    mailbox: MailboxClient, fetcher: MailFetcher, place: MailboxPlace, log: Log
) -> None:
    mailbox.put(place.folder, *numbered(1, 2, 3))
    assert looked(fetcher, place) == 3
    assert looked(fetcher, place) == 0
    mailbox.put(place.folder, *numbered(4))
    assert looked(fetcher, place) == 1
    assert said(log) == ["word 1", "word 2", "word 3", "word 4"]
    # And it is left as it was
    assert mailbox.unseen(place.folder) == 4


def test_the_address_of_ours_is_told_by_the_head(
    mailbox: MailboxClient, fetcher: MailFetcher, place: MailboxPlace, log: Log
) -> None:
    to_another = raw_mail(to="all@list.example", more="Delivered-To: care@brand.example\r\n")
    mailbox.put(place.folder, to_another, raw_mail(id="2@example.org", to="x@y.example"))
    looked(fetcher, place)
    assert [mail.mailbox for _, mail in mails_taken(log)] == ["care@brand.example", HELP]


def test_a_mail_that_was_taken_in_before_the_cursor_moved_is_once(
    mailbox: MailboxClient, fetcher: MailFetcher, place: MailboxPlace, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.put(place.folder, *numbered(1, 2))
    with monkeypatch.context() as broken:
        # The process dies between the commit and the cursor.
        broken.setattr(fetcher, "_move", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            looked(fetcher, place)
    assert said(log) == ["word 1"]
    assert looked(fetcher, place) == 2
    assert said(log) == ["word 1", "word 2"]


def test_a_mailbox_that_was_numbered_anew_brings_nothing_twice(
    mailbox: MailboxClient, fetcher: MailFetcher, place: MailboxPlace, log: Log
) -> None:
    mailbox.put(place.folder, *numbered(1, 2, 3))
    looked(fetcher, place)
    mailbox.empty(place.folder)
    mailbox.put(place.folder, *numbered(3, 4))
    assert looked(fetcher, place) == 2
    assert said(log) == ["word 1", "word 2", "word 3", "word 4"]


def test_a_mail_that_cannot_be_taken_in_now_holds_no_other_up(
    mailbox: MailboxClient, fetcher: MailFetcher, place: MailboxPlace, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.put(place.folder, *numbered(1, 2, 3))
    take = fetcher._intake.take_fetched
    with monkeypatch.context() as broken:
        broken.setattr(fetcher._intake, "take_fetched", lambda raw, size: b"word 2" not in raw and take(raw, size))
        assert looked(fetcher, place) == 2
    assert said(log) == ["word 1", "word 3"]
    assert looked(fetcher, place) == 2  # the one that waited, and the one after it, which is known
    assert said(log) == ["word 1", "word 3", "word 2"]
    assert looked(fetcher, place) == 0


def test_no_success_for_long_is_seen_by_doctor_and_metrics(
    fetcher: MailFetcher, place: MailboxPlace, projector: Database, mailbox: MailboxClient
) -> None:
    def reading() -> tuple[str | None, float]:
        with projector.connection() as connection:
            (found,) = MailIsFetched().read(Sources(connection))
        return found.wrong, found.values["antiphon_mail_fetched_late"]

    # Given a folder that is not there
    with pytest.raises(MailboxAway):
        looked(fetcher, place)
    assert reading() == (None, 0)
    # When it is not there for long
    with projector.connection() as connection:
        connection.execute("UPDATE antiphon.mail_fetched SET succeeded_at = succeeded_at - interval '2 minutes'")
        assert (fetched.late(connection, place.name) or 0) > 60
    wrong, late = reading()
    assert wrong is not None
    assert late == 1
    # And all is well once it is
    mailbox.put(place.folder)
    assert looked(fetcher, place) == 0
    assert reading() == (None, 0)


def test_a_mailbox_is_fetched_by_itself(
    mailbox: MailboxClient, fetcher: MailFetcher, place: MailboxPlace, log: Log
) -> None:
    mailbox.put(place.folder, *numbered(1))
    with fetcher:
        wait_until(lambda: said(log) == ["word 1"], 30, "the first one comes")
        mailbox.put(place.folder, *numbered(2))
        wait_until(lambda: said(log) == ["word 1", "word 2"], 30, "the next one comes")


@pytest.mark.parametrize("wrong", ["password", "folder", "port"])
def test_a_mailbox_that_is_not_there_is_away(place: MailboxPlace, wrong: str) -> None:
    other: dict[str, str | int] = {"password": "other", "folder": "no such folder", "port": 1}
    elsewhere = MailboxPlace(**{name: getattr(place, name) for name in place.__slots__} | {wrong: other[wrong]})
    with pytest.raises(MailboxAway), ImapFolder(elsewhere, 1_000) as folder:
        folder.look()


def test_of_a_long_mail_the_beginning_is_fetched(mailbox: MailboxClient, place: MailboxPlace) -> None:
    mailbox.put(place.folder, raw_mail("a" * 10_000))
    with ImapFolder(place, 5_000) as folder:
        folder.look()
        (numbers, _) = folder.after(0)
        mail = folder.fetch(numbers[0])
    assert mail is not None
    assert (len(mail.raw), mail.size > 10_000) == (5_000, True)
