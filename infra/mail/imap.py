"""A folder of a mailbox on a server of IMAP (RFC 3501). It is read and left as it is: nothing is marked, moved or
deleted."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Self

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

CONNECT_SECONDS, READ_SECONDS = 20.0, 120.0
"""How long that server may take to answer, and to send the next piece of a mail."""
PAGE = 1000
"""How many numbers of mails are asked for at once."""


class MailboxAway(Exception):
    """The server does not answer, refuses the login, or has no such folder; or it says what is no IMAP."""


class MailNotGiven(Exception):
    """The server has a mail and does not give it, such as one that it cannot read itself. Others it may give."""


@dataclass(frozen=True, slots=True)
class MailboxPlace:
    """Where a mailbox is: a folder on a server, and as whom it is read."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    password: str
    folder: str = "INBOX"

    @property
    def name(self) -> str:
        """What tells it from other mailboxes."""
        return f"{self.user} {self.host}:{self.port} {self.folder}"


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """A mail of a folder: `raw` up to a limit, of `size` bytes."""

    raw: bytes
    size: int


class ImapFolder:
    """The folder, within `with`. All of it raises MailboxAway."""

    def __init__(self, place: MailboxPlace, most_bytes: int) -> None:
        """`most_bytes`: how much of a mail is fetched."""
        self._place = place
        self._most_bytes = most_bytes
        self._client: IMAPClient | None = None
        self._next = 1

    def __enter__(self) -> Self:
        place = self._place
        try:
            tls = ssl.create_default_context()
            self._client = IMAPClient(
                place.host,
                port=place.port,
                ssl=place.security == "tls",
                ssl_context=tls if place.security == "tls" else None,
                timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
            )
            if place.security == "starttls":
                self._client.starttls(tls)
            self._client.login(place.user, place.password)
        except (OSError, IMAPClientError, ValueError) as error:
            self._close()
            raise MailboxAway(type(error).__name__) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def look(self) -> int:
        """Look for what came since; answers the folder's UIDVALIDITY: another one than before means that the server
        has numbered all mails anew."""
        try:
            found = self._opened.select_folder(self._place.folder, readonly=True)
            self._next = int(found.get(b"UIDNEXT", 0)) or self._beyond_last()
            return int(found[b"UIDVALIDITY"])
        except (OSError, IMAPClientError, ValueError, KeyError) as error:
            raise MailboxAway(type(error).__name__) from None

    def after(self, number: int) -> tuple[Sequence[int], int | None]:
        """The numbers (UID) of the next mails after this one, in order; and after which number there may be more, None
        where there are none."""
        end = min(number + PAGE, self._next - 1)
        if end <= number:
            return (), None
        try:
            found = self._opened.search(["UID", f"{number + 1}:{end}"])
        except (OSError, IMAPClientError, ValueError) as error:
            raise MailboxAway(type(error).__name__) from None
        return sorted(each for each in found if number < each <= end), end

    def fetch(self, number: int) -> FetchedMail | None:
        """The mail of this number; None where it was taken out meanwhile. Raises MailNotGiven, too."""
        try:
            answer = self._opened.fetch([number], ["RFC822.SIZE", f"BODY.PEEK[]<0.{self._most_bytes}>"])
        except (OSError, IMAPClientAbortError) as error:
            raise MailboxAway(type(error).__name__) from None
        except (IMAPClientError, ValueError) as error:
            raise MailNotGiven(type(error).__name__) from None
        said = answer.get(number)
        if said is None:
            return None
        raw = next((value for name, value in said.items() if name.startswith(b"BODY[]")), None)
        if not isinstance(raw, bytes):
            raise MailNotGiven("no text")
        return FetchedMail(raw, max(int(said.get(b"RFC822.SIZE", 0)), len(raw)))

    @property
    def _opened(self) -> IMAPClient:
        assert self._client is not None
        return self._client

    def _beyond_last(self) -> int:
        # Some servers do not say which number comes next.
        return max(self._opened.search(["UID", "*"]), default=0) + 1

    def _close(self) -> None:
        if self._client is not None:
            with suppress(OSError, IMAPClientError, AttributeError):
                self._client.logout()
            with suppress(OSError, AttributeError):
                self._client.shutdown()
        self._client = None
