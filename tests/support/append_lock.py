"""Holding the lock that the append function takes, so that every append waits."""

from __future__ import annotations

import psycopg

WAITING = "SELECT pid FROM pg_locks WHERE relation = 'antiphon.append_lock'::regclass AND NOT granted"
"""The backends that wait for the lock."""


def hold(operator: psycopg.Connection) -> None:
    """Take the lock, in a transaction that `let_go` ends."""
    operator.execute("BEGIN")
    operator.execute("SET LOCAL ROLE antiphon_owner")
    operator.execute("LOCK TABLE antiphon.append_lock IN SHARE UPDATE EXCLUSIVE MODE")
    operator.execute("RESET ROLE")


def let_go(operator: psycopg.Connection) -> None:
    """Release the lock."""
    operator.execute("COMMIT")
