"""The figures of measures as a table, with a bar beside each share and each median."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.display.terminal import console
from domain.measure.amount import amount
from domain.measure.definition import Measure, Unit
from domain.measure.figure import FEWEST_PEOPLE, ComparedFigure, Figure, FigureRow
from domain.measure.period import Period

_BAR = 20
"""How many characters a share of 1, or the greatest median, is wide."""


def print_figures(found: Measure[Any], rows: Sequence[FigureRow]) -> None:  # Any: of facts of whatever kind
    """Print the figures of a measure, each with those with which it is compared below."""
    out = console()
    out.print(Text(f"{found.name} (version {found.version}): {found.question}"))
    unit = found.unit
    table = Table(box=None, pad_edge=False)
    for column in ("period", "slice", *_COLUMNS.get(unit, _OF_QUANTITY)):
        table.add_column(column, justify="right" if column in _RIGHT else "left")
    for column in ("n", "open", "unknown", "left out"):
        table.add_column(column, justify="right")
    greatest = max((row.figure.quantity.p50.value for row in rows if row.figure.quantity), default=0.0)
    for row in rows:
        table.add_row(*_cells(row, unit, greatest))
        for other in row.compared:
            label = f"  {other.compare}{_change(other, unit)}"
            beside = replace(row, period=Period(label, other.begin, other.end), slice=None, figure=other.figure)
            table.add_row(*_cells(beside, unit, greatest), style="dim")
    out.print(table)
    if any(row.figure.too_small for row in rows):
        out.print(Text(f"A group of fewer than {FEWEST_PEOPLE} people shows no figure.", "dim"))


_OF_QUANTITY = ("median", "95 % of it", "p90", "95 % of that", "mean", "sum")
_COLUMNS = {"share": ("share", "95 %"), "per-100-orders": ("for 100 orders", "items")}
_RIGHT = ("95 %", *_OF_QUANTITY, *_COLUMNS["per-100-orders"])


def _cells(row: FigureRow, unit: Unit, greatest: float) -> Iterator[str]:
    figure = row.figure
    yield row.period.label or "all"
    yield row.slice or ""
    if figure.too_small:
        yield f"fewer than {FEWEST_PEOPLE} people"
        return
    if unit == "per-100-orders":
        yield from ("no orders" if figure.rate is None else f"{figure.rate:.1f}", str(figure.hits))
    else:
        yield from _share(figure) if unit == "share" else _quantity(figure, unit, greatest)
    yield from map(str, (figure.n, figure.open, figure.unknown))
    yield ", ".join(f"{why} {count}" for why, count in (figure.excluded or {}).items())


def _share(figure: Figure) -> Iterator[str]:
    if figure.share is None or figure.low is None or figure.high is None:
        yield from ("no items", "")
    else:
        yield f"{figure.share:6.1%} {'█' * round(figure.share * _BAR):<{_BAR}}"
        yield f"{figure.low:.1%}-{figure.high:.1%}"


def _quantity(figure: Figure, unit: Unit, greatest: float) -> Iterator[str]:
    if (found := figure.quantity) is None:
        yield from ("no items", *[""] * (len(_OF_QUANTITY) - 1))
        return
    bar = "█" * round(found.p50.value / greatest * _BAR) if greatest else ""
    for quantile in (found.p50, found.p90):
        yield f"{amount(quantile.value, unit)} {bar:<{_BAR}}" if quantile is found.p50 else amount(quantile.value, unit)
        yield f"{_bound(quantile.low, unit)}-{_bound(quantile.high, unit)}"
    yield amount(found.mean, unit)
    yield amount(found.total, unit)


def _change(other: ComparedFigure, unit: Unit) -> str:
    """How much more, or less, it is now."""
    if other.change is None:
        return ""
    if unit == "share":
        low, high = (100 * (bound or 0.0) for bound in (other.low, other.high))
        return f": {100 * other.change:+.1f} points ({low:+.1f} to {high:+.1f})"
    sign = "-" if other.change < 0 else "+"
    return f": {sign}{amount(abs(other.change), 'number' if unit == 'per-100-orders' else unit)}"


def _bound(value: float | None, unit: Unit) -> str:
    return "?" if value is None else amount(value, unit)


def figure_words(found: Figure | None, unit: Unit) -> str:
    """A figure in a line: the share, the median or the rate, and of how many."""
    if found is None:
        return "not there"
    if found.too_small:
        return f"fewer than {FEWEST_PEOPLE} people"
    if found.share is not None:
        value = f"{found.share:.1%}"
    elif found.quantity is not None:
        value = amount(found.quantity.p50.value, unit)
    else:
        value = "none" if found.rate is None else f"{found.rate:.1f}"
    beside = f"open {found.open}, unknown {found.unknown}"
    return f"{value} of {found.n or 0} ({beside})"
