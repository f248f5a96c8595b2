"""The host: runs the subscriptions of a process, in a group or each in a thread of its own, and wakes them."""

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
from infra.subscriptions.group import Group
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
        lease_holders = [LeaseHolder(each, log, pages, database, holder, lease_seconds) for each in subscriptions]
        travelling = [each for each in lease_holders if each.travels]
        self._group = Group(travelling, pages, database, holder, lease_seconds)
        self._alone = [each for each in lease_holders if not each.travels]
        self._woken = {each: threading.Event() for each in (self._group, *lease_holders)}
        self._stopping = threading.Event()
        self._threads: dict[object, threading.Thread] = {}
        self._listener: Listener | None = None

    def start(self) -> None:
        """Start, and return at once."""
        self._listener = Listener(self._database, self._wake, self._poll_seconds)
        self._start(self._group, self._run_group, "followers")
        for each in self._alone:
            self._start_alone(each)

    def close(self) -> None:
        """Finish the pages under way and let standbys take over. The pool stays open: it belongs to the caller."""
        self._stopping.set()
        self._wake()
        until = time.monotonic() + 2 * self._database.deadline_seconds
        if self._threads:
            self._threads[self._group].join(timeout=until - time.monotonic())  # it starts no other thread after that
        for thread in self._threads.values():
            thread.join(timeout=max(0.0, until - time.monotonic()))
        self._release(self._group.members())
        if self._listener:
            self._listener.close()

    def __enter__(self) -> Host:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wake(self) -> None:
        for woken in self._woken.values():
            woken.set()

    def _start(self, key: object, work: Callable[[], None], name: str) -> None:
        self._threads[key] = threading.Thread(target=work, name=name, daemon=True)
        self._threads[key].start()

    def _start_alone(self, lease_holder: LeaseHolder) -> None:
        name = f"follower-{lease_holder.subscription.name}-{lease_holder.subscription.shard}"
        self._start(lease_holder, partial(self._run_alone, lease_holder), name)

    def _run_group(self) -> None:
        woken = self._woken[self._group]
        failures = Failures(self._stopping, partial(_LOGGER.warning, "followers-wait"))
        while not self._stopping.is_set():
            woken.clear()
            try:
                went_on, left = self._group.step()
            except Exception as error:
                failures.wait_after(error)
                continue
            failures.over()
            for each in left:
                self._start_alone(each)
            if not went_on:
                woken.wait(self._poll_seconds)

    def _run_alone(self, lease_holder: LeaseHolder) -> None:
        """Step a lease holder until it may travel with the others again, or for ever."""
        woken = self._woken[lease_holder]
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
            if not went_on and lease_holder.travels:
                self._group.join(lease_holder)
                self._woken[self._group].set()
                return
            if not went_on:
                woken.wait(self._poll_seconds)
        self._release([lease_holder])

    @staticmethod
    def _release(lease_holders: Sequence[LeaseHolder]) -> None:
        with suppress(Refusal):
            LeaseHolder.release_all(lease_holders)


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
