"""Exports in the trail: who wrote a file with everything that was kept about a person. An erasure cannot reach it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.postgres.database import Connection

ROUTE = "/exports/{id}"
"""What the trail says of an export, as of the routes that show a person's data."""


@dataclass(frozen=True, slots=True)
class RecordedExport:
    """An export of a person's data: when, by whom, and under which customer's id it was asked for."""

    at: datetime
    actor_id: str
    about: str


def exports_of(connection: Connection, people: Sequence[str], *, limit: int = 100) -> list[RecordedExport]:
    """The exports of data of these people, the last first."""
    query = (
        "SELECT at, actor_id, about FROM antiphon.looks WHERE subjects && %s::text[] AND route = %s "
        "ORDER BY id DESC LIMIT %s"
    )
    return [RecordedExport(*row) for row in connection.execute(query, (list(people), ROUTE, limit)).fetchall()]
