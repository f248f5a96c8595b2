"""Draws how often a text model is right against how likely it says it is, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from domain.kernel.refusal import Refusal
from infra.file_to_write import file_there

if TYPE_CHECKING:
    from infra.insight.evaluation import CalibrationBin

_SIZE, _EDGE = 360, 50
_MOST_RADIUS = 18
_FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {all} {all}" font-family="sans-serif" font-size="12">
<rect width="{all}" height="{all}" fill="white"/>
<g stroke="#999"><path fill="none" d="M{edge} {edge}V{low}H{low}"/><path stroke-dasharray="4" d="M{edge} {low}L{low} {edge}"/></g>
<text x="{middle}" y="{below}" text-anchor="middle">probability that the model says</text>
<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">share that is right</text>
{marks}
</svg>
"""  # noqa: E501 - SVG


def draw(bins: Sequence[CalibrationBin], file: Path) -> None:
    """Draw a circle for each bin, its area by how many texts it has; on the dashed line, the model is as good as it
    says. A former file is replaced. Raises Refusal `file-not-writable`."""
    low = _EDGE + _SIZE
    drawn = _FRAME.format(
        all=_SIZE + 2 * _EDGE,
        edge=_EDGE,
        low=low,
        middle=_EDGE + _SIZE // 2,
        below=low + 40,
        marks="\n".join([*_ticks(), *_circles(bins)]),
    )
    check_place(file)
    try:
        file.write_text(drawn, "utf-8")
    except OSError as error:
        raise _not_writable(error) from error


def check_place(file: Path) -> None:
    """Check that a drawing may be written there. Raises Refusal `file-not-writable`."""
    try:
        file_there(file)
    except OSError as error:
        raise _not_writable(error) from error


def _not_writable(error: OSError) -> Refusal:
    return Refusal("file-not-writable", f"{error}; name a file in a folder you may write to")


def _ticks() -> Iterator[str]:
    for tenth in range(0, 11, 2):
        share = tenth / 10
        yield f'<text x="{_x(share):.0f}" y="{_EDGE + _SIZE + 18}" text-anchor="middle">{share:.1f}</text>'
        yield f'<text x="{_EDGE - 8}" y="{_y(share) + 4:.0f}" text-anchor="end">{share:.1f}</text>'


def _circles(bins: Sequence[CalibrationBin]) -> Iterator[str]:
    most = max((each.texts for each in bins), default=1)
    for each in bins:
        if each.texts:
            radius = max(2.0, _MOST_RADIUS * (each.texts / most) ** 0.5)
            title = f"<title>{each.texts} texts: says {each.said:.3f}, is right {each.right:.3f}</title>"
            place = f'cx="{_x(each.said):.1f}" cy="{_y(each.right):.1f}" r="{radius:.1f}"'
            yield f'<circle {place} fill="#36c" fill-opacity="0.6">{title}</circle>'


def _x(share: float) -> float:
    return _EDGE + share * _SIZE


def _y(share: float) -> float:
    return _EDGE + (1 - share) * _SIZE
