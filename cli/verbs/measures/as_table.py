"""The figures of measures as a table, with a bar beside each share and each median."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import compress
from typing import Any, Literal

from rich.table import Table
from rich.text import Text

from cli.display.terminal import console
from domain.measure.amount import amount
from domain.measure.definition import Measure, Unit
from domain.measure.figure import FEWEST_PEOPLE, ComparedFigure, Figure, FigureRow
from domain.measure.period import Period

_BAR = 20
"""How many characters a share of 1, or the greatest median, is wide."""
_WIDE = 120
"""From how many columns of a terminal on the whole table is shown: on a narrower one, no bars, and of values median and
p90 alone, so that no heading and no figure is cut."""
_WIDE_ONLY = frozenset({"95 % of it", "95 % of that", "mean", "sum"})


def print_figures(found: Measure[Any], rows: Sequence[FigureRow]) -> None:  # Any: of facts of whatever kind
    """Print the figures of a measure, each with those with which it is compared below. On a narrow terminal, less."""
    out = console()
    out.print(Text(f"{found.name} (version {found.version}): {found.question}"))
    unit = found.unit
    bar = _BAR if out.width >= _WIDE else 0
    table = Table(box=None, pad_edge=False)
    columns = ("period", "slice", *_COLUMNS.get(unit, _OF_QUANTITY), "n", "open", "unknown", "left out")
    shown = [bool(bar) or column not in _WIDE_ONLY for column in columns]
    for column in compress(columns, shown):
        # Of these, words may go on below; a figure that is compared has words in place of its period.
        wraps = column in ("slice", "left out") or (column == "period" and any(row.compared for row in rows))
        justify: Literal["left", "right"] = "right" if column in _RIGHT else "left"
        table.add_column(column, justify=justify, no_wrap=not wraps, overflow="fold")
    greatest = max((row.figure.quantity.p50.value for row in rows if row.figure.quantity), default=0.0)
    for row in rows:
        table.add_row(*compress(_cells(row, unit, greatest, bar), shown))
        for other in row.compared:
            label = f"  {other.compare}{_change(other, unit)}"
            beside = replace(row, period=Period(label, other.begin, other.end), slice=None, figure=other.figure)
            table.add_row(*compress(_cells(beside, unit, greatest, bar), shown), style="dim")
    out.print(table)
    if any(row.figure.too_small for row in rows):
        out.print(Text(f"A group of fewer than {FEWEST_PEOPLE} people shows no figure.", "dim"))


_OF_QUANTITY = ("median", "95 % of it", "p90", "95 % of that", "mean", "sum")
_COLUMNS = {"share": ("share", "95 %"), "per-100-orders": ("for 100 orders", "items")}
_RIGHT = ("95 %", *_OF_QUANTITY, *_COLUMNS["per-100-orders"], "n", "open", "unknown", "left out")


def _cells(row: FigureRow, unit: Unit, greatest: float, bar: int) -> Iterator[str]:
    figure = row.figure
    yield row.period.label or "all"
    yield row.slice or ""
    if figure.too_small:
        yield f"fewer than {FEWEST_PEOPLE} people"
        return
    if unit == "per-100-orders":
        yield from ("no orders" if figure.rate is None else f"{figure.rate:.1f}", str(figure.hits))
    else:
        yield from _share(figure, bar) if unit == "share" else _quantity(figure, unit, greatest, bar)
    yield from map(str, (figure.n, figure.open, figure.unknown))
    yield ", ".join(f"{why} {count}" for why, count in (figure.excluded or {}).items())


def _share(figure: Figure, bar: int) -> Iterator[str]:
    if figure.share is None or figure.low is None or figure.high is None:
        yield from ("no items", "")
    else:
        yield f"{figure.share:6.1%} {'█' * round(figure.share * bar):<{bar}}"
        yield f"{figure.low:.1%}-{figure.high:.1%}"


def _quantity(figure: Figure, unit: Unit, greatest: float, bar: int) -> Iterator[str]:
    if (found := figure.quantity) is None:
        yield from ("no items", *[""] * (len(_OF_QUANTITY) - 1))
        return
    drawn = "█" * round(found.p50.value / greatest * bar) if greatest else ""
    for quantile, beside in ((found.p50, f" {drawn:<{bar}}" if bar else ""), (found.p90, "")):
        yield f"{amount(quantile.value, unit)}{beside}"
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
