"""One look that is recorded at once, in a transaction of its own: of who exports a person's data."""

from __future__ import annotations

from infra.postgres.database import Database
from infra.trail.looks import INSERT, Look, inserted


def record(database: Database, look: Look) -> None:
    """Record a look; it is committed when this returns. `database`: the appender's. Raises Overloaded."""
    with database.connection() as connection:
        connection.execute(INSERT, inserted([look]))
