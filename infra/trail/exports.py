"""Exports in the trail: who wrote a file with data of a person: everything that was kept, or a bundle for auditors. An
erasure cannot reach it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.kernel.event import Actor
from infra.postgres.database import Connection
from infra.trail.looks import Look

ROUTE = "/exports/{id}"
"""What the trail says of an export of everything about a person, as of the routes that show a person's data."""
BUNDLE = "/bundles/{id}"
"""What it says of a bundle for auditors, which holds what people said."""


def exported(by: Actor, route: str, about: str, people: Iterable[str], correlation_id: str | None = None) -> Look:
    """The look of whoever exports data of these people. `route`: ROUTE or BUNDLE."""
    subjects = tuple(sorted(set(people)))
    return Look(by.id, by.kind, tuple(by.roles), by.team, route, about, subjects, None, False, correlation_id)


@dataclass(frozen=True, slots=True)
class RecordedExport:
    """An export of a person's data: when, by whom, in which roles, and what it is about: the customer under whose id it
    was asked for, or what a bundle is about. `what`: `exports` or `bundles`."""

    at: datetime
    actor_id: str
    roles: tuple[str, ...]
    about: str
    what: str


def exports_of(connection: Connection, people: Sequence[str], *, limit: int = 100) -> list[RecordedExport]:
    """The exports of data of these people, the last first."""
    query = (
        "SELECT at, actor_id, roles, about, split_part(route, '/', 2) FROM antiphon.looks "
        "WHERE subjects && %s::text[] AND route = ANY (%s) ORDER BY id DESC LIMIT %s"
    )
    found = connection.execute(query, (list(people), [ROUTE, BUNDLE], limit)).fetchall()
    return [RecordedExport(at, actor_id, tuple(roles), about, what) for at, actor_id, roles, about, what in found]
