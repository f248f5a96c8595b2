"""Pictures: what they show is in their words, too; nothing that somebody wrote becomes a part of the document."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from domain.measure.figure import Figure, FigureRow, Quantile, Quantity
from domain.measure.period import Period
from domain.process_map.discovery import Edge, Node, ProcessMap
from infra.drawing import process_map
from infra.drawing.measure_chart import MOST_LINES, chart

SVG = "{http://www.w3.org/2000/svg}"
WEEKS = [Period(f"W{n}", datetime(2026, 6, n, tzinfo=UTC), datetime(2026, 6, n + 1, tzinfo=UTC)) for n in (1, 2, 3)]
EVIL = "</text><script>alert(1)</script>\x00\"'&"


def shares(slice: str | None = None) -> list[FigureRow]:
    found = (0.5, None, 0.25)
    return [
        FigureRow(week, slice, Figure(share is None, 8, 4, share, share and share - 0.1, share and share + 0.1))
        for week, share in zip(WEEKS, found, strict=True)
    ]


def words(document: str) -> str:
    root = ElementTree.fromstring(document)
    assert root.attrib["role"] == "img"
    assert {each.tag for each in root.iter()} <= {
        f"{SVG}{tag}"
        for tag in ("svg", "title", "desc", "style", "rect", "line", "path", "text", "g", "defs", "marker")
    }
    return root[1].text or ""


def test_a_chart_has_its_figures_in_words_and_a_gap_where_none_is_known() -> None:
    drawn = chart("How many?", "share", [*shares(), *shares("complaint")])
    assert "all: W1: 50.0%, W2: none, W3: 25.0%. complaint:" in words(drawn)
    assert "fewer than 5 people" in words(drawn)
    assert drawn == chart("How many?", "share", [*shares(), *shares("complaint")])
    lines = [each for each in ElementTree.fromstring(drawn).iter(f"{SVG}path") if each.attrib["class"] == "line"]
    assert [each.attrib["d"].count("M") for each in lines] == [2, 2]
    assert len({each.attrib["stroke-dasharray"] for each in lines}) == 2


def test_a_chart_of_medians_of_rates_and_of_nothing_can_be_drawn() -> None:
    week = timedelta(days=7).total_seconds()
    taken = Quantity(Quantile(week, None, week), Quantile(week, None, None), week, week)
    rows = [FigureRow(WEEKS[0], None, Figure(too_small=False, n=6, quantity=taken))]
    assert "all: W1: 7 d." in words(chart("How long?", "seconds", rows))
    rates = [FigureRow(WEEKS[0], None, Figure(too_small=False, n=6, hits=3, rate=50.0))]
    assert "all: W1: 50." in words(chart("How many?", "per-100-orders", rates))
    words(chart("How many?", "share", [FigureRow(WEEKS[0], None, Figure(too_small=True))]))
    many = [each for n in range(MOST_LINES + 3) for each in shares(str(n))]
    assert "3 more groups are not drawn" in words(chart("How many?", "share", [*shares(), *many]))


def test_what_somebody_wrote_is_text_on_a_picture_and_nothing_else() -> None:
    drawn = chart(EVIL, "share", shares(EVIL))
    assert "<script" not in drawn
    assert "alert(1)" in words(drawn)
    edge = Edge(EVIL, "resolved", 6, 6, None, None)
    nodes = tuple(Node(name, 6, 6, 6, 0, 0) for name in (EVIL, "resolved"))
    found = ProcessMap(too_small=False, conversations=6, nodes=nodes, edges=(edge,))
    assert "<script" not in process_map.drawn(found)
    assert "<script" not in process_map.drawn(replace(found, edges=(replace(edge, first="resolved"),)), {EVIL: EVIL})
    words(process_map.drawn(found))
    assert "no map is shown" in words(process_map.drawn(ProcessMap(too_small=True)))
