"""The limits of evidence that are in force."""

from __future__ import annotations

from datetime import datetime

from commands import decision_table as tables
from commands.executor.executor import CommandExecutor
from domain.signal.limits import TABLE_NAME, SignalLimits


def limits_in_force(executor: CommandExecutor, at: datetime | None = None) -> SignalLimits:
    """The limits of evidence at an instant, or now; the standard ones before the company publishes any."""
    found = tables.table_in_force(executor, TABLE_NAME, at or executor.clock())
    return SignalLimits() if found is None else SignalLimits(*found)
