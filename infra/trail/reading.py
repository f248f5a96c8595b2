"""The trail of reads: for the person whose data was looked at, and for auditors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from infra.postgres import locks
from infra.postgres.database import Connection


@dataclass(frozen=True, slots=True)
class SeenLook:
    """Somebody of the company was shown data of the person. `what`: the kind of page. `id` rises with time. `live`:
    whether the page stayed open and was kept up to date; `until`: when it was closed; None where that is not known."""

    id: int
    at: datetime
    roles: tuple[str, ...]
    what: str
    purpose: str | None
    live: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class RecordedLook:
    """Somebody was shown data of people, as auditors see it; the fields as of `infra.trail.looks.Look`. `until`: of a
    live stream, when it ended; None while it goes on, and where its process was killed."""

    at: datetime
    actor_id: str
    actor_kind: str
    roles: tuple[str, ...]
    team: str | None
    route: str
    about: str | None
    ended: bool
    correlation_id: str | None
    purpose: str | None
    stream: str | None
    until: datetime | None


_UNTIL = "(SELECT e.at FROM antiphon.looks AS e WHERE e.stream = l.stream AND e.ended ORDER BY e.id LIMIT 1)"
_LOOKS = sql.SQL(
    "SELECT at, actor_id, actor_kind, roles, team, route, about, ended, correlation_id, purpose, stream,"  # noqa: S608
    f" {_UNTIL} FROM antiphon.looks AS l WHERE ({{}}) AND at >= %(since)s AND at < %(until)s ORDER BY id"
)
_ABOUT = _LOOKS.format(sql.SQL("about = ANY (%(ids)s) OR subjects && %(ids)s"))
_BY = _LOOKS.format(sql.SQL("actor_id = %(actor_id)s"))
_ALL = _LOOKS.format(sql.SQL("true"))


def settled(connection: Connection) -> int:
    """The id of the last look; none with a lower id is still to come. Looks wait meanwhile, so call it in a transaction
    of its own. 0: there is none."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [locks.LOOKS])
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM antiphon.looks").fetchone() or (0,)
    return int(last)


def looks_about(connection: Connection, ids: Sequence[str], since: datetime, until: datetime) -> list[RecordedLook]:
    """The looks at these things, or at data of these people, from one instant to before another, in order."""
    return _recorded(connection, _ABOUT, {"ids": list(ids), "since": since, "until": until})


def looks_by(connection: Connection, actor_id: str, since: datetime, until: datetime) -> list[RecordedLook]:
    """The looks of somebody, from one instant to before another, in order."""
    return _recorded(connection, _BY, {"actor_id": actor_id, "since": since, "until": until})


def looks_between(connection: Connection, since: datetime, until: datetime) -> list[RecordedLook]:
    """All looks from one instant to before another, in order."""
    return _recorded(connection, _ALL, {"since": since, "until": until})


def _recorded(connection: Connection, query: sql.Composed, given: Mapping[str, Any]) -> list[RecordedLook]:
    found = connection.execute(query, given).fetchall()
    return [RecordedLook(at, id, kind, tuple(roles), *rest) for at, id, kind, roles, *rest in found]


def looks_at(connection: Connection, subjects: Sequence[str], before: int | None, limit: int) -> list[SeenLook]:
    """So many looks at data of a person, by all of the person's ids, before the one with this id, the last first."""
    query = (
        "SELECT id, at, roles, split_part(route, '/', 2), purpose, stream IS NOT NULL,"  # noqa: S608
        f" {_UNTIL} FROM antiphon.looks AS l WHERE subjects && %s::text[] AND NOT"
        " ended AND id < coalesce(%s, 9223372036854775807) ORDER BY id DESC LIMIT %s"
    )
    found = connection.execute(query, (list(subjects), before, limit)).fetchall()
    return [SeenLook(id, at, tuple(roles), *rest) for id, at, roles, *rest in found]
