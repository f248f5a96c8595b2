"""What waits to be posted to webhooks: in order for each stream, one at a time, until it was taken or given up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from infra.postgres.database import Connection

DeliveryFate = Literal["waiting", "delivered", "quarantined", "left-out"]
"""`left-out`: what it would tell of is erased or taken out."""

MOST_COUNTED = 10_000
"""Among how many of the newest deliveries of a webhook it is counted what was settled."""

_CLAIM = """
WITH heads AS (  -- one that is on its way may be a later one: a replay puts others before it
    SELECT DISTINCT ON (webhook_id, stream_id) webhook_id, stream_id, at_position, next_at
    FROM antiphon.webhook_deliveries WHERE state = 'waiting' AND webhook_id = ANY (%(webhooks)s)
    ORDER BY webhook_id, stream_id, at_position
), ready AS (
    SELECT h.webhook_id, h.at_position, row_number() OVER (PARTITION BY h.webhook_id ORDER BY h.at_position) AS place
    FROM heads AS h WHERE h.next_at <= clock_timestamp() AND NOT EXISTS (
        SELECT FROM antiphon.webhook_deliveries AS c WHERE (c.webhook_id, c.stream_id) = (h.webhook_id, h.stream_id)
        AND c.state = 'waiting' AND c.claimed_until >= clock_timestamp())
    AND NOT EXISTS (
        SELECT FROM antiphon.webhook_pauses AS p WHERE p.webhook_id = h.webhook_id AND p.until > clock_timestamp())
), mine AS (
    SELECT d.webhook_id, d.at_position FROM antiphon.webhook_deliveries AS d JOIN ready USING (webhook_id, at_position)
    WHERE place <= %(each)s AND d.state = 'waiting' AND coalesce(d.claimed_until < clock_timestamp(), true)
    ORDER BY d.at_position LIMIT %(most)s FOR UPDATE OF d SKIP LOCKED
)
UPDATE antiphon.webhook_deliveries AS d SET claimed_until = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM mine WHERE (d.webhook_id, d.at_position) = (mine.webhook_id, mine.at_position)
RETURNING d.webhook_id, d.at_position, d.stream_id, d.event_id, d.attempts, d.claimed_until"""

_MINE = "(webhook_id, at_position, state, claimed_until) = (%(webhook)s, %(position)s, 'waiting', %(until)s)"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process has to post, before `claimed_until`. `attempts`: those before."""

    webhook_id: str
    at_position: int
    stream_id: str
    event_id: str
    attempts: int
    claimed_until: datetime

    @property
    def id(self) -> str:
        """The `webhook-id`: the same for each attempt, and for each replay."""
        return f"{self.event_id}_{self.webhook_id}"


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as it stands."""

    at_position: int
    stream_id: str
    event_id: str
    state: DeliveryFate
    attempts: int
    next_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """What came of one attempt. `status`: of the answer; `code`: why it was no success."""

    at_position: int
    at: datetime
    status: int | None
    code: str | None
    milliseconds: int


def add(connection: Connection, webhook_id: str, rows: Iterable[tuple[int, str, str]]) -> None:
    """Add deliveries, as (position, stream, event id), in order. What comes behind a quarantined one is quarantined;
    what was delivered before, by a replay, is delivered again."""
    positions, streams, events = zip(*rows, strict=True)
    connection.execute(
        "INSERT INTO antiphon.webhook_deliveries AS d (webhook_id, at_position, stream_id, event_id, state) "
        "SELECT %(webhook)s, at_position, stream_id, event_id, CASE WHEN EXISTS (SELECT FROM "
        "antiphon.webhook_deliveries AS q WHERE (q.webhook_id, q.stream_id, q.state) = "
        "(%(webhook)s, new.stream_id, 'quarantined')) THEN 'quarantined' ELSE 'waiting' END "
        "FROM unnest(%(positions)s::bigint[], %(streams)s::text[], %(events)s::text[]) "
        "AS new (at_position, stream_id, event_id) "
        "ON CONFLICT (webhook_id, at_position) DO UPDATE SET state = excluded.state, attempts = 0, "
        "next_at = clock_timestamp(), settled_at = NULL, claimed_until = NULL WHERE d.state <> 'waiting'",
        {"webhook": webhook_id, "positions": list(positions), "streams": list(streams), "events": list(events)},
    )


def release(connection: Connection, webhook_id: str, stream_id: str | None) -> None:
    """Let what is quarantined wait for its turn again: of one stream, or of all."""
    connection.execute(
        "UPDATE antiphon.webhook_deliveries SET state = 'waiting', attempts = 0, next_at = clock_timestamp(), "
        "settled_at = NULL WHERE webhook_id = %(webhook)s AND state = 'quarantined' "
        "AND (%(stream)s::text IS NULL OR stream_id = %(stream)s)",
        {"webhook": webhook_id, "stream": stream_id},
    )


def claim(connection: Connection, webhook_ids: Sequence[str], most: int, each: int, seconds: float) -> list[Claimed]:
    """Claim deliveries that are due, the first of each stream only, for so many seconds: so many, and so many of each
    webhook, at most."""
    places = {"webhooks": list(webhook_ids), "most": most, "each": each, "seconds": seconds}
    return sorted((Claimed(*row) for row in connection.execute(_CLAIM, places)), key=lambda each: each.at_position)


def record_attempt(
    connection: Connection, claimed: Claimed, status: int | None, code: str | None, milliseconds: int
) -> None:
    """Record what came of an attempt."""
    connection.execute(
        "INSERT INTO antiphon.webhook_attempts (webhook_id, at_position, status, code, milliseconds) "
        "VALUES (%s, %s, %s, %s, %s)",
        (claimed.webhook_id, claimed.at_position, status, code, milliseconds),
    )


def settle(connection: Connection, claimed: Claimed, state: Literal["delivered", "left-out"]) -> None:
    """Record that a delivery is done with, unless another process has it by now."""
    connection.execute(
        f"UPDATE antiphon.webhook_deliveries SET state = %(state)s, attempts = attempts + %(tried)s, "  # noqa: S608
        f"settled_at = clock_timestamp(), claimed_until = NULL WHERE {_MINE}",
        {"state": state, "tried": int(state == "delivered")} | _mine(claimed),
    )


def put_off(connection: Connection, claimed: Claimed, seconds: float, *, tried: bool = True) -> None:
    """Let a delivery wait before its next attempt. `tried`: whether the last one counts."""
    connection.execute(
        f"UPDATE antiphon.webhook_deliveries SET attempts = attempts + %(tried)s, claimed_until = NULL, "  # noqa: S608
        f"next_at = clock_timestamp() + make_interval(secs => %(seconds)s) WHERE {_MINE}",
        {"seconds": seconds, "tried": int(tried)} | _mine(claimed),
    )


def quarantine(connection: Connection, claimed: Claimed) -> bool:
    """Quarantine a delivery after its last attempt, and with it all that waits behind it in its stream. Answers whether
    this process did."""
    done = connection.execute(
        f"UPDATE antiphon.webhook_deliveries SET state = 'quarantined', attempts = attempts + 1, "  # noqa: S608
        f"claimed_until = NULL WHERE {_MINE}",
        _mine(claimed),
    ).rowcount
    if done:
        connection.execute(
            "UPDATE antiphon.webhook_deliveries SET state = 'quarantined' "
            "WHERE (webhook_id, stream_id, state) = (%s, %s, 'waiting')",
            (claimed.webhook_id, claimed.stream_id),
        )
    return bool(done)


def _mine(claimed: Claimed) -> dict[str, object]:
    return {"webhook": claimed.webhook_id, "position": claimed.at_position, "until": claimed.claimed_until}


def pause(connection: Connection, webhook_id: str, seconds: float) -> None:
    """Post nothing to an endpoint for so many seconds: it asked for that."""
    connection.execute(
        "INSERT INTO antiphon.webhook_pauses AS p (webhook_id, until) "
        "VALUES (%s, clock_timestamp() + make_interval(secs => %s)) "
        "ON CONFLICT (webhook_id) DO UPDATE SET until = greatest(p.until, excluded.until)",
        (webhook_id, seconds),
    )


def number(connection: Connection, webhook_id: str, state: DeliveryFate) -> int:
    """How many deliveries of a webhook are in this state."""
    row = connection.execute(
        "SELECT count(*) FROM antiphon.webhook_deliveries WHERE (webhook_id, state) = (%s, %s)", (webhook_id, state)
    ).fetchone()
    return int(row[0]) if row else 0


def numbers(connection: Connection, webhook_ids: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many deliveries of these webhooks there are, by webhook and state: all that wait or are quarantined; of those
    that are settled, the ones among the newest `MOST_COUNTED`."""
    rows = connection.execute(
        "SELECT w.id, d.state, d.number FROM unnest(%(webhooks)s::text[]) AS w (id) CROSS JOIN LATERAL ("
        "SELECT 'waiting' AS state, count(*) AS number FROM antiphon.webhook_deliveries "
        "WHERE (webhook_id, state) = (w.id, 'waiting') UNION ALL "
        "SELECT 'quarantined', count(*) FROM antiphon.webhook_deliveries "
        "WHERE (webhook_id, state) = (w.id, 'quarantined') UNION ALL "
        "SELECT n.state, count(*) FROM (SELECT state FROM antiphon.webhook_deliveries WHERE webhook_id = w.id "
        "ORDER BY at_position DESC LIMIT %(most)s) AS n WHERE n.state IN ('delivered', 'left-out') GROUP BY n.state"
        ") AS d",
        {"webhooks": list(webhook_ids), "most": MOST_COUNTED},
    )
    return {(webhook_id, state): number for webhook_id, state, number in rows}


def deliveries(
    connection: Connection, webhook_id: str, state: DeliveryFate | None, after: int, limit: int
) -> tuple[list[DeliveryRow], list[AttemptRow]]:
    """The deliveries of a webhook after a position, in this state (None: any), in order; and the last attempts of
    each, at most 20."""
    rows = connection.execute(
        "SELECT at_position, stream_id, event_id, state, attempts, next_at, settled_at "
        "FROM antiphon.webhook_deliveries WHERE webhook_id = %s AND at_position > %s "
        "AND (%s::text IS NULL OR state = %s) ORDER BY at_position LIMIT %s",
        (webhook_id, after, state, state, limit),
    ).fetchall()
    attempts = connection.execute(
        "SELECT at_position, at, status, code, milliseconds FROM (SELECT *, row_number() OVER "
        "(PARTITION BY at_position ORDER BY id DESC) AS place FROM antiphon.webhook_attempts "
        "WHERE webhook_id = %s AND at_position = ANY (%s)) AS a WHERE place <= 20 ORDER BY at_position, id",
        (webhook_id, [row[0] for row in rows]),
    ).fetchall()
    return [DeliveryRow(*row) for row in rows], [AttemptRow(*row) for row in attempts]


def begin(connection: Connection, name: str, version: int, after: int) -> None:
    """Let a webhook's subscription begin after a position, unless it has begun; that of an earlier replay ends."""
    connection.execute(
        "INSERT INTO antiphon.followers (name, version, position) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (name, version, after),
    )
    connection.execute("DELETE FROM antiphon.followers WHERE name = %s AND version < %s", (name, version))


def forget(connection: Connection, webhook_ids: Sequence[str]) -> None:
    """Forget what belongs to webhooks that were removed, and their subscriptions."""
    for table, column in (
        ("webhook_deliveries", "webhook_id"),
        ("webhook_attempts", "webhook_id"),
        ("webhook_pauses", "webhook_id"),
        ("parked", "follower"),
        ("followers", "name"),
    ):
        connection.execute(
            f"DELETE FROM antiphon.{table} WHERE {column} = ANY (%s)",  # noqa: S608
            (list(webhook_ids),),
        )


def prune(connection: Connection, days: int, most: int) -> int:
    """Remove deliveries that were settled, and attempts that were made, so many days ago; so many at once. Answers how
    many."""
    settled = connection.execute(
        "DELETE FROM antiphon.webhook_deliveries WHERE (webhook_id, at_position) IN (SELECT webhook_id, at_position "
        "FROM antiphon.webhook_deliveries WHERE settled_at < clock_timestamp() - make_interval(days => %s) LIMIT %s)",
        (days, most),
    ).rowcount
    tried = connection.execute(
        "DELETE FROM antiphon.webhook_attempts WHERE id IN (SELECT id FROM antiphon.webhook_attempts "
        "WHERE at < clock_timestamp() - make_interval(days => %s) LIMIT %s)",
        (days, most),
    ).rowcount
    return settled + tried
