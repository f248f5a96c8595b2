"""Mails from a mailbox, by IMAP, for those who have no mail server that hands them over.

The cursor moves once a mail is in the log. So a process that dies in between fetches the mail again, and it is
recognised by its Message-ID, as any repeat. So is all of a mailbox that its server has numbered anew.
"""

from __future__ import annotations

import threading
from datetime import timedelta

import psycopg
import structlog

from consumers.mail.taking_in import MailIntake
from domain.kernel.refusal import Refusal
from infra.failures import error_code
from infra.mail import fetched
from infra.mail.fetched import Cursor
from infra.mail.imap import FetchedMail, ImapFolder, MailboxAway, MailboxPlace, MailNotGiven
from infra.postgres import locks
from infra.postgres.database import Database, connect

MOST_REFUSED = 10
"""After so many mails that cannot be taken in, the others wait for the next look, too."""

_LOGGER = structlog.get_logger("mail")


class MailFetcher:
    """Fetches a mailbox, in a thread of its own within `with`. Several processes may run one: one of them fetches."""

    def __init__(
        self,
        intake: MailIntake,
        database: Database,
        lock_url: str,
        place: MailboxPlace,
        *,
        most_bytes: int,
        every: timedelta,
        late: timedelta,
    ) -> None:
        """`database`: the projector's, for the cursor. `lock_url`: the log's database, for the lock. `most_bytes`: how
        much of a mail is kept. `every`: how long to wait between two looks. `late`: after how long without success it
        is told."""
        self._intake = intake
        self._database = database
        self._lock_url = lock_url
        self._place = place
        self._most_bytes = most_bytes
        self._every = every.total_seconds()
        self._late = late.total_seconds()
        self._taken = set[Cursor]()
        self._told = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail-fetcher", daemon=True)

    def __enter__(self) -> MailFetcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._begin()
                with connect(self._lock_url, "reader") as lock:
                    self._fetch_while(lock)
            except MailboxAway as error:
                _LOGGER.warning("mailbox-away", error=str(error))
            except (Refusal, psycopg.Error, OSError) as error:
                _LOGGER.warning("mail-fetcher-waits", error=error_code(error))
            self._tell_late()
            self._stopping.wait(self._every)

    def _begin(self) -> None:
        with self._database.connection() as connection:
            fetched.begin(connection, self._place.name, self._late)

    def _fetch_while(self, lock: psycopg.Connection[tuple[object, ...]]) -> None:
        (held,) = lock.execute("SELECT pg_try_advisory_lock(%s)", (locks.MAIL_FETCHER,)).fetchone() or (False,)
        if not held:
            return
        with ImapFolder(self._place, self._most_bytes) as folder:
            while not self._stopping.is_set():
                self.fetch_new(folder)
                self._tell_late()
                self._stopping.wait(self._every)
                lock.execute("SELECT 1")  # raises where the connection, and with it the lock, is gone

    def fetch_new(self, folder: ImapFolder) -> int:
        """Take in what is new in the folder. Answers how many mails were taken in. Raises MailboxAway, Refusal,
        psycopg.Error."""
        validity = folder.look()
        with self._database.connection() as connection:
            known = fetched.cursor(connection, self._place.name)
        at = known.number if known.validity == validity else 0
        if known.validity not in (0, validity):
            _LOGGER.warning("mailbox-numbered-anew")
        taken = refused = 0
        after: int | None = at
        while after is not None and not self._stopping.is_set():
            numbers, beyond = folder.after(after)
            for number in numbers:
                if self._take(folder, Cursor(validity, number), moves=not refused):
                    taken += 1
                else:
                    refused += 1
                if refused == MOST_REFUSED or self._stopping.is_set():
                    return taken
            if beyond is not None and not refused:
                self._move(Cursor(validity, beyond))
            after = beyond
        if not refused and not self._stopping.is_set():
            with self._database.connection() as connection:
                fetched.succeeded(connection, self._place.name)
            self._told = False
        return taken

    def _take(self, folder: ImapFolder, at: Cursor, *, moves: bool) -> bool:
        """Take one mail in. `moves`: the cursor may move behind it; else a mail before it still waits, and this one is
        remembered here, so that it is not fetched again and again."""
        if at not in self._taken:
            try:
                mail = folder.fetch(at.number)
            except MailNotGiven as error:
                _LOGGER.error("mail-not-given", error=str(error))
                return False
            if mail is not None and not self._took(mail):
                return False
        if moves:
            self._move(at)
            self._taken.discard(at)
        else:
            self._taken.add(at)
        return True

    def _took(self, mail: FetchedMail) -> bool:
        try:
            return self._intake.take_fetched(mail.raw, mail.size)
        except Exception as error:  # whatever it is, the mail is not lost: it is in the mailbox
            _LOGGER.error("mail-not-taken", error=type(error).__name__, size=mail.size)
            return False

    def _move(self, to: Cursor) -> None:
        with self._database.connection() as connection:
            fetched.move(connection, self._place.name, to)

    def _tell_late(self) -> None:
        """Log, once, that nothing could be fetched for too long."""
        if self._told:
            return
        try:
            with self._database.connection() as connection:
                seconds = fetched.late(connection, self._place.name)
        except (Refusal, psycopg.Error):
            return  # the caller says that the database is away
        if seconds is not None:
            _LOGGER.error("mail-fetched-late", seconds=round(seconds))
            self._told = True
