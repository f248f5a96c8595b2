"""Draws the plots of docs/signals.md from complaints to the US Consumer Financial Protection Bureau, by the functions
that weigh signals: `python -m bench.signal_plots cfpb_complaints.csv docs/signals`.

Each complaint counts as a person; weeks stand for windows, since nearly all of the file is of one summer.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from domain.signal.trend import change_point
from domain.statistics import Proportion, fit, wilson

AREA = "Credit reporting"
"""Products that begin so are the area."""
THEMES = {
    "information": "Incorrect information on your report",
    "investigation": "Problem with a credit reporting company's investigation into an existing problem",
}
FIRST, LAST = date(2023, 6, 26), date(2023, 9, 10)
_WIDE, _HIGH, _EDGE = 520, 260, 60
_FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
font-family="sans-serif" font-size="12">
<rect width="{width}" height="{height}" fill="white"/>
<text x="{edge}" y="24">{title}</text>
<path fill="none" stroke="#999" d="M{edge} {edge}V{low}H{right}"/>
{marks}
</svg>
"""

Complaint = Mapping[str, str]


def complaints(file: Path) -> list[Complaint]:
    """The complaints of the area within the weeks."""
    with file.open(encoding="utf-8", newline="") as opened:
        return [
            row for row in csv.DictReader(opened)
            if row["Product"].startswith(AREA) and FIRST <= date.fromisoformat(row["Date received"]) <= LAST
        ]  # fmt: skip


def weekly(found: Sequence[Complaint], issue: str) -> list[Proportion]:
    """Of the complaints of each week, how many are about an issue."""
    every, about = Counter[int](), Counter[int]()
    for row in found:
        week = (date.fromisoformat(row["Date received"]) - FIRST).days // 7
        every[week] += 1
        about[week] += row["Issue"] == issue
    return [Proportion(about[week], every[week]) for week in range((LAST - FIRST).days // 7 + 1)]


def trend_plot(windows: Sequence[Proportion], issue: str) -> str:
    """Shares by week with their intervals; a line where the share changes."""
    change = change_point(windows)
    said = "no change" if change is None else (
        f"from {change.before.share:.1%} to {change.after.share:.1%}, p {change.probability:.2g}"
    )  # fmt: skip
    return _framed(f"{issue}: {said}", _trend_marks(windows, None if change is None else change.window))


def _trend_marks(windows: Sequence[Proportion], changed: int | None) -> Iterator[str]:
    step = _WIDE / len(windows)
    for number, window in enumerate(windows):
        if not window.of:
            continue
        x, interval = _EDGE + step * (number + 0.5), wilson(window)
        monday = FIRST + timedelta(weeks=number)
        yield f'<path stroke="#36c" d="M{x:.1f} {_y(interval.low):.1f}V{_y(interval.high):.1f}"/>'
        yield f'<circle cx="{x:.1f}" cy="{_y(window.share):.1f}" r="4" fill="#36c"/>'
        yield f'<text x="{x:.1f}" y="{_EDGE + _HIGH + 18}" text-anchor="middle" font-size="9">{monday:%d %b}</text>'
        yield f'<text x="{x:.1f}" y="{_EDGE + _HIGH + 32}" text-anchor="middle" font-size="9">n {window.of}</text>'
    if changed is not None:
        x = _EDGE + step * changed
        yield f'<path stroke="#c33" stroke-dasharray="4" d="M{x:.1f} {_EDGE}V{_EDGE + _HIGH}"/>'
    yield from _percents()


def fit_plot(found: Sequence[Complaint], issue: str) -> str:
    """Which part of the complaints about an issue is of each group of consumers, beside that of all in the area."""
    every = Counter(row["Tags"] or "no tag" for row in found)
    about = Counter(row["Tags"] or "no tag" for row in found if row["Issue"] == issue)
    how = fit(about, every)
    marks = _fit_marks(about, every)
    return _framed(f"{issue}: w {how.effect:.2f}, p {how.probability:.2g}", marks)


def _fit_marks(about: Counter[str], every: Counter[str]) -> Iterator[str]:
    step = _WIDE / len(every)
    for number, name in enumerate(sorted(every, key=lambda name: (-every[name], name))):
        for place, (counted, colour) in enumerate(((about, "#36c"), (every, "#bbb"))):
            share = Proportion(counted[name], counted.total())
            interval, x = wilson(share), _EDGE + step * (number + 0.25 + 0.3 * place)
            y = _y(share.share)
            size = f'width="{step * 0.25:.1f}" height="{_EDGE + _HIGH - y:.1f}"'
            yield f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{colour}"/>'
            middle = x + step * 0.125
            yield f'<path stroke="black" d="M{middle:.1f} {_y(interval.low):.1f}V{_y(interval.high):.1f}"/>'
        below = f'x="{_EDGE + step * (number + 0.5):.1f}" y="{_EDGE + _HIGH + 18}"'
        yield f'<text {below} text-anchor="middle">{name}</text>'
    yield from _percents()


def _percents() -> Iterator[str]:
    for tenth in range(0, 11, 2):
        yield f'<text x="{_EDGE - 8}" y="{_y(tenth / 10) + 4:.0f}" text-anchor="end">{tenth * 10} %</text>'


def _framed(title: str, marks: Iterator[str]) -> str:
    return _FRAME.format(
        width=_WIDE + 2 * _EDGE, height=_HIGH + 2 * _EDGE, edge=_EDGE, low=_EDGE + _HIGH, right=_EDGE + _WIDE,
        title=title, marks="\n".join(marks),
    )  # fmt: skip


def _y(share: float) -> float:
    return _EDGE + (1 - share) * _HIGH


def plots(file: Path) -> dict[str, str]:
    """Each plot by the name of its file."""
    found = complaints(file)
    return {
        **{f"share-{name}.svg": trend_plot(weekly(found, issue), issue) for name, issue in THEMES.items()},
        "segments.svg": fit_plot(found, THEMES["information"]),
    }


if __name__ == "__main__":
    for name, drawn in plots(Path(sys.argv[1])).items():
        Path(sys.argv[2], name).write_text(drawn, "utf-8")
