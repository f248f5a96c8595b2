"""Parameters to unnest: PostgreSQL reads each value as it was written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from psycopg import sql

from infra.postgres.database import Database
from infra.views.arrays import array
from infra.views.columns import COLUMN_TYPES, Document

VALUES: dict[Any, list[Any]] = {
    str: ["", "a", "{\"'\\,}", "NULL", "ß🚲\n", None],
    bool: [True, None, False],
    int: [0, -1, 2**63 - 1, -(2**63), None],
    Decimal: [Decimal(0), Decimal("-1.50"), Decimal("12345678901234567890.000001"), None],
    date: [date(2026, 11, 30), date.min, date.max, None],
    datetime: [
        datetime(2026, 11, 30, 12, 0, 0, 1, UTC),
        datetime(1969, 1, 1, tzinfo=timezone(timedelta(hours=5))),
        None,
    ],
    tuple[str, ...]: [(), ("a", ""), ("{\"'\\,}", "NULL", "ß🚲\n"), None],
    tuple[Document, ...]: [(), ({"a": [1, None, "ß🚲"]}, {}), None],
}


@pytest.mark.parametrize("annotation", COLUMN_TYPES, ids=str)
def test_each_value_of_an_array_is_read_as_it_was(projector: Database, annotation: Any) -> None:
    column, values = COLUMN_TYPES[annotation], VALUES[annotation]
    kind = column.sql.partition(" ")[0]
    read = sql.SQL("SELECT v::{} FROM unnest(%b::{}[]) AS t (v)").format(
        sql.SQL(kind),
        sql.SQL(column.list_of),
    )
    for given in (values, [None], values[:1]):
        with projector.connection() as connection:
            found = [value for (value,) in connection.execute(read, [array(column, given)]).fetchall()]
        loaded = [column.load(value) if column.load and value is not None else value for value in found]
        assert loaded == given
