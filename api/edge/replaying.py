"""The port of replays: `audit/replay.py` answers what a read showed as of a time, and as known at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.kernel.as_known import Instants
from domain.kernel.event import Event, Recorded
from infra.views.page_query import Rows
from infra.views.replayed import ReplayedDatabase
from infra.views.selection import Subselect
from infra.views.view import AnyView


@dataclass(frozen=True, slots=True)
class Then:
    """Another time that a read is asked for. `go_on`: raises Overloaded once the caller is gone, or has waited for too
    long."""

    instants: Instants
    go_on: Callable[[], None]


class Replaying(Protocol):
    """Reads what was. Thread-safe."""

    def pages(
        self,
        id: str,
        instants: Instants,
        parts: Sequence[Subselect],
        limits: Sequence[int],
        given: Mapping[str, Any],
        go_on: Callable[[], None],
    ) -> list[Rows]:
        """As `Reader.pages`, of what is about one thing. The positions are the log's at the time of the question."""

    def reader(
        self, about: str | Collection[str], instants: Instants, go_on: Callable[[], None]
    ) -> AbstractContextManager[ReplayedDatabase]:
        """The database in which views hold what is about a thing, or about some, and nothing else."""

    def became_known(self, id: str, after: datetime, until: datetime) -> Sequence[Recorded[Event]]:
        """The events about one thing that were recorded after one instant and not after another."""

    def everything(
        self, views: Iterable[AnyView], instants: Instants, go_on: Callable[[], None]
    ) -> AbstractContextManager[ReplayedDatabase]:
        """The database in which these views hold everything that was."""
