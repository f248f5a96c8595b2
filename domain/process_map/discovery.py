"""The map of some conversations: what follows what directly, how often, after how long, and which ways are common
(directly-follows graphs; van der Aalst, Process Mining, chapter 6)."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from domain.measure.figure import FEWEST_PEOPLE, Quantity, quantity
from domain.measure.period import Period
from domain.process_map.path import Path

MOST_VARIANTS = 20
"""How many variants a map shows, at most: the most frequent."""
MOST_EDGES = 500
"""How many edges a map shows, at most: those on which most time is waited."""

OpenSeconds = Callable[[datetime, datetime], float]
"""How many seconds of open hours lie between two instants."""


@dataclass(frozen=True, slots=True)
class Move:
    """One conversation goes from a node to the next one. `place`: the version of the event with which it comes there.
    `seconds`: how long somebody waited in between, in open hours; None where nobody waited, or a time is not exact."""

    id: str
    customer_id: str
    first: str
    then: str
    begin: datetime
    end: datetime
    place: int
    waits: bool
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Node:
    """A place of the map. `visits`: how often conversations came there; `conversations`: how many did. `begin`, `end`:
    how many began there, and ended there; `here`: how many are there now, and wait."""

    name: str
    visits: int
    conversations: int
    begin: int
    end: int
    here: int


@dataclass(frozen=True, slots=True)
class Edge:
    """What followed what directly. `number`: how often; `conversations`: in how many. `waiting`: the seconds that were
    waited, in open hours; `share`: of all waiting between the nodes of the map, how much was here. Both are None where
    nobody waits, or where the times of fewer than five people are exact."""

    first: str
    then: str
    number: int
    conversations: int
    waiting: Quantity | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Variant:
    """The same way from the beginning on. `conversations`: how many went it; `ended`: how many of them go on no
    more."""

    nodes: tuple[str, ...]
    conversations: int
    ended: int


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """How conversations go. `conversations`: how many there are; None where they are of too few people to be shown.
    `waiting_seconds`: all waiting between nodes that is known, in open hours; None where nothing is known of any.
    `unknown_waits`: how often somebody waited for nobody knows how long, because a time is not exact. `edges`: by the
    time that was waited, the most first.
    `variants`: the most frequent first. What fewer than five people did is not shown, but counted: `hidden_nodes`,
    `hidden_edges`; `other_conversations` go a way that is not shown."""

    too_small: bool
    conversations: int | None = None
    waiting_seconds: float | None = None
    unknown_waits: int | None = None
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    variants: tuple[Variant, ...] = ()
    hidden_nodes: int | None = None
    hidden_edges: int | None = None
    other_conversations: int | None = None


@dataclass(frozen=True, slots=True)
class MapRow:
    """The map of a period. `slice`: of the conversations with this value only; None: of all."""

    period: Period
    slice: str | None
    map: ProcessMap


def moves(paths: Iterable[Path], open_seconds: OpenSeconds) -> list[Move]:
    """All moves of these paths, in their order."""
    return [
        Move(
            path.id,
            path.customer_id,
            first.node,
            then.node,
            first.at,
            then.at,
            then.place,
            first.waits,
            open_seconds(first.at, then.at) if first.waits and first.exact and then.exact else None,
        )
        for path in paths
        for first, then in pairwise(path.stops)
    ]


def maps(
    paths: Iterable[Path], periods: Sequence[Period], slice_by: str | None, open_seconds: OpenSeconds
) -> list[MapRow]:
    """The map of each period, by when the customer began the conversation, and of each slice within it. `periods`: one
    after the other, without a gap."""
    begins = [period.begin for period in periods]
    within: list[list[Path]] = [[] for _ in periods]
    for path in paths:
        number = bisect_right(begins, path.opened_at) - 1
        if number >= 0 and path.opened_at < periods[number].end:
            within[number].append(path)
    rows = []
    for period, found in zip(periods, within, strict=True):
        rows.append(MapRow(period, None, process_map(found, open_seconds)))
        groups: defaultdict[str, list[Path]] = defaultdict(list)
        for path in found if slice_by else ():
            groups[path.slices[slice_by or ""]].append(path)
        rows += [MapRow(period, value, process_map(group, open_seconds)) for value, group in sorted(groups.items())]
    return rows


def process_map(paths: Sequence[Path], open_seconds: OpenSeconds) -> ProcessMap:
    """The map of these paths."""
    if paths and _few(path.customer_id for path in paths):
        return ProcessMap(too_small=True)
    by_edge: defaultdict[tuple[str, str], list[Move]] = defaultdict(list)
    for move in moves(paths, open_seconds):
        by_edge[move.first, move.then].append(move)
    waits = [each.seconds for found in by_edge.values() for each in found if each.waits]
    known = [each for each in waits if each is not None]
    total = math.fsum(known)
    edges = sorted(
        (_edge(found, total) for found in by_edge.values() if not _few(each.customer_id for each in found)),
        key=lambda edge: (-(edge.waiting.total if edge.waiting else 0.0), -edge.number, edge.first, edge.then),
    )[:MOST_EDGES]
    by_node: defaultdict[str, list[Path]] = defaultdict(list)
    by_way: defaultdict[tuple[str, ...], list[Path]] = defaultdict(list)
    for path in paths:
        way = tuple(stop.node for stop in path.stops)
        by_way[way].append(path)
        for name in dict.fromkeys(way):
            by_node[name].append(path)
    nodes = [
        _node(name, found) for name, found in sorted(by_node.items()) if not _few(each.customer_id for each in found)
    ]
    variants = sorted(
        (_variant(way, found) for way, found in by_way.items() if not _few(each.customer_id for each in found)),
        key=lambda variant: (-variant.conversations, variant.nodes),
    )[:MOST_VARIANTS]
    return ProcessMap(
        too_small=False,
        conversations=len(paths),
        waiting_seconds=total if known or not waits else None,
        unknown_waits=len(waits) - len(known),
        nodes=tuple(nodes),
        edges=tuple(edges),
        variants=tuple(variants),
        hidden_nodes=len(by_node) - len(nodes),
        hidden_edges=len(by_edge) - len(edges),
        other_conversations=len(paths) - sum(each.conversations for each in variants),
    )


def _edge(found: Sequence[Move], total: float) -> Edge:
    waited = [each for each in found if each.seconds is not None]
    shown = bool(waited) and not _few(each.customer_id for each in waited)
    seconds = quantity(sorted(each.seconds for each in waited if each.seconds is not None)) if shown else None
    return Edge(
        found[0].first,
        found[0].then,
        len(found),
        len({each.id for each in found}),
        seconds,
        seconds.total / total if seconds and total else None,
    )


def _node(name: str, found: Sequence[Path]) -> Node:
    visits = Counter(stop.node for path in found for stop in path.stops)
    last = [path.stops[-1] for path in found]
    return Node(
        name,
        visits[name],
        len(found),
        sum(path.stops[0].node == name for path in found),
        sum(stop.node == name and not stop.waits for stop in last),
        sum(stop.node == name and stop.waits for stop in last),
    )


def _variant(way: tuple[str, ...], found: Sequence[Path]) -> Variant:
    return Variant(way, len(found), sum(not path.stops[-1].waits for path in found))


def _few(people: Iterable[str]) -> bool:
    """Whether these are so few people that one of them could be named."""
    return len({*people}) < FEWEST_PEOPLE
