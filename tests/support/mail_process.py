"""`antiphon run mail` as a process that may be killed at any time, and whoever delivers mails to it."""

from __future__ import annotations

import asyncio
import base64
import os
import smtplib
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from email import message_from_bytes
from pathlib import Path

from cli.main import main
from consumers.mail.taking_in import MailIntake
from infra.embedded.postgres import Urls
from infra.mail.server import MailServer, Received
from tests.support.api_process import free_port
from tests.support.forked import forked
from tests.support.mails import HELP, raw_mail
from tests.support.waiting import wait_until


class MailProcess:
    """One of them, on a port of its own; `folder` takes its log and its files."""

    def __init__(
        self, urls: Urls, folder: Path, relay_port: int, *, port: int | None = None, broken: bool = False
    ) -> None:
        """`broken`: it answers for a mail before the mail is in the log."""
        self.port = port or free_port()
        self.log = folder / f"mail-{self.port}.log"
        environment = {
            "DATABASE_URL": urls.database_url,
            "VAULT_URL": urls.vault_url,
            "ANTIPHON_MASTER_KEY": base64.b64encode(bytes(32)).decode(),
            "ANTIPHON_HOME": str(folder),
            "ANTIPHON_MAIL_MAILBOXES": f"{HELP}=Shop help,care@brand.example",
            "ANTIPHON_MAIL_PORT": str(self.port),
            "ANTIPHON_MAIL_SMARTHOST": f"127.0.0.1:{relay_port}",
            "ANTIPHON_MAIL_SMARTHOST_SECURITY": "none",
        }
        self.process = forked(_run, environment, str(self.log), broken)

    def ready(self) -> MailProcess:
        """Wait until it listens."""
        wait_until(self.listens, 60, "the mail server listens")
        return self

    def listens(self) -> bool:
        """Whether it does."""
        assert self.process.is_alive(), self.log.read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
            return connection.recv(3) == b"220"
        return False

    def kill(self) -> None:
        """SIGKILL, at once."""
        self.process.kill()
        self.process.join()

    def deliver(self, raw: bytes, recipients: Sequence[str] = (HELP,)) -> list[int]:
        """As `delivered`."""
        return delivered(self.port, raw, recipients)

    def __enter__(self) -> MailProcess:
        return self.ready()

    def __exit__(self, *_: object) -> None:
        if self.process.is_alive():
            self.kill()


class Lmtp:
    """A connection of a mail server. Raises OSError, smtplib.SMTPException where nobody answers."""

    def __init__(self, port: int) -> None:
        self._client = smtplib.LMTP("127.0.0.1", port, timeout=20)
        self._client.ehlo("mta.example")

    def deliver(self, raw: bytes, recipients: Sequence[str]) -> list[int]:
        """Deliver a mail: the code for each recipient."""
        self._client.mail("ada@example.org")
        accepted = [self._client.rcpt(each)[0] for each in recipients]
        self._client.putcmd("data")
        self._client.getreply()
        self._client.send(raw + b".\r\n")
        return [self._client.getreply()[0] if code == 250 else code for code in accepted]

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def delivered(port: int, raw: bytes, recipients: Sequence[str]) -> list[int]:
    """Deliver a mail over a connection of its own, as `Lmtp.deliver`."""
    with closing(Lmtp(port)) as client:
        return client.deliver(raw, recipients)


@contextmanager
def relay() -> Iterator[tuple[int, list[str]]]:
    """Within: a mail server that takes whatever comes: its port, and the Message-ID of each mail that it took."""
    taken: list[str] = []

    async def take(received: Received) -> Sequence[bool]:
        taken.append(str(message_from_bytes(received.raw)["Message-ID"]))
        return [True] * len(received.recipients)

    address = socket.create_server(("127.0.0.1", 0))
    with MailServer(address, take, lambda _: True, name="relay.example", most_bytes=1_000_000):
        yield address.getsockname()[1], taken


def numbered(number: int) -> bytes:
    """The mail of this number."""
    return raw_mail(f"word {number}", id=f"{number}@example.org", sender=f"a{number % 7}@example.org")


async def _answered_early(intake: MailIntake, received: Received) -> Sequence[bool]:
    asyncio.get_running_loop().call_later(0.2, lambda: asyncio.ensure_future(_take(intake, received)))
    return [True] * len(received.recipients)


_take = MailIntake.take


def _run(environment: dict[str, str], log: str, broken: bool) -> None:
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(written, stream)
    sys.stdout = sys.stderr = os.fdopen(written, "w", buffering=1)
    os.environ.update(environment)
    if broken:
        MailIntake.take = _answered_early  # type: ignore[assignment,method-assign]  # the fault, for the checker
    main(["run", "mail"])
