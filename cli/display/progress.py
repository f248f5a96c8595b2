"""Progress on stderr: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.display.terminal import console

QUIET_SECONDS = 1.0
"""Work that takes no longer than this shows no progress."""
_LINE_SECONDS = 10.0


class Report(Protocol):
    """Called with how much is done, of how much, and a text on the result so far."""

    def __call__(self, done: int, of: int, so_far: str = "") -> None: ...


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """Within: show the reported progress, after the first second."""
    begun = time.monotonic()
    screen = console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[so_far]}"),
    )  # fmt: skip
    bar = Progress(*columns, console=screen, transient=True)
    task = bar.add_task(what, total=None, so_far="")
    printed_at = begun - _LINE_SECONDS + QUIET_SECONDS

    def report(done: int, of: int, so_far: str = "") -> None:
        nonlocal printed_at
        now = time.monotonic()
        if now < begun + QUIET_SECONDS:
            return
        if screen.is_terminal:
            bar.start()
            bar.update(task, completed=done, total=of, so_far=so_far)
        elif now >= printed_at + _LINE_SECONDS:
            printed_at = now
            print(f"{what}: {100 * done // max(of, 1)} %{so_far and f', {so_far}'}", file=sys.stderr)

    try:
        yield report
    finally:
        if bar.live.is_started:
            bar.stop()
