"""The bench runs: each row in its quickest form gives numbers. What they say is for `make bench`."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest

from bench.__main__ import NEEDS_KAFKA, ROWS, document, measure
from bench.rows import TINY, Row, table
from tests.support.databases import Databases

TAKES_LONG = ("history-page", "inbound", "post", "post-two", "publish", "watch", "clock-bytes", "memory")
"""Rows that take longer than all others take together: most of them start processes."""

NOTHING_GOES_WRONG = ("missed", "false-pass", "false-hold")
"""Rows that count what went wrong."""


def check(name: str, databases: Databases) -> None:
    # When
    rows = list(measure(databases, [name], TINY))
    told = json.loads(json.dumps(document(rows, TINY, datetime.now(UTC))))
    # Then
    (row,) = told["rows"]
    numbers = [row["got"], row["reach"] or 0, *row["rounds"], *row["notes"].values()]
    assert all(isinstance(number, int | float) and math.isfinite(number) for number in numbers), row
    assert row["name"] == name
    assert name in table(rows)
    if name in NOTHING_GOES_WRONG:
        assert row["got"] == 0
    else:
        assert row["got"] > 0


@pytest.mark.parametrize("name", sorted(ROWS.keys() - TAKES_LONG))
def test_a_row_has_numbers_in_the_table_and_in_the_document(name: str, databases: Databases) -> None:
    check(name, databases)


@pytest.mark.faults
@pytest.mark.long_only
@pytest.mark.parametrize("name", TAKES_LONG)
def test_a_row_that_takes_long_has_numbers_too(name: str, databases: Databases, request: pytest.FixtureRequest) -> None:
    if name in NEEDS_KAFKA:
        request.getfixturevalue("brokers").need_java()
    check(name, databases)


def test_a_row_that_is_not_reached_says_so() -> None:
    # Given
    slow = Row("append", "ours", "theirs", ">=", 0.4, [0.9, 0.2, 0.3])
    fast = Row("fold", "ours", "theirs", "<=", 6, [5, 7, 4])
    # Then
    assert (slow.got, slow.reached, fast.got, fast.reached) == (0.3, False, 5, True)
    assert "NOT REACHED" in table([slow])
    assert "NOT REACHED" not in table([fast])
