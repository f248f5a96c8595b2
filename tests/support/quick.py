"""What `make quick` runs: the tests that need no server, found by what they ask for; they may start no process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

SLOW_FIXTURES = frozenset({"server", "brokers", "home", "s3"})
"""`home` is a folder for the socket of a server of a test's own."""


def is_quick(item: pytest.Item) -> bool:
    """Whether a test asks for no server, directly or by way of fixtures, and is not marked as starting processes."""
    return SLOW_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())) and not item.get_closest_marker("processes")


class NoProcesses:
    """Forbids, while it is on, that this process starts others. It cannot be taken out of a process any more."""

    def __init__(self) -> None:
        self._on = False
        sys.addaudithook(self._look)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Within this context `subprocess` raises AssertionError."""
        self._on = True
        try:
            yield
        finally:
            self._on = False

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._on and event in ("subprocess.Popen", "os.posix_spawn", "os.fork"):
            raise AssertionError(f"no process is started in `make quick`; mark the test `processes`: {arguments[0]!r}")
