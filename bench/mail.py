"""Mails over LMTP, from a mail server's connections, against the plain command that takes a message in."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.rows import Row, Size
from bench.traffic import GATEWAY, SENTENCE
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from consumers.mail.taking_in import MailIntake
from infra.content.folder import Folder
from infra.content.store import ContentStore
from infra.embedded.postgres import Urls
from infra.keys.vault import Vault
from infra.log.application import Log
from infra.mail.server import MailServer
from infra.postgres.database import Database
from tests.support.databases import Databases
from tests.support.mail_process import Lmtp

CONNECTIONS = 8
BODY = (SENTENCE * 200)[:20_000]
OURS = "help@shop.example"


def mail_in(databases: Databases, size: Size) -> Row:
    """Mails a second that come in over LMTP, against the same texts as messages of a gateway without files."""
    ratios, ours, theirs = [], [], []
    with databases.fresh() as urls, databases.fresh() as bare, _intake(urls) as port, _commands(bare) as executor:
        for number in range(size.rounds + 1):
            delivered = _each(partial(_Plain, executor, number), size.seconds)
            came = _each(partial(_Mails, port, number), size.seconds)
            if number:  # the first round fills caches
                theirs.append(delivered)
                ours.append(came)
                ratios.append(came / delivered)
    return Row(
        "mail-in",
        f"mails of {len(BODY):,} bytes taken in over {CONNECTIONS} connections of LMTP, mails/s",
        f"the same texts by {CONNECTIONS} callers of the command that takes a message in, commands/s",
        ">=",
        0.5,
        ratios,
        {"mails/s": statistics.median(ours), "commands/s": statistics.median(theirs)},
    )


class _Plain:
    """A gateway."""

    def __init__(self, executor: CommandExecutor, round: int, number: int) -> None:
        self._executor, self._name, self._sent = executor, f"{round}.{number}", 0

    def send(self) -> None:
        self._sent += 1
        whose = f"{self._name}.{self._sent // 5}@example.org"
        contact = ContactPoint("mail", whose, "Ada")
        id = f"{self._name}.{self._sent}"
        deliver(self._executor, Delivery("chat", id, contact, BODY, thread=whose), GATEWAY)


class _Mails:
    """A connection of a mail server, which stays open."""

    def __init__(self, port: int, round: int, number: int) -> None:
        self._lmtp, self._name, self._sent = Lmtp(port), f"{round}.{number}", 0

    def send(self) -> None:
        self._sent += 1
        exchange, at = divmod(self._sent, 5)
        first = f"<{self._name}.{exchange}.0@example.org>"
        lines = [
            f"From: Ada <{self._name}.{exchange}@example.org>", f"To: {OURS}", "Subject: The kettle",
            f"Message-ID: <{self._name}.{exchange}.{at}@example.org>", *([f"In-Reply-To: {first}"] if at else []), "",
        ]  # fmt: skip
        text = "\r\n".join([*lines, *(BODY[begin : begin + 100] for begin in range(0, len(BODY), 100)), ""])
        assert self._lmtp.deliver(text.encode(), [OURS]) == [250]


def _each(caller: Callable[[int], _Plain | _Mails], seconds: float) -> float:
    """How many a second all callers bring, each as soon as its last one is answered."""
    done, failures = [0] * CONNECTIONS, list[BaseException]()
    until = time.perf_counter() + seconds

    def call(number: int) -> None:
        try:
            send = caller(number).send
            while time.perf_counter() < until:
                send()
                done[number] += 1
        except BaseException as error:
            failures.append(error)

    began = time.perf_counter()
    threads = [threading.Thread(target=call, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(done) / (time.perf_counter() - began)


@contextmanager
def _commands(urls: Urls) -> Iterator[CommandExecutor]:
    vault = Vault(Database(urls.vault_url, "keykeeper"), master_key=bytes(32))
    log = Log(Database(urls.database_url, "appender"), vault)
    with TemporaryDirectory() as folder:
        content = ContentStore(Folder(Path(folder)), vault, most_bytes=1_000_000, most_files=500)
        executor = CommandExecutor(log, content=content)
        yield executor
        executor.close()
    log.close()


@contextmanager
def _intake(urls: Urls) -> Iterator[int]:
    """Where mails come in."""
    address = socket.create_server(("127.0.0.1", 0))
    with (
        _commands(urls) as executor,
        MailIntake(executor, {OURS: None}) as intake,
        MailServer(address, intake.take, intake.accepts, name="shop.example", most_bytes=1_000_000),
    ):
        yield address.getsockname()[1]
