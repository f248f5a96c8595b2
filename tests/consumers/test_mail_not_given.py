"""A mail that its server has and does not give is waited for, and holds no other up. Dovecot has no such mail, so a
server of these few lines answers here."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

from commands.executor.executor import CommandExecutor
from consumers.mail.fetching import MailFetcher
from consumers.mail.taking_in import MailIntake
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.mail.imap import ImapFolder, MailboxPlace
from infra.postgres.database import Database
from tests.support.mails import BOOK, raw_mail, said

MAILS = {number: raw_mail(f"word {number}", id=f"{number}@example.org", subject=f"of {number}") for number in (1, 2)}


class Mailbox(ThreadingTCPServer):
    """Of two mails. `refuses`: how the first is refused; None: it is given."""

    daemon_threads = True
    refuses: bytes | None = None


class Session(StreamRequestHandler):
    """What a client asks, line by line."""

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _, asked = line.strip().partition(b" ")
            self.wfile.write(self.answer(asked.upper()) or b"")
            refused = asked.upper().startswith(b"UID FETCH 1 ") and self.refuses == b"NO"
            self.wfile.write(tag + (b" NO [SERVERBUG] cannot be read\r\n" if refused else b" OK done\r\n"))

    @property
    def refuses(self) -> bytes | None:
        assert isinstance(self.server, Mailbox)
        return self.server.refuses

    def answer(self, asked: bytes) -> bytes | None:
        if asked.startswith(b"CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n"
        if asked.startswith((b"EXAMINE", b"SELECT")):
            return b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 3] next\r\n"
        if asked.startswith(b"UID SEARCH"):
            first, last = (int(each) for each in re.findall(rb"(\d+):(\d+)", asked)[0])
            numbers = " ".join(str(each) for each in MAILS if first <= each <= last)
            return f"* SEARCH {numbers}\r\n".encode()
        if not asked.startswith(b"UID FETCH"):
            return None
        number = int(asked.split()[2])
        if number == 1 and self.refuses is not None:
            return b"* 1 FETCH (UID 1 RFC822.SIZE 9 BODY[]<0> NIL)\r\n" if self.refuses == b"NIL" else None
        mail = MAILS[number]
        head = f"* {number} FETCH (UID {number} RFC822.SIZE {len(mail)} BODY[]<0> {{{len(mail)}}}\r\n"
        return head.encode() + mail + b")\r\n"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("refuses", [b"NO", b"NIL"])
def test_a_mail_that_is_not_given_waits_and_holds_no_other_up(
    refuses: bytes,
    mailbox: Mailbox,
    executor: CommandExecutor,
    projector: Database,
    database_urls: Urls,
    log: Log,
) -> None:
    place = MailboxPlace("127.0.0.1", mailbox.server_address[1], "none", "help", "secret", f"not given {refuses!r}")
    always, late = timedelta(seconds=1), timedelta(minutes=1)

    def looked() -> int:
        with ImapFolder(place, 1_000_000) as folder:
            return fetcher.fetch_new(folder)

    with MailIntake(executor, BOOK) as intake:
        fetcher = MailFetcher(
            intake, projector, database_urls.database_url, place, most_bytes=1_000_000, every=always, late=late
        )
        fetcher._begin()
        # Given
        mailbox.refuses = refuses
        # Then
        assert looked() == 1
        assert said(log) == ["word 2"]
        # And once it is given, it is taken in
        mailbox.refuses = None
        assert looked() == 2
        assert said(log) == ["word 2", "word 1"]
        assert looked() == 0
