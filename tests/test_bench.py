"""The bench runs: each row in its quickest form gives numbers. What they say is for `make bench`."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

from bench.__main__ import ROWS, document, measure
from bench.rows import TINY, Row, table
from tests.support.databases import Databases


def test_every_row_has_numbers_in_the_table_and_in_the_document(databases: Databases) -> None:
    # When
    rows = list(measure(databases, list(ROWS), TINY))
    told = json.loads(json.dumps(document(rows, TINY, datetime.now(UTC))))
    # Then
    assert [row["name"] for row in told["rows"]] == list(ROWS)
    for row in told["rows"]:
        numbers = [row["got"], row["reach"] or 0, *row["rounds"], *row["notes"].values()]
        assert all(isinstance(number, int | float) and math.isfinite(number) for number in numbers), row
        assert row["got"] > 0 or row["name"] == "missed"
        assert row["name"] in table(rows)
    assert next(row.got for row in rows if row.name == "missed") == 0


def test_a_row_that_is_not_reached_says_so() -> None:
    # Given
    slow = Row("append", "ours", "theirs", ">=", 0.4, [0.9, 0.2, 0.3])
    fast = Row("fold", "ours", "theirs", "<=", 6, [5, 7, 4])
    # Then
    assert (slow.got, slow.reached, fast.got, fast.reached) == (0.3, False, 5, True)
    assert "NOT REACHED" in table([slow])
    assert "NOT REACHED" not in table([fast])
