"""Readiness: whether the databases answer, and whether the views keep up."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from domain.channel import ServedChannels
from domain.kernel.refusal import Overloaded, Refusal
from infra.health.check import Check, Reading, Sources, Thresholds
from infra.postgres.database import Database
from infra.postgres.migrate import pending
from infra.subscriptions.health import QUERY, Health
from infra.views.reader import Reader
from projections.health import CHECKS, readings

PROBE_SECONDS = 1.0
"""How long a check of a database may take, because probes give up soon, too; and how long its result is reused, because
anybody may ask."""


class Readiness:
    """Whether this process can do its work; and what waits in the installation, for metrics."""

    def __init__(
        self,
        reader: Reader,
        database: Database,
        vault: Database,
        thresholds: Thresholds,
        home: Path | None,
        channels: ServedChannels,
    ) -> None:
        """`database`: the reader's, for checks that ask more than one thing. `home`: the folder ANTIPHON_HOME.
        `channels`: those that somebody serves."""
        self._channels = channels
        self._thresholds = thresholds
        self._database = database
        self._home = home
        self._reader = reader
        self._vault = vault
        self._migrated = False
        self._probing = asyncio.Lock()
        self._last: tuple[float, dict[str, Any]] = (-PROBE_SECONDS, {})

    def readings(self) -> list[tuple[Check, list[Reading]]] | None:
        """The readings of all checks; None where the database does not answer. For a thread."""
        with suppress(Overloaded), self._database.connection(PROBE_SECONDS) as connection:
            return [*readings(Sources(connection, self._vault, self._home, self._channels))]
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
        health, vault = await asyncio.gather(self._health(), asyncio.to_thread(self._vault.answers, PROBE_SECONDS))
        checks: dict[str, Any] = {"database": {"ok": health is not None}, "vault": {"ok": vault}}
        if health is None:
            return checks
        checks["schema"] = {"ok": await asyncio.to_thread(self._schema)}
        for check in CHECKS:
            checks |= check.ready(health, self._thresholds)
        return checks

    async def _health(self) -> Health | None:
        with suppress(Overloaded):
            return Health.of(await self._reader.execute(QUERY, seconds=PROBE_SECONDS))
        return None

    def _schema(self) -> bool:
        # Once complete, the schema stays complete: it is compared with the files of this very process.
        if not self._migrated:
            with suppress(psycopg.Error, Refusal):
                self._migrated = not pending(self._database.url, "log", deadline_seconds=PROBE_SECONDS)
        return self._migrated
