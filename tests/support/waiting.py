"""Waiting for a condition: the only place in the tests that may wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from domain.kernel.refusal import Overloaded
from infra.postgres.database import Database
from infra.subscriptions.host import wait_until_reached

T = TypeVar("T")

BUSY = 3
"""How many times longer than on a quiet machine things may take on one that others use too."""

SLACK_SECONDS = 6
"""What a busy machine may take beyond a deadline. What has no deadline hangs for minutes, or for ever."""

_never = threading.Event()


def wait_until(condition: Callable[[], T], seconds: float, what: str) -> T:
    """The first true answer of `condition`, asked often. Raises AssertionError, naming `what`, after `seconds` as they
    pass on a quiet machine: it is about whether something comes about, not about how fast."""
    until = time.monotonic() + BUSY * seconds
    pause = 0.001
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"within {BUSY * seconds} s it did not come about: {what} (last answer: {answer!r})")
        _never.wait(pause)
        pause = min(0.05, pause * 2)


def wait_until_followed(
    database: Database, subscriptions: Iterable[tuple[str, int]], position: int, seconds: float
) -> None:
    """These subscriptions (name, version) reach `position` by themselves. Raises AssertionError, after `seconds` as
    they pass on a quiet machine."""
    names = list(subscriptions)
    until = time.monotonic() + BUSY * seconds
    reached = False
    while not reached and (left := until - time.monotonic()) > 0:
        # A pool whose connections were killed again and again pauses longer each time before it connects.
        with suppress(Overloaded):
            reached = wait_until_reached(database, names, position, left)
    assert reached, f"within {BUSY * seconds} s the subscriptions did not come to the log's end by themselves"
