"""The port of exports: `audit/person.py` writes everything that is kept about one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from commands.executor.executor import CommandExecutor
from infra.postgres.database import Database
from infra.views.view import AnyView


class ExportParts(Protocol):
    """Answers the parts of the zip file, of which none is read before it is asked for."""

    def __call__(self, executor: CommandExecutor, reader: Database, customer_id: str, /) -> Iterator[bytes]:
        """`reader`: views that have reached the log's end. Raises Refusal `not-found`, Overloaded."""
        ...


@dataclass(frozen=True, slots=True)
class Exporting:
    """Exports a person. `reads`: the views that have to have reached the log's end."""

    parts: ExportParts
    reads: Iterable[AnyView]
