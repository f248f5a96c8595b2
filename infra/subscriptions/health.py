"""The health of subscriptions, read from the database: for `antiphon doctor`, probes and metrics alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

QUERY = """
SELECT log.position, f.name, f.version, f.position, log.position - f.position,
    coalesce(extract(epoch FROM clock_timestamp() - (
        SELECT recorded_at FROM antiphon.log WHERE position > f.position ORDER BY position LIMIT 1)), 0)::float8,
    (SELECT count(DISTINCT p.position) FROM antiphon.parked AS p WHERE (p.follower, p.version) = (f.name, f.version)),
    f.holder, f.lease_until, extract(epoch FROM f.lease_until - clock_timestamp())::float8,
    coalesce((SELECT generation > 0 FROM antiphon.views AS v WHERE (v.name, v.version) = (f.name, f.version)), true)
FROM (SELECT coalesce(max(position), 0) AS position FROM antiphon.log) AS log
LEFT JOIN (
    SELECT DISTINCT ON (name, version) name, version, holder, lease_until,
        min(position) OVER (PARTITION BY name, version) AS position
    FROM antiphon.followers ORDER BY name, version, lease_until NULLS FIRST
) AS f ON true ORDER BY f.name, f.version"""
"""The query for a `Health`. For the reader, the appender and the auditor; cheap, however long the log is."""


@dataclass(frozen=True, slots=True)
class SubscriptionHealth:
    """The health of one subscription: the position of its last shard, and the lease that ends first.

    `behind`: the lag in positions, at least as many as events. `behind_seconds`: how long ago the oldest event was
    recorded that the subscription has not taken in; 0 at the log's end. `lease_seconds`: for how long the lease is
    still held, negative since when it has run out; None where its last holder released it. `live`: False for a version
    of a view that is being built.
    """

    name: str
    version: int
    position: int
    behind: int
    behind_seconds: float
    quarantined: int
    holder: str | None
    lease_until: datetime | None
    lease_seconds: float | None
    live: bool

    @property
    def leased(self) -> bool:
        """Whether the lease is held now, by the database's clock."""
        return (self.lease_seconds or 0.0) > 0


@dataclass(frozen=True, slots=True)
class Health:
    """The log's last position, and every subscription by name and version."""

    position: int
    subscriptions: dict[tuple[str, int], SubscriptionHealth]

    @classmethod
    def of(cls, rows: Sequence[tuple[Any, ...]]) -> Self:
        """Read the rows of `QUERY`."""
        subscriptions = (SubscriptionHealth(*row[1:]) for row in rows if row[1] is not None)
        return cls(rows[0][0], {(each.name, each.version): each for each in subscriptions})
