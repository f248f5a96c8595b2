"""What a failure is called in a log, and how long to wait before the next attempt."""

from __future__ import annotations

import random
import threading
from typing import Protocol

from psycopg import errors


def error_code(error: BaseException) -> str:
    """The error's class and stable code, without its message: that may quote the event."""
    code = error.sqlstate if isinstance(error, errors.Error) else getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def backoff(attempt: int, most_seconds: float = 2.0) -> float:
    """How long to wait before attempt n+1, in seconds: doubling from 50 ms, with jitter, bounded."""
    doubled: float = 0.05 * 2 ** min(attempt, 10)
    return min(most_seconds, doubled) * (0.5 + random.random() / 2)  # noqa: S311


class FailureReport(Protocol):
    """Logs a failure."""

    def __call__(self, *, error: str, attempt: int) -> object: ...


class Failures:
    """The failures in a row of a loop that has to outlive each of them. For one thread."""

    def __init__(self, stopping: threading.Event, report: FailureReport | None = None) -> None:
        """`stopping`: ends a wait at once. `report`: is called at the first failure, and then ever more seldom."""
        self._stopping = stopping
        self._report = report
        self.in_a_row = 0
        """How many attempts failed since one succeeded."""

    def wait_after(self, error: Exception) -> None:
        """Count one failure more, and wait before the next attempt."""
        self.in_a_row += 1
        a_power_of_two = self.in_a_row & (self.in_a_row - 1) == 0
        if self._report is not None and a_power_of_two:
            self._report(error=error_code(error), attempt=self.in_a_row)
        self._stopping.wait(backoff(self.in_a_row))

    def over(self) -> None:
        """An attempt succeeded: the next failure is the first again."""
        self.in_a_row = 0
