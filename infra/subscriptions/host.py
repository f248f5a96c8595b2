"""The host: runs the subscriptions of a process, each in a thread of its own, and wakes them."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

import structlog

from domain.kernel.refusal import Refusal
from infra.failures import Failures
from infra.log.application import Log
from infra.postgres.database import Database
from infra.postgres.listener import Listener
from infra.subscriptions.lease import positions
from infra.subscriptions.pages import Pages
from infra.subscriptions.subscription import LeaseHolder, Subscription

_LOGGER = structlog.get_logger("followers")


class Host:
    """The subscriptions of one process. Of several hosts, one holds a subscription's lease; the others stand by."""

    def __init__(
        self,
        log: Log,
        database: Database,
        subscriptions: Sequence[Subscription],
        *,
        lease_seconds: float = 10.0,
        poll_seconds: float = 1.0,
        page_size: int = 500,
    ) -> None:
        """`database` is the projector's: one pool for all subscriptions."""
        self._database = database
        self._poll_seconds = poll_seconds
        holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        pages = Pages(log, page_size)
        self._lease_holders = [LeaseHolder(each, log, pages, database, holder, lease_seconds) for each in subscriptions]
        self._woken = [threading.Event() for _ in subscriptions]
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener: Listener | None = None

    def start(self) -> None:
        """Start, and return at once."""
        self._listener = Listener(self._database, self._wake, self._poll_seconds)
        for lease_holder, woken in zip(self._lease_holders, self._woken, strict=True):
            name = f"follower-{lease_holder.subscription.name}-{lease_holder.subscription.shard}"
            thread = threading.Thread(target=self._run, args=(lease_holder, woken), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Finish the pages under way and let standbys take over. The pool stays open: it belongs to the caller."""
        self._stopping.set()
        self._wake()
        for thread in self._threads:
            thread.join(timeout=2 * self._database.deadline_seconds)
        if self._listener:
            self._listener.close()

    def __enter__(self) -> Host:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wake(self) -> None:
        for woken in self._woken:
            woken.set()

    def _run(self, lease_holder: LeaseHolder, woken: threading.Event) -> None:
        report = partial(_LOGGER.warning, "follower-waits", follower=lease_holder.subscription.name)
        failures = Failures(self._stopping, report)
        while not self._stopping.is_set():
            woken.clear()
            try:
                went_on = lease_holder.step()
            except Exception as error:
                # Whatever the error was: this thread must outlive it. The event itself is never to blame here.
                failures.wait_after(error)
                continue
            failures.over()
            if not went_on:
                woken.wait(self._poll_seconds)
        with suppress(Refusal):
            lease_holder.release()


def wait_until_reached(
    database: Database,
    subscriptions: Iterable[tuple[str, int]],
    position: int,
    seconds: float | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> bool:
    """Wait until these subscriptions (name, version) have reached `position`, in whatever process they run.

    Answers whether they did within `seconds` (None: without limit). `progress` is called with the lowest position.
    Raises Overloaded.
    """
    names = set(subscriptions)
    until = None if seconds is None else time.monotonic() + seconds
    pause = 0.002
    while True:
        with database.connection() as connection:
            at = positions(connection)
        hindmost = min((at.get(name, 0) for name in names), default=position)
        progress(hindmost)
        if hindmost >= position:
            return True
        if until is not None and time.monotonic() >= until:
            return False
        time.sleep(pause)
        pause = min(0.1, pause * 1.5)
