"""The check of proof: checkpoints of the log, and whether a verification found anything wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from infra.health.check import Check, Reading, Sources
from infra.health.processes import running
from infra.proof.status import status

LATE_SECONDS = 60.0
"""How long an event may be without a checkpoint, while a process makes them, before doctor says so."""

_UNCOVERED = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - (
    SELECT recorded_at FROM antiphon.log WHERE position > %s ORDER BY position LIMIT 1)), 0)::float8,
    coalesce(extract(epoch FROM clock_timestamp() - %s::timestamptz)::float8, 0)"""


class LogIsProved(Check):
    """The last checkpoint of the log, and the last verification by `antiphon audit verify`."""

    name = "proof"
    metrics: ClassVar[Mapping[str, str]] = {
        "antiphon_checkpoint_events": "How many events the last checkpoint covers.",
        "antiphon_checkpoint_late_seconds": "How long ago the oldest event was recorded that no checkpoint covers; 0 "
        "where all are covered.",
        "antiphon_checkpoint_failing": "Whether no checkpoint can be made.",
        "antiphon_verified_age_seconds": "How long ago `antiphon audit verify` last ended; absent where it never did.",
        "antiphon_verified_wrong": "Whether it found a position that is wrong; absent where it never ended.",
    }

    def read(self, sources: Sources) -> Iterable[Reading]:
        """The last checkpoint, and the last verification."""
        found = status(sources.connection)
        row = sources.connection.execute(_UNCOVERED, (found.checkpoint_position, found.verified_at)).fetchone()
        late, age = row or (0.0, 0.0)
        values: dict[str, float] = {
            "antiphon_checkpoint_events": found.checkpoint_size,
            "antiphon_checkpoint_late_seconds": late,
            "antiphon_checkpoint_failing": float(found.failing is not None),
        }
        says = "no checkpoint yet"
        if found.checkpoint_at:
            says = f"a checkpoint of {found.checkpoint_size} events at {found.checkpoint_at:%Y-%m-%d %H:%M:%S} UTC"
        wrong = None
        if found.verified_at:
            values |= {
                "antiphon_verified_age_seconds": age,
                "antiphon_verified_wrong": float(found.wrong_position is not None),
            }
            says += f", verified at {found.verified_at:%Y-%m-%d %H:%M:%S} UTC"
        if found.wrong_position is not None:
            wrong = f"the log was changed, at position {found.wrong_position} first: docs/audit.md says what to do"
        elif found.failing:
            wrong = f"no checkpoint can be made ({found.failing}): antiphon audit checkpoint says why"
        elif late > LATE_SECONDS and any(each.what == "followers" for each in running(sources)):
            wrong = f"events wait for a checkpoint since {late:.0f} seconds: see the log of `antiphon run followers`"
        yield Reading(says, wrong, values)
