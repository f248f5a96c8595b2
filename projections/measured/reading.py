"""What reading facts of measures has in common: a span, and a bound."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from psycopg import sql

from domain.kernel.refusal import Refusal
from infra.postgres.database import Connection

MOST_ITEMS = 200_000
"""How many promises, orders, or steps of conversations one question may be about."""

R = TypeVar("R")


# Any: values of columns
def rows_of(connection: Connection, statement: sql.Composed, begin: datetime, end: datetime) -> list[tuple[Any, ...]]:
    """The rows of a statement about a span, whose limit is `most`. Raises Refusal `input-invalid`."""
    span = {"begin": begin, "end": end, "most": MOST_ITEMS + 1}
    return bounded(connection.execute(statement, span, binary=True).fetchall())


def bounded(rows: list[R]) -> list[R]:
    """The rows, where they are not too many. Raises Refusal `input-invalid`."""
    if len(rows) > MOST_ITEMS:
        raise Refusal("input-invalid", f"that is about more than {MOST_ITEMS:,} facts; ask for a shorter span")
    return rows
