"""The right to move one follower's position. It runs by the database's clock, and is fenced by an epoch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from infra.postgres import Connection


class SteppedDown(Exception):
    """Somebody else leads this follower now: what was done in this transaction is to be rolled back."""


@dataclass(slots=True)
class Lease:
    """A follower's row, held for `seconds` at a time.

    Whoever takes it raises the epoch, so that a former holder moves nothing any more.
    """

    name: str
    version: int
    seconds: float
    epoch: int
    position: int

    @classmethod
    def take(cls, connection: Connection, name: str, version: int, holder: str, seconds: float) -> Self | None:
        """Lead the follower, unless somebody does; `holder` takes over from itself at any time."""
        key = (name, version)
        connection.execute(
            "INSERT INTO antiphon.followers (name, version) SELECT %s, %s "
            "WHERE NOT EXISTS (SELECT FROM antiphon.followers WHERE (name, version) = (%s, %s)) ON CONFLICT DO NOTHING",
            (*key, *key),
        )
        row = connection.execute(
            "UPDATE antiphon.followers SET epoch = epoch + 1, holder = %s, "
            "lease_until = clock_timestamp() + make_interval(secs => %s) "
            "WHERE (name, version) = (%s, %s) "
            "AND (lease_until IS NULL OR lease_until < clock_timestamp() OR holder = %s) RETURNING epoch, position",
            (holder, seconds, *key, holder),
        ).fetchone()
        return cls(name, version, seconds, *row) if row else None

    def move(self, connection: Connection, position: int) -> None:
        """Move the position and renew the lease. Raises SteppedDown where it is lost.

        Comes first in a transaction: its lock on the row keeps a second leader waiting until this one is through.
        """
        moved = connection.execute(
            "UPDATE antiphon.followers SET position = %s, "
            "lease_until = clock_timestamp() + make_interval(secs => %s) "
            "WHERE (name, version) = (%s, %s) AND epoch = %s",
            (position, self.seconds, self.name, self.version, self.epoch),
        )
        if moved.rowcount == 0:
            raise SteppedDown(f"{self.name} version {self.version} is led by somebody else")

    def release(self, connection: Connection) -> None:
        """Let a standby take over at once."""
        connection.execute(
            "UPDATE antiphon.followers SET lease_until = NULL, holder = NULL "
            "WHERE (name, version) = (%s, %s) AND epoch = %s",
            (self.name, self.version, self.epoch),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a follower is. `leased`: somebody leads it right now, by the database's clock."""

    name: str
    version: int
    position: int
    epoch: int
    holder: str | None
    lease_until: datetime | None
    leased: bool


def standings(connection: Connection) -> list[Standing]:
    """Every follower there is, by name and version."""
    rows = connection.execute(
        "SELECT name, version, position, epoch, holder, lease_until, coalesce(lease_until > clock_timestamp(), false) "
        "FROM antiphon.followers ORDER BY name, version"
    )
    return [Standing(*row) for row in rows]
