"""Figures as CSV (RFC 4180), the same over the API and on the command line."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from types import SimpleNamespace

from domain.measure.figure import FigureRow

COLUMNS = (
    "period", "begin", "end", "slice", "too_small", "n", "hits", "share", "low", "high", "open", "unknown", "excluded",
)  # fmt: skip


def as_csv(rows: Iterable[FigureRow]) -> str:
    """A line of names, then a line for each figure. Times are UTC, in ISO 8601; what is not known is empty; `excluded`
    is `why=count`, one after the other."""
    written: list[str] = []
    lines = csv.writer(SimpleNamespace(write=written.append))
    lines.writerow(COLUMNS)
    for row in rows:
        found = row.figure
        excluded = " ".join(f"{why}={count}" for why, count in (found.excluded or {}).items())
        span = row.period.label, row.period.begin.isoformat(), row.period.end.isoformat(), row.slice
        counts = found.n, found.hits, found.share, found.low, found.high, found.open, found.unknown
        lines.writerow([*span, found.too_small, *counts, excluded])
    return "".join(written)
