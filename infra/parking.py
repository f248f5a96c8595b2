"""What a follower could not take in: where it is and what kind of error it was, never its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import errors

from domain.refusal import Refusal
from infra.lease import SteppedDown
from infra.mapper import UnreadableEvent
from infra.postgres import Connection


@dataclass(frozen=True, slots=True)
class Parked:
    """One parked event. `error` is an error's class and, where it has one, its stable code."""

    follower: str
    version: int
    stream: str
    position: int
    error: str


def is_poison(error: BaseException) -> bool:
    """Whether the event is to blame, so that it fails in the same way each time.

    Not so: whatever the database or the vault could not do just now, and whatever fails for every event alike, such as
    a table that is not there; parking all of the log would hide that.
    """
    match error:
        case UnreadableEvent():
            return True
        case psycopg.DataError() | psycopg.IntegrityError():
            return True
        case psycopg.Error() | Refusal() | SteppedDown() | MemoryError() | OSError():
            return False
        case _:
            return isinstance(error, Exception)


def error_code(error: BaseException) -> str:
    """The error's class and stable code. Its text may quote the event, and stays here."""
    code = error.sqlstate if isinstance(error, errors.Error) else getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


class Parking:
    """The parked events of one shard of a follower."""

    def __init__(self, follower: str, version: int, shard: int = 0) -> None:
        self._key = (follower, version, shard)

    def streams(self, connection: Connection) -> set[str]:
        """The streams of which something is parked: all that comes later is parked behind it."""
        rows = connection.execute(
            "SELECT DISTINCT stream FROM antiphon.parked WHERE (follower, version, shard) = (%s, %s, %s)", self._key
        )
        return {stream for (stream,) in rows}

    def positions(self, connection: Connection, stream: str) -> set[int]:
        """What is parked of a stream."""
        rows = connection.execute(
            "SELECT position FROM antiphon.parked WHERE (follower, version, shard, stream) = (%s, %s, %s, %s)",
            (*self._key, stream),
        )
        return {position for (position,) in rows}

    def park(self, connection: Connection, parked: Sequence[Parked]) -> None:
        """Set events aside."""
        if parked:
            connection.execute(
                "INSERT INTO antiphon.parked (follower, version, shard, stream, position, error) "
                "SELECT %s, %s, %s, * FROM unnest(%s::text[], %s::bigint[], %s::text[])",
                (
                    *self._key,
                    [each.stream for each in parked],
                    [each.position for each in parked],
                    [each.error for each in parked],
                ),
            )

    def release(self, connection: Connection, stream: str) -> set[int]:
        """Nothing of this stream is parked any more. Answers the positions of what was."""
        rows = connection.execute(
            "DELETE FROM antiphon.parked WHERE (follower, version, shard, stream) = (%s, %s, %s, %s) "
            "RETURNING position",
            (*self._key, stream),
        )
        return {position for (position,) in rows}


def may_skip(connection: Connection, event: Parked, told_at: int) -> bool | None:
    """Whether this event is parked, by a follower that has obeyed all it was told up to `told_at`.

    None where it has not got there yet: what is parked may not be for long. `event.error` does not count.
    """
    key = (event.follower, event.version)
    row = connection.execute(
        "SELECT min(position) >= %s, EXISTS (SELECT FROM antiphon.parked AS p "
        "WHERE (p.follower, p.version, p.stream, p.position) = (%s, %s, %s, %s)) "
        "FROM antiphon.followers WHERE (name, version) = (%s, %s) HAVING count(*) > 0",
        (told_at, *key, event.stream, event.position, *key),
    ).fetchone()
    if row is None:
        return False
    return row[1] if row[0] else None


def all_parked(connection: Connection) -> list[Parked]:
    """Everything that is parked, by follower, stream and position; what several shards parked, once."""
    rows = connection.execute(
        "SELECT DISTINCT follower, version, stream, position, error FROM antiphon.parked "
        "ORDER BY follower, version, stream, position"
    )
    return [Parked(*row) for row in rows]
