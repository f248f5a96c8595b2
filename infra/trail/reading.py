"""The trail of reads, as the person sees it whose data was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from infra.postgres.database import Connection


@dataclass(frozen=True, slots=True)
class SeenLook:
    """Somebody of the company was shown data of the person. `what`: the kind of page. `id` rises with time."""

    id: int
    at: datetime
    roles: tuple[str, ...]
    what: str


def looks_at(connection: Connection, subject: str, before: int | None, limit: int) -> list[SeenLook]:
    """So many looks at data of a person, before the one with this id, the last first."""
    query = (
        "SELECT id, at, roles, split_part(route, '/', 2) FROM antiphon.looks WHERE subjects @> ARRAY[%s::text] AND NOT"
        " ended AND id < coalesce(%s, 9223372036854775807) ORDER BY id DESC LIMIT %s"
    )
    found = connection.execute(query, (subject, before, limit)).fetchall()
    return [SeenLook(id, at, tuple(roles), what) for id, at, roles, what in found]
