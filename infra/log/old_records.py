"""The oldest looks, and old unique keys that answer repeats, are removed by the rules of retention. Their hashes stay
in the trees over them, so that all others go on verifying."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from infra.postgres.database import Connection, Database

LEAST_DAYS = 90
"""For how many days they are kept at least: the database's functions refuse less."""
AT_ONCE = 10_000
"""How many are removed with one statement."""

_LOOKS = """
SELECT count(*) FROM antiphon.looks WHERE at < %(before)s AND id < coalesce((
    SELECT min(id) FROM antiphon.looks WHERE at >= %(before)s OR about = ANY (%(held)s) OR subjects && %(held)s
), 9223372036854775807)"""
_KEYS = """
SELECT count(*) FROM antiphon.claims WHERE fingerprint IS NOT NULL AND position <= (
    SELECT max(position) FROM antiphon.log WHERE recorded_at < %(before)s
)"""


def remove_looks(appender: Database, before: datetime, held: Sequence[str]) -> int:
    """Remove some of the oldest looks from before an instant, as far as a checkpoint covers them. `held`: looks at
    these people or things stay, and all that came after the first of them. Answers how many. Raises Overloaded."""
    return _removed(appender, "SELECT antiphon.remove_oldest_looks(%s, %s, %s)", before, AT_ONCE, list(held))


def remove_keys(appender: Database, before: datetime) -> int:
    """Remove some of the unique keys that answer repeats of what was recorded before an instant. Answers how many.
    Raises Overloaded."""
    return _removed(appender, "SELECT antiphon.remove_oldest_claims(%s, %s)", before, AT_ONCE)


def count_looks(auditor: Connection, before: datetime, held: Sequence[str]) -> int:
    """How many looks would be removed, and be it after the next checkpoint."""
    return _counted(auditor, _LOOKS, before, held)


def count_keys(auditor: Connection, before: datetime) -> int:
    """How many unique keys would be removed."""
    return _counted(auditor, _KEYS, before, ())


def _removed(appender: Database, statement: str, *given: object) -> int:
    with appender.connection() as connection:
        row = connection.execute(statement.encode(), given).fetchone()
    return int(row[0]) if row else 0


def _counted(auditor: Connection, statement: str, before: datetime, held: Sequence[str]) -> int:
    row = auditor.execute(statement.encode(), {"before": before, "held": list(held)}).fetchone()
    return int(row[0]) if row else 0
