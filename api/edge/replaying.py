"""The port of replays: `audit/replay.py` answers what a read showed as of a time, and as known at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from domain.kernel.as_known import Instants
from infra.views.page_query import Rows
from infra.views.selection import Subselect


class Replaying(Protocol):
    """Reads pages of what is about one thing. Thread-safe."""

    def pages(
        self, id: str, instants: Instants, parts: Sequence[Subselect], limits: Sequence[int], given: Mapping[str, Any]
    ) -> list[Rows]:
        """As `Reader.pages`. The positions are the log's at the time of the question."""
