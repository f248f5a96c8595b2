"""The child processes of `antiphon run`: started, watched, ended."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import structlog

from infra.failures import backoff

MOST_PAUSE_SECONDS = 30.0
CALM_SECONDS = 60.0
"""A child that lived for this long did not die of its start."""

STOP_SECONDS = 20.0
"""How long a child may take to end in order; longer than requests and pages under way may take."""

_LOGGER = structlog.get_logger("run")


class Children:
    """An `antiphon run …` for each part, within `with`."""

    def __init__(self, parts: Mapping[str, Sequence[str]], descriptors: Sequence[int] = ()) -> None:
        """`parts`: arguments after `antiphon run`, by name. `descriptors`: open files that all parts share."""
        self._children = [_Child(name, arguments, descriptors) for name, arguments in parts.items()]

    def poll(self) -> None:
        """Restart parts that died, after a pause that grows each time."""
        for child in self._children:
            child.poll()

    @property
    def restarts(self) -> dict[str, int]:
        """How often each part was restarted."""
        return {child.name: child.restarts for child in self._children}

    @property
    def restarted_at(self) -> datetime | None:
        """When a part was last restarted."""
        return max((child.restarted_at for child in self._children if child.restarted_at), default=None)

    def __enter__(self) -> Children:
        self.poll()
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.terminate()
        until = time.monotonic() + STOP_SECONDS
        for child in self._children:
            child.end(until)


class _Child:
    def __init__(self, name: str, arguments: Sequence[str], descriptors: Sequence[int]) -> None:
        self.name = name
        self.restarts = 0
        self.restarted_at: datetime | None = None
        self._command = [sys.executable, sys.argv[0], "run", *arguments]
        self._descriptors = descriptors
        self._process: subprocess.Popen[bytes] | None = None
        self._started = self._due = 0.0
        self._attempt = 0

    def poll(self) -> None:
        now = time.monotonic()
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            self._process = None
            self._attempt = 1 if now > self._started + CALM_SECONDS else self._attempt + 1
            pause = backoff(self._attempt, MOST_PAUSE_SECONDS)
            self._due = now + pause
            _LOGGER.warning("part-ended", part=self.name, status=status, starts_in_seconds=round(pause, 1))
        if now >= self._due:
            if self._attempt:
                self.restarts, self.restarted_at = self.restarts + 1, datetime.now(UTC)
            self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            pass_fds=self._descriptors,
            # The terminal's signals reach only us: we end our parts in order, also one that has just begun.
            process_group=0,
        )
        _LOGGER.info("part-started", part=self.name, pid=self._process.pid)

    def terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def end(self, until: float) -> None:
        if self._process is not None:
            try:
                self._process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _LOGGER.warning("part-killed", part=self.name)
                self._process.kill()
                self._process.wait()
