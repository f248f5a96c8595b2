"""A check of something that can wait or fail quietly. `antiphon doctor`, `/readyz` and `/metrics` are made from checks.

`projections/health.py` is the list of all checks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from domain.channel import ServedChannels
from infra.postgres.database import Connection, Database
from infra.subscriptions.health import Health


@dataclass(frozen=True, slots=True)
class Sources:
    """What checks read: the log's database as reader or auditor, the key store, the folder ANTIPHON_HOME, and the
    channels that somebody serves."""

    connection: Connection
    vault: Database | None = None
    home: Path | None = None
    channels: ServedChannels = field(default_factory=ServedChannels)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a check found. `says`: the finding in words, empty where doctor has words of its own. `wrong`: what to do
    about the finding; None if all is well. `values`: numbers by metric, each with `labels`."""

    says: str
    wrong: str | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What still counts as ready, for each view."""

    lag_seconds: float = 60.0
    quarantined: int = 1000


class Check(ABC):
    """One check."""

    name: ClassVar[str]
    """The name that doctor prints."""
    metrics: ClassVar[Mapping[str, str]]
    """The meaning of each gauge, by its name."""
    labels: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def read(self, sources: Sources) -> Iterable[Reading]:
        """The readings at this moment; at least one. Raises psycopg.Error."""

    def ready(self, health: Health, thresholds: Thresholds) -> Mapping[str, dict[str, Any]]:
        """What `/readyz` shows, each with `ok`: only what keeps a process from doing its work."""
        return {}
