"""Leases: the right to move one subscription. A lease runs by the database's clock and is fenced by an epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from infra.postgres.database import Connection
from infra.postgres.listener import CHANNEL

Key = tuple[str, int, int]
"""Whose lease: name, version and shard of a subscription."""


class LeaseLost(Exception):
    """Another process holds the lease now: this transaction must be rolled back."""


@dataclass(slots=True)
class Lease:
    """A subscription's row, held for `seconds` at a time.

    Taking the lease raises the epoch, so that a former holder can move nothing any more.
    """

    name: str
    version: int
    seconds: float
    epoch: int
    position: int
    shard: int = 0

    @classmethod
    def take(
        cls, connection: Connection, name: str, version: int, holder: str, seconds: float, shard: int = 0
    ) -> Self | None:
        """Take one lease, as `take_all`. Answers None where another holder has it."""
        key = (name, version, shard)
        return cls.take_all(connection, [key], holder, seconds).get(key)

    @classmethod
    def take_all(cls, connection: Connection, keys: Sequence[Key], holder: str, seconds: float) -> dict[Key, Self]:
        """Take these leases (at least one), but for those that another holder has; `holder` takes its own at any time.

        Never waits: while a former holder still locks the row, the lease is not taken, and the caller asks again.
        """
        asked = (*map(list, zip(*keys, strict=True)),)
        # In one order, so that two processes that begin at once do not wait for each other.
        connection.execute(
            "INSERT INTO antiphon.followers (name, version, shard) "
            "SELECT name, version, shard FROM unnest(%s::text[], %s::int[], %s::int[]) AS mine (name, version, shard) "
            "EXCEPT SELECT name, version, shard FROM antiphon.followers ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING",
            asked,
        )
        rows = connection.execute(
            "WITH free AS (SELECT f.name, f.version, f.shard FROM antiphon.followers AS f "
            "JOIN unnest(%s::text[], %s::int[], %s::int[]) AS mine (name, version, shard) USING (name, version, shard) "
            "WHERE lease_until IS NULL OR lease_until < clock_timestamp() OR holder = %s FOR UPDATE OF f SKIP LOCKED) "
            "UPDATE antiphon.followers AS f SET epoch = epoch + 1, holder = %s, "
            "lease_until = clock_timestamp() + make_interval(secs => %s) "
            "FROM free WHERE (f.name, f.version, f.shard) = (free.name, free.version, free.shard) "
            "RETURNING f.name, f.version, f.shard, epoch, position",
            (*asked, holder, holder, seconds),
        )
        taken = {
            (name, version, shard): cls(name, version, seconds, epoch, position, shard)
            for name, version, shard, epoch, position in rows
        }
        for key in keys:
            if key not in taken:
                _end_stuck_session(connection, key, seconds)
        return taken

    @staticmethod
    def free_among(connection: Connection, keys: Sequence[Key], holder: str) -> set[Key]:
        """Those of these leases (at least one) that `holder` may try to take now."""
        # One statement for all of them, which locks nothing: a standby asks at each append, and mostly nothing is free.
        rows = connection.execute(
            "SELECT mine.name, mine.version, mine.shard FROM unnest(%s::text[], %s::int[], %s::int[]) "
            "AS mine (name, version, shard) LEFT JOIN antiphon.followers AS f USING (name, version, shard) "
            "WHERE f.epoch IS NULL OR f.lease_until IS NULL OR f.lease_until < clock_timestamp() OR f.holder = %s",
            (*map(list, zip(*keys, strict=True)), holder),
        )
        return set(rows)

    def move(self, connection: Connection, position: int) -> None:
        """Move the position and renew the lease. Raises LeaseLost if the lease is lost, or the position is not the one
        that this lease knows: a server that died may have lost the last commits of a group (`Group`).

        Call it first in a transaction: the row's lock keeps the next holder waiting until this transaction ends.
        """
        moved = connection.execute(
            "UPDATE antiphon.followers SET position = %s, "
            "lease_until = clock_timestamp() + make_interval(secs => %s) "
            "WHERE (name, version, shard) = (%s, %s, %s) AND (epoch, position) = (%s, %s)",
            (position, self.seconds, self.name, self.version, self.shard, self.epoch, self.position),
        )
        if moved.rowcount == 0:
            raise LeaseLost(
                f"shard {self.shard} of {self.name} version {self.version} is led by somebody else, or its position is "
                "another after the database died"
            )

    @staticmethod
    def move_all(leases: Sequence[Lease], connection: Connection, position: int) -> Callable[[], None]:
        """Move the position of each and renew the leases, as `move` does. The answer raises LeaseLost if one of them is
        lost; in a pipeline, the caller lets the pipeline come to there first."""
        moved = connection.execute(
            "UPDATE antiphon.followers AS f SET position = %s, "
            "lease_until = clock_timestamp() + make_interval(secs => mine.seconds) "
            "FROM unnest(%s::text[], %s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::float8[]) "
            "AS mine (name, version, shard, epoch, position, seconds) WHERE (f.name, f.version, f.shard) = "
            "(mine.name, mine.version, mine.shard) AND (f.epoch, f.position) = (mine.epoch, mine.position)",
            (
                position,
                [each.name for each in leases],
                [each.version for each in leases],
                [each.shard for each in leases],
                [each.epoch for each in leases],
                [each.position for each in leases],
                [each.seconds for each in leases],
            ),
        )

        def check() -> None:
            if moved.rowcount != len(leases):
                raise LeaseLost("one of several subscriptions is led by somebody else")

        return check

    @staticmethod
    def release_all(leases: Sequence[Lease], connection: Connection) -> None:
        """Let standbys take over at once: they are woken as by an append."""
        connection.execute(
            "UPDATE antiphon.followers AS f SET lease_until = NULL, holder = NULL "
            "FROM unnest(%s::text[], %s::int[], %s::int[], %s::bigint[]) AS mine (name, version, shard, epoch) "
            "WHERE (f.name, f.version, f.shard, f.epoch) = (mine.name, mine.version, mine.shard, mine.epoch)",
            (
                [each.name for each in leases],
                [each.version for each in leases],
                [each.shard for each in leases],
                [each.epoch for each in leases],
            ),
        )
        connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))


def begin_at_end(connection: Connection, name: str, version: int) -> None:
    """Set the position of a new subscription: where its former version has come to, or else the log's end.

    For subscriptions whose work must not be repeated for the whole log: one without a row begins at position 0.
    """
    connection.execute(
        "INSERT INTO antiphon.followers (name, version, position) SELECT %s, %s, coalesce("
        "(SELECT position FROM antiphon.followers WHERE name = %s AND version < %s ORDER BY version DESC LIMIT 1), "
        "(SELECT max(position) FROM antiphon.log), 0) ON CONFLICT DO NOTHING",
        (name, version, name, version),
    )


def _end_stuck_session(connection: Connection, key: Key, seconds: float) -> None:
    """End the session of a former lease holder that has waited for its client for as long as a lease lasts.

    `idle_in_transaction_session_timeout` reaches a backend between statements only: not one that waits for the rest of
    a COPY or for the client to read an answer, nor one that has had a flush request since, as a pipeline sends it.
    """
    locked = connection.execute(
        "SELECT xmax::text FROM antiphon.followers "
        "WHERE (name, version, shard) = (%s, %s, %s) AND lease_until < clock_timestamp()",
        key,
    ).fetchone()
    if locked:
        with connection.transaction():
            # As the login, to which these sessions belong; none of our roles may end a session.
            connection.execute("SET LOCAL ROLE NONE")
            connection.execute(
                "SELECT pg_terminate_backend(s.pid) FROM pg_locks AS l JOIN pg_stat_activity AS s USING (pid) "
                "WHERE l.locktype = 'transactionid' AND l.granted AND l.transactionid = %s::text::xid "
                "AND s.usename = current_user AND s.wait_event IN ('ClientRead', 'ClientWrite') "
                "AND s.state_change < clock_timestamp() - make_interval(secs => %s)",
                (locked[0], seconds),
            )


@dataclass(frozen=True, slots=True)
class SubscriptionStatus:
    """Status of one shard of a subscription. `leased`: the lease is held right now, by the database's clock."""

    name: str
    version: int
    position: int
    epoch: int
    holder: str | None
    lease_until: datetime | None
    leased: bool
    shard: int


def subscription_statuses(connection: Connection) -> list[SubscriptionStatus]:
    """The status of every shard of every subscription, by name, version and shard."""
    rows = connection.execute(
        "SELECT name, version, position, epoch, holder, lease_until, coalesce(lease_until > clock_timestamp(), false), "
        "shard FROM antiphon.followers ORDER BY name, version, shard"
    )
    return [SubscriptionStatus(*row) for row in rows]


def positions(connection: Connection) -> dict[tuple[str, int], int]:
    """The position each subscription has reached, by name and version: the lowest of its shards."""
    rows = connection.execute("SELECT name, version, min(position) FROM antiphon.followers GROUP BY name, version")
    return {(name, version): position for name, version, position in rows}
