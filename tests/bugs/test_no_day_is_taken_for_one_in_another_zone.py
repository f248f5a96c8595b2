"""A day is a local date in the company's zone. Where nobody handed the zone in, clocks silently took UTC: so did the
policies by which commands decide.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import commands.service_level
import domain.service_level
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import UnitOfWork
from infra.log.memory import MemoryLog
from tests.support.companies import AGENT

PACKAGES = (domain.service_level, commands.service_level)


def callables() -> Iterator[tuple[str, object]]:
    """All functions, classes and methods of clocks, by name."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if getattr(value, "__module__", None) == module.name and callable(value):
                    yield f"{module.name}.{name}", value


def with_a_default_zone(value: object) -> bool:
    try:
        zone = inspect.signature(value).parameters.get("zone")  # type: ignore[arg-type]  # callable: see above
    except ValueError:
        return False
    return zone is not None and isinstance(zone.default, str)


def test_nothing_of_clocks_takes_a_zone_that_nobody_handed_in() -> None:
    assert [name for name, value in callables() if with_a_default_zone(value)] == []


def test_one_that_did_would_be_found() -> None:
    def of(zone: str = "UTC") -> str:
        return zone

    assert with_a_default_zone(of)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Auckland"])
def test_commands_decide_by_policies_of_the_companys_zone(zone: str) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    log = MemoryLog(lambda: now)
    executor = CommandExecutor(log, lambda: now, zone)
    zones: list[str] = []

    def work() -> UnitOfWork:
        zones.append(executor.policies().zone)
        return UnitOfWork("conversation-1", [])

    # When
    executor.run(AGENT, work)
    # Then
    executor.close()
    log.close()
    assert set(zones) == {zone}
