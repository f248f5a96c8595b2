"""A company at work: what its customers and staff do in a test, and several of its processes over one log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from commands.conversation.delivering import Delivery
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Actor
from infra.content.folder import Folder
from infra.content.store import ContentStore
from infra.embedded.postgres import Urls
from infra.keys.vault import Vault
from infra.log.application import Log
from infra.postgres.database import Database

AGENT = Context(Actor(id="staff-1", kind="agent", roles=("agent",)))
GATEWAY = Context(Actor(id="service-mail", kind="service"))
MASTER_KEY = bytes(32)


def mail(number: int, thread: str | None = "t1", sender: str = "ada@example.org") -> Delivery:
    """The mail of this number, as the gateway hands it over."""
    return Delivery("mail", f"m{number}", ContactPoint("mail", sender, "Ada"), f"word {number}", thread)


@contextmanager
def opened_log(urls: Urls, deadline_seconds: float = 5.0) -> Iterator[Log]:
    """The log as one more process has it: connections, caches and all are its own."""
    vault = Vault(Database(urls.vault_url, "keykeeper", deadline_seconds=deadline_seconds), MASTER_KEY)
    database = Database(urls.database_url, "appender", deadline_seconds=deadline_seconds)
    log = Log(database, vault, deadline_seconds=deadline_seconds)
    try:
        yield log
    finally:
        log.close()


@contextmanager
def opened(urls: Urls, deadline_seconds: float = 5.0) -> Iterator[CommandExecutor]:
    """Commands as one more process has them, with a content store of its own."""
    with opened_log(urls, deadline_seconds) as log, TemporaryDirectory() as folder:
        content = ContentStore(Folder(Path(folder) / "content"), log.vault, most_bytes=1_000_000, most_files=500)
        executor = CommandExecutor(log, content=content)
        try:
            yield executor
        finally:
            executor.close()


def names(log: Log, stream: str) -> list[str]:
    """The stored names of a stream's events."""
    return [recorded.event.stored_name for recorded in log.streams([stream])[stream]]
