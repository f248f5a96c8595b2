"""Figures of a measure as a chart: a point for each period with its interval, a line for each slice. Slices differ by
the shape of their points and by the dashes of their lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from domain.measure.amount import amount
from domain.measure.definition import Unit
from domain.measure.figure import FEWEST_PEOPLE, Figure, FigureRow
from infra.drawing.svg import picture, rendered, write

MOST_LINES = 6
"""How many slices one chart has beside the whole."""

_LEFT, _TOP, _WIDE, _HIGH, _LEGEND, _STEP = 90, 50, 640, 260, 210, 5
_STYLE = (
    "text{font:12px sans-serif;fill:#111}.paper{fill:#fff}.grid{stroke:#ddd}.axis{stroke:#111}.title{font-weight:bold}"
    ".line{fill:none;stroke:#111;stroke-width:1.5}.point{fill:#111}.interval{stroke:#767676;stroke-width:2}"
)
_SHAPES = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "M-5-5H5V5H-5z", "M0-6L6 5H-6z", "M0-6L6 0 0 6-6 0z", "M-6-5H6L0 6z",
    "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2z", "M-6-2H6V2H-6z",
)  # fmt: skip
_DASHES = ("", "7 4", "2 3", "10 3 2 3", "4 2", "1 4", "12 5")

_Point = tuple[float, float | None, float | None]
"""A value with its interval, where one is known."""


def chart(title: str, unit: Unit, rows: Sequence[FigureRow]) -> str:
    """The chart of these figures. `title`: what the measure asks. The same figures are the same text."""
    periods = list(dict.fromkeys(row.period.label or "all" for row in rows))
    lines: dict[str, dict[str, _Point]] = {}
    for row in rows:
        line = lines.setdefault(row.slice or "all", {})
        if (found := _point(row.figure)) is not None:
            line[row.period.label or "all"] = found
    shown = dict(list(lines.items())[: MOST_LINES + 1])
    top = _top(unit, [each for line in shown.values() for each in line.values()])
    described = _in_words(unit, periods, shown, len(lines) - len(shown))
    height = max(_TOP + _HIGH + 60, _TOP + 24 * len(shown) + 20)
    root = picture(_LEFT + _WIDE + _LEGEND, height, title, described, _STYLE)
    write(root, [title if len(title) < 120 else f"{title[:119]}…"], _LEFT, 24, "title", "start")
    for step in range(_STEP + 1):
        y = _TOP + _HIGH * (1 - step / _STEP)
        SubElement(root, "line", _span(_LEFT, y, _LEFT + _WIDE, y, "grid" if step else "axis"))
        write(root, [amount(top * step / _STEP, unit)], _LEFT - 8, y + 4, "tick", "end")
    across = {period: _LEFT + _WIDE * (n + 0.5) / len(periods) for n, period in enumerate(periods)}
    every = math.ceil(len(periods) / 10)
    for period in periods[::every]:
        write(root, [period], across[period], _TOP + _HIGH + 20, "tick")
    for number, (name, line) in enumerate(shown.items()):
        _line(root, number, {across[period]: line.get(period) for period in periods}, top)
        y = _TOP + 10 + 24 * number
        SubElement(root, "path", {"d": _SHAPES[number], "class": "point", **_at(_LEFT + _WIDE + 24, y)})
        write(root, [name if len(name) < 26 else f"{name[:25]}…"], _LEFT + _WIDE + 40, y + 4, "legend", "start")
    return rendered(root)


def _point(figure: Figure) -> _Point | None:
    if figure.quantity is not None:
        return figure.quantity.p50.value, figure.quantity.p50.low, figure.quantity.p50.high
    if figure.rate is not None:
        return figure.rate, None, None
    return None if figure.share is None else (figure.share, figure.low, figure.high)


def _top(unit: Unit, points: Sequence[_Point]) -> float:
    """The value at the top of the chart: of a share always the whole, so that small differences look small."""
    greatest = max((each for point in points for each in point if each is not None), default=0.0)
    if unit == "share" or not greatest:
        return 1.0
    scale = 10.0 ** math.floor(math.log10(greatest / _STEP))
    return _STEP * scale * math.ceil(greatest / _STEP / scale)


def _line(root: Element, number: int, points: Mapping[float, _Point | None], top: float) -> None:
    """A line with its points; where a figure is missing, there is a gap, and never a zero."""
    shift = 3.0 * number
    way, missing = "", True
    for x, point in points.items():
        if point is None:
            missing = True
            continue
        way += f"{'M' if missing else 'L'}{x + shift:.1f} {_y(point[0], top):.1f}"
        missing = False
        if point[1] is not None and point[2] is not None:
            low, high = _y(point[1], top), _y(point[2], top)
            SubElement(root, "line", _span(x + shift, low, x + shift, high, "interval"))
    if way:
        SubElement(root, "path", {"d": way, "class": "line", "stroke-dasharray": _DASHES[number] or "none"})
    for x, point in points.items():
        if point is not None:
            SubElement(root, "path", {"d": _SHAPES[number], "class": "point", **_at(x + shift, _y(point[0], top))})


def _y(value: float, top: float) -> float:
    return _TOP + _HIGH * (1 - value / top)


def _at(x: float, y: float) -> dict[str, str]:
    return {"transform": f"translate({x:.1f} {y:.1f})"}


def _span(x1: float, y1: float, x2: float, y2: float, kind: str) -> dict[str, str]:
    return {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}", "class": kind}


def _in_words(unit: Unit, periods: Sequence[str], lines: Mapping[str, Mapping[str, _Point]], left_out: int) -> str:
    what = {"share": "Shares", "per-100-orders": "Numbers for 100 orders"}.get(unit, "Medians")
    said = [f"{what} with intervals of 95 %, where they are known."]
    for name, line in lines.items():
        figures = (f"{each}: {amount(line[each][0], unit)}" if each in line else f"{each}: none" for each in periods)
        said.append(f"{name}: {', '.join(figures)}.")
    if any(len(line) < len(periods) for line in lines.values()):
        said.append(f"None: nothing is known, or fewer than {FEWEST_PEOPLE} people.")
    if left_out:
        said.append(f"{left_out} more groups are not drawn.")
    return " ".join(said)
