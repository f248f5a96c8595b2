"""Readiness: whether the databases answer, and whether the views keep up."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from domain.kernel.refusal import Overloaded, Refusal
from infra.postgres.database import Database
from infra.postgres.migrate import pending
from infra.subscriptions.health import QUERY, Health, SubscriptionHealth
from infra.views.reader import Reader
from projections.catalogue import VIEWS

PROBE_SECONDS = 1.0
"""How long a check of a database may take, because probes give up soon, too; and how long its result is reused, because
anybody may ask."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What still counts as ready, for each view."""

    lag_seconds: float = 60.0
    quarantined: int = 1000


class Readiness:
    """Whether this process can do its work."""

    def __init__(self, reader: Reader, vault: Database, database_url: str, thresholds: Thresholds) -> None:
        self._thresholds = thresholds
        self._reader = reader
        self._vault = vault
        self._database_url = database_url
        self._migrated = False
        self._probing = asyncio.Lock()
        self._last: tuple[float, dict[str, Any]] = (-PROBE_SECONDS, {})

    async def health(self) -> Health | None:
        """The health of the log and its subscriptions; None where the database does not answer."""
        with suppress(Overloaded):
            return Health.of(await self._reader.execute(QUERY, seconds=PROBE_SECONDS))
        return None

    async def checks(self) -> dict[str, Any]:
        """Every check, with `ok`."""
        async with self._probing:
            at, checks = self._last
            if time.monotonic() > at + PROBE_SECONDS:
                checks = await self._probe()
                self._last = (time.monotonic(), checks)
            return checks

    async def _probe(self) -> dict[str, Any]:
        health, vault = await asyncio.gather(self.health(), asyncio.to_thread(self._vault.answers, PROBE_SECONDS))
        checks: dict[str, Any] = {"database": {"ok": health is not None}, "vault": {"ok": vault}}
        if health is None:
            return checks
        checks["schema"] = {"ok": await asyncio.to_thread(self._schema)}
        checks["log"] = {"ok": True, "position": health.position}
        for view in VIEWS:
            checks[f"{view.name} v{view.version}"] = self._subscription(
                health.subscriptions.get((view.name, view.version))
            )
        return checks

    def _schema(self) -> bool:
        # Once complete, the schema stays complete: it is compared with the files of this very process.
        if not self._migrated:
            with suppress(psycopg.Error, Refusal):
                self._migrated = not pending(self._database_url, "log", deadline_seconds=PROBE_SECONDS)
        return self._migrated

    def _subscription(self, each: SubscriptionHealth | None) -> dict[str, Any]:
        if each is None:
            return {"ok": False}
        fit = each.live and each.quarantined <= self._thresholds.quarantined
        return {
            "ok": fit and each.behind_seconds <= self._thresholds.lag_seconds,
            "live": each.live,
            "position": each.position,
            "behind": each.behind,
            "behind_seconds": round(each.behind_seconds, 3),
            "leased": each.leased,
            "lease_seconds": None if each.lease_seconds is None else round(each.lease_seconds, 3),
            "parked": each.quarantined,
        }
