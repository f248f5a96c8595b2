"""What one signal rests on is found by the signal's id, and not among all items put together."""

from __future__ import annotations

import pytest
from psycopg import sql

from infra.log.application import Log
from infra.postgres.database import Database
from projections.signal import signals, statements
from projections.signal.merged_themes import MergedThemes
from tests.support.following import catch_up


@pytest.mark.parametrize("statement", [statements.WHO, statements.BASE, statements.CONTRIBUTED])
def test_no_statement_about_one_signal_puts_all_items_together(
    log: Log, projector: Database, statement: sql.Composed
) -> None:
    # Given
    catch_up(log, projector)
    merged = MergedThemes({}, {}).given()
    until = signals._until(None, "UTC")
    given = {**merged, "zone": "UTC", "ids": ["signal-1"], "area": "kettles", "month": None, "until": until}
    # When
    with projector.connection() as connection:
        rows = connection.execute(sql.SQL("EXPLAIN ") + statement, given).fetchall()
    # Then
    plan = [str(line) for (line,) in rows]
    assert any("items_v" in line for line in plan)
    assert not any("CTE said" in line for line in plan)
