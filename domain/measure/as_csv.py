"""Figures as CSV (RFC 4180), the same over the API and on the command line."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace

from domain.measure.figure import Figure, FigureRow
from domain.measure.period import Period

COLUMNS = (
    "period", "begin", "end", "slice", "too_small", "n", "hits", "share", "low", "high", "open", "unknown", "excluded",
    "p50", "p50_low", "p50_high", "p90", "p90_low", "p90_high", "mean", "total", "rate", "compared_with",
)  # fmt: skip


def as_csv(rows: Iterable[FigureRow]) -> str:
    """A line of names, then a line for each figure. Times are UTC, in ISO 8601; what is not known is empty; `excluded`
    is `why=count`, one after the other. From `p50` to `total`: of a measure
    that is no share, in its unit. `rate`: of one that counts per hundred orders.
    A slice that a spreadsheet would take for a formula has a `'` before it.
    `compared_with`: `before` or `year-before`, where the line is of the period with which the one above is compared."""
    written: list[str] = []
    lines = csv.writer(SimpleNamespace(write=written.append))
    lines.writerow(COLUMNS)
    for row, found, compare in _lines(rows):
        excluded = " ".join(f"{why}={count}" for why, count in (found.excluded or {}).items())
        span = row.period.label, row.period.begin.isoformat(), row.period.end.isoformat(), _text(row.slice)
        counts = found.n, found.hits, found.share, found.low, found.high, found.open, found.unknown
        lines.writerow([*span, found.too_small, *counts, excluded, *_quantity(found), found.rate, compare])
    return "".join(written)


def _text(said: str | None) -> str | None:
    """What somebody outside may have written, as a text that no spreadsheet runs (OWASP, "CSV injection")."""
    return f"'{said}" if said and said[0] in "=+-@\t\r" else said


def _lines(rows: Iterable[FigureRow]) -> Iterable[tuple[FigureRow, Figure, str | None]]:
    for row in rows:
        yield row, row.figure, None
        for other in row.compared:
            period = Period(row.period.label, other.begin, other.end)
            yield replace(row, period=period), other.figure, other.compare


def _quantity(found: Figure) -> Iterable[float | None]:
    if (quantity := found.quantity) is None:
        return (None,) * 8
    p50, p90 = quantity.p50, quantity.p90
    return p50.value, p50.low, p50.high, p90.value, p90.low, p90.high, quantity.mean, quantity.total
