"""Quarantined events, which a subscription could not take in: their place and kind of error, never their content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString

import psycopg

from domain.kernel.refusal import Refusal
from infra.log.mapper import UnreadableEvent
from infra.postgres.database import Connection
from infra.subscriptions.lease import Key, LeaseLost

_QUARANTINED: LiteralString = (
    "SELECT DISTINCT follower, version, stream, position, error FROM antiphon.parked "
    "ORDER BY follower, version, stream, position"
)


@dataclass(frozen=True, slots=True)
class QuarantinedEvent:
    """One quarantined event. `error` is the error's class and, if it has one, its stable code."""

    subscription: str
    version: int
    stream: str
    position: int
    error: str


def is_poison(error: BaseException) -> bool:
    """Whether the error is the event's fault, so that the event fails in the same way each time (a poison event).

    It is not the event's fault when the database or the key store cannot do something just now, or when every event
    fails alike, as for a missing table: a quarantine of the whole log would hide that.
    """
    match error:
        case UnreadableEvent():
            return True
        case psycopg.DataError() | psycopg.IntegrityError():
            return True
        case psycopg.Error() | Refusal() | LeaseLost() | MemoryError() | OSError():
            return False
        case _:
            return isinstance(error, Exception)


def quarantined_streams(connection: Connection, keys: Sequence[Key]) -> dict[Key, set[str]]:
    """The streams with quarantined events, of each of these subscriptions (at least one) that has any: later events of
    these streams are quarantined behind them."""
    rows = connection.execute(
        "SELECT DISTINCT follower, version, shard, stream FROM antiphon.parked "
        "WHERE (follower, version, shard) IN (SELECT * FROM unnest(%s::text[], %s::int[], %s::int[]))",
        (*map(list, zip(*keys, strict=True)),),
    )
    found: dict[Key, set[str]] = {}
    for name, version, shard, stream in rows:
        found.setdefault((name, version, shard), set()).add(stream)
    return found


class Quarantine:
    """The quarantined events of one shard of a subscription."""

    def __init__(self, subscription: str, version: int, shard: int = 0) -> None:
        self._key = (subscription, version, shard)

    def positions(self, connection: Connection, stream: str) -> set[int]:
        """The positions of a stream's quarantined events."""
        rows = connection.execute(
            "SELECT position FROM antiphon.parked WHERE (follower, version, shard, stream) = (%s, %s, %s, %s)",
            (*self._key, stream),
        )
        return {position for (position,) in rows}

    def add(self, connection: Connection, quarantined: Sequence[QuarantinedEvent]) -> None:
        """Quarantine events."""
        if quarantined:
            connection.execute(
                "INSERT INTO antiphon.parked (follower, version, shard, stream, position, error) "
                "SELECT %s, %s, %s, * FROM unnest(%s::text[], %s::bigint[], %s::text[])",
                (
                    *self._key,
                    [each.stream for each in quarantined],
                    [each.position for each in quarantined],
                    [each.error for each in quarantined],
                ),
            )

    def release(self, connection: Connection, stream: str) -> set[int]:
        """Release all quarantined events of a stream. Answers their positions."""
        rows = connection.execute(
            "DELETE FROM antiphon.parked WHERE (follower, version, shard, stream) = (%s, %s, %s, %s) "
            "RETURNING position",
            (*self._key, stream),
        )
        return {position for (position,) in rows}


def may_skip(connection: Connection, event: QuarantinedEvent, up_to: int) -> bool | None:
    """Whether this event is quarantined, by a subscription that has carried out all requests up to position `up_to`.

    None while the subscription has not reached `up_to`: a request may still release the event. `event.error` is
    ignored.
    """
    key = (event.subscription, event.version)
    row = connection.execute(
        "SELECT min(position) >= %s, EXISTS (SELECT FROM antiphon.parked AS p "
        "WHERE (p.follower, p.version, p.stream, p.position) = (%s, %s, %s, %s)) "
        "FROM antiphon.followers WHERE (name, version) = (%s, %s) HAVING count(*) > 0",
        (up_to, *key, event.stream, event.position, *key),
    ).fetchone()
    if row is None:
        return False
    return row[1] if row[0] else None


@dataclass(frozen=True, slots=True)
class QuarantinedAlike:
    """How many events a subscription has quarantined for one error, and of how many streams."""

    subscription: str
    version: int
    error: str
    events: int
    streams: int


def summary(connection: Connection) -> list[QuarantinedAlike]:
    """The quarantined events by subscription and error, the most first."""
    rows = connection.execute(
        "SELECT follower, version, error, count(DISTINCT position), count(DISTINCT stream) FROM antiphon.parked "
        "GROUP BY follower, version, error ORDER BY 4 DESC, follower, version, error"
    )
    return [QuarantinedAlike(*row) for row in rows]


def count_of(connection: Connection, streams: Iterable[str]) -> int:
    """How many events of these streams are quarantined by some subscription."""
    row = connection.execute(
        "SELECT count(DISTINCT position) FROM antiphon.parked WHERE stream = ANY (%s)", (list(streams),)
    ).fetchone()
    return row[0] if row else 0


def first_quarantined(connection: Connection, limit: int) -> list[QuarantinedEvent]:
    """The first quarantined events by subscription, stream and position; an event in several shards comes once."""
    rows = connection.execute(f"{_QUARANTINED} LIMIT %s", (limit,))
    return [QuarantinedEvent(*row) for row in rows]


def all_quarantined(connection: Connection) -> list[QuarantinedEvent]:
    """All quarantined events by subscription, stream and position; an event in several shards comes once."""
    return [QuarantinedEvent(*row) for row in connection.execute(_QUARANTINED)]
