"""The map of how conversations go, drawn in layers: what comes first is at the top. The ten worst edges carry their
number, and how long somebody waits; an edge is the wider the more of all waiting is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from domain.measure.amount import open_hours
from domain.measure.figure import FEWEST_PEOPLE
from domain.process_map.discovery import Edge, Node, ProcessMap
from infra.drawing.svg import legible, picture, rendered, write

WORST = 10
"""How many edges are named, in words and on the picture."""
_WIDTH, _HEIGHT, _ACROSS, _DOWN, _MARGIN = 150, 44, 240, 130, 90
_STYLE = (
    "text{font:12px sans-serif;fill:#111}.name{font-weight:bold}.paper{fill:#fff}.node{fill:#f4f4f4;stroke:#111}"
    ".edge{fill:none;stroke:#767676;stroke-dasharray:4 3}.worst{fill:none;stroke:#111}"
    ".label{paint-order:stroke;stroke:#fff;stroke-width:4px}"
)


def drawn(found: ProcessMap, names: Mapping[str, str] | None = None) -> str:
    """The picture of a map. `names`: of nodes that have another one for people. The same map is the same text."""
    names = names or {}
    layers = _layers(found)
    across = max([len(layer) for layer in layers], default=1)
    width, height = 2 * _MARGIN + across * _ACROSS, 2 * _MARGIN + max(len(layers), 1) * _DOWN
    root = picture(width, height, "How conversations go", description(found, names), _STYLE)
    arrow = SubElement(SubElement(root, "defs"), "marker", _ARROW)
    SubElement(arrow, "path", {"d": "M0 0 8 4 0 8z"})
    middles = {
        node.name: (width / 2 + (number - (len(layer) - 1) / 2) * _ACROSS, _MARGIN + depth * _DOWN)
        for depth, layer in enumerate(layers)
        for number, node in enumerate(layer)
    }
    labels = Element("g")
    for number, edge in enumerate(found.edges, 1):
        if edge.first in middles and edge.then in middles:
            _edge(root, labels, edge, number if _is_worst(edge, number) else None, middles, names)
    for layer in layers:
        for node in layer:
            _node(root, node, names.get(node.name, node.name), *middles[node.name])
    root.append(labels)
    return rendered(root)


def description(found: ProcessMap, names: Mapping[str, str]) -> str:
    """What the picture shows, in words."""
    if found.too_small:
        return f"Fewer than {FEWEST_PEOPLE} people: no map is shown."
    said = [f"{found.conversations} conversations."]
    for number, edge in enumerate(found.edges, 1):
        if _is_worst(edge, number) and edge.waiting is not None and edge.share is not None:
            said.append(
                f"{number}. From {names.get(edge.first, edge.first)} to {names.get(edge.then, edge.then)}: "
                f"{edge.number} times, median "
                f"{open_hours(edge.waiting.p50.value)}, {edge.share:.0%} of all waiting."
            )
    return " ".join(said)


_ARROW = {
    "id": "arrow", "viewBox": "0 0 8 8", "refX": "8", "refY": "4", "markerWidth": "9", "markerHeight": "9",
    "markerUnits": "userSpaceOnUse", "orient": "auto",
}  # fmt: skip


def _is_worst(edge: Edge, number: int) -> bool:
    return number <= WORST and bool(edge.waiting and edge.waiting.total)


def _layers(found: ProcessMap) -> Sequence[Sequence[Node]]:
    """The nodes by how many edges lead to them from where conversations begin, at least; in each layer, those are
    neighbours that follow neighbours (the barycentre heuristic of Sugiyama and others, 1981)."""
    after: defaultdict[str, list[str]] = defaultdict(list)
    before: defaultdict[str, list[str]] = defaultdict(list)
    for edge in found.edges:
        after[edge.first].append(edge.then)
        before[edge.then].append(edge.first)
    depth = {node.name: 0 for node in found.nodes if node.begin}
    reached = list(depth)
    for name in reached:
        for following in after[name]:
            if following not in depth:
                depth[following] = depth[name] + 1
                reached.append(following)
    last = max(depth.values(), default=-1) + 1
    layers: defaultdict[int, list[Node]] = defaultdict(list)
    for node in found.nodes:
        layers[depth.get(node.name, last)].append(node)
    place: dict[str, float] = {}
    ordered = []
    for _, layer in sorted(layers.items()):
        middle = {node.name: _mean([place[name] for name in before[node.name] if name in place]) for node in layer}
        layer.sort(key=lambda node: (middle[node.name], -node.visits, node.name))
        place |= {node.name: number - (len(layer) - 1) / 2 for number, node in enumerate(layer)}
        ordered.append(layer)
    return ordered


def _mean(places: Sequence[float]) -> float:
    return sum(places) / len(places) if places else 0.0


def _node(root: Element, node: Node, name: str, x: float, y: float) -> None:
    box = {"x": f"{x - _WIDTH / 2:.1f}", "y": f"{y - _HEIGHT / 2:.1f}", "width": f"{_WIDTH}", "height": f"{_HEIGHT}"}
    SubElement(root, "rect", {**box, "rx": "6", "class": "node"})
    here = f", {node.here} here" if node.here else ""
    write(root, [_short(name)], x, y - 4, "name")
    write(root, [f"{node.visits} times{here}"], x, y + 13, "count")


def _edge(
    root: Element,
    labels: Element,
    edge: Edge,
    number: int | None,
    middles: Mapping[str, tuple[float, float]],
    names: Mapping[str, str],
) -> None:
    (x1, y1), (x2, y2) = middles[edge.first], middles[edge.then]
    if y2 > y1:  # downwards
        begin, end = (x1, y1 + _HEIGHT / 2), (x2, y2 - _HEIGHT / 2)
        bend = (begin[0], begin[1] + 40), (end[0], end[1] - 40)
    else:  # back up, along the layer, or to itself: around the right side
        begin, end = (x1 + _WIDTH / 2, y1 + 8), (x2 + _WIDTH / 2, y2 - 8)
        out = max(x1, x2) + _WIDTH / 2 + 50
        bend = (out, begin[1]), (out, end[1])
    (a, b), (c, d) = bend
    way = f"M{begin[0]:.1f} {begin[1]:.1f}C{a:.1f} {b:.1f} {c:.1f} {d:.1f} {end[0]:.1f} {end[1]:.1f}"
    width = 1 + 9 * (edge.share or 0.0)
    look = {"d": way, "class": "edge" if number is None else "worst", "stroke-width": f"{width:.1f}"}
    drawn_edge = SubElement(root, "path", {**look, "marker-end": "url(#arrow)"})
    SubElement(drawn_edge, "title").text = legible(
        f"{names.get(edge.first, edge.first)} to {names.get(edge.then, edge.then)}: {edge.number} times"
    )
    if number is not None and edge.waiting is not None:
        x, y = (begin[0] + 3 * a + 3 * c + end[0]) / 8, (begin[1] + 3 * b + 3 * d + end[1]) / 8
        lines = [f"{number}. {open_hours(edge.waiting.p50.value)}", f"{edge.share or 0:.0%} of all waiting"]
        write(labels, lines, x, y, "label")


def _short(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:8]}…{name[-8:]}"
