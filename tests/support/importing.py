"""Running an import in a test: bytes in, what became of them out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from commands.executor.executor import CommandExecutor
from consumers.imports.catalogue import SOURCES
from consumers.imports.run import rehearse, run
from consumers.imports.source import ImportRecord, Reject
from domain.kernel.event import Event, Recorded
from infra.log.application import Log

NOW = datetime(2025, 6, 16, 12, tzinfo=UTC)


@dataclass
class Imported:
    """The last line an import prints, and the rejects behind it."""

    said: str
    rejects: list[Reject] = field(default_factory=list)

    @property
    def wrong(self) -> list[tuple[int, str]]:
        """Line and code of each reject, by line."""
        return sorted((reject.place.line, reject.code) for reject in self.rejects)


def read(kind: str, content: str | bytes) -> list[ImportRecord | Reject]:
    """What a source makes of a file."""
    return list(SOURCES[kind].read(_file(content), NOW))


def wrong(read: Sequence[ImportRecord | Reject]) -> list[tuple[int, str]]:
    """Line and code of each reject among what was read."""
    return [(each.place.line, each.code) for each in read if isinstance(each, Reject)]


def imported(
    executor: CommandExecutor, kind: str, content: str | bytes, *, dry: bool = False, history: bool = False
) -> Imported:
    """Import a file, or say what would happen."""
    result = Imported("")
    go = rehearse if dry else partial(run, history=history)
    records = SOURCES[kind].read(_file(content), NOW)
    result.said = str(go(records, executor, result.rejects.append, lambda end, counts: None))
    return result


def everything(log: Log, after: int = 0) -> list[Recorded[Any]]:
    """All events after a position, opened."""
    found: list[Recorded[Any]] = []
    while page := log.recorded_events(log.read(after, 1_000_000)):  # a page ends at so many bytes
        found += page
        after = page[-1].position
    return found


def names(recorded_events: Sequence[Recorded[Event]]) -> list[str]:
    """What happened, without the part of the name that says to what."""
    return [recorded.event.stored_name.partition(".")[2] for recorded in recorded_events]


def _file(content: str | bytes) -> io.BytesIO:
    return io.BytesIO(content.encode() if isinstance(content, str) else content)
