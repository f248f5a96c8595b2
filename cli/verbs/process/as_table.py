"""The map of how conversations go as tables: edges by time lost, compared between periods and groups, and variants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.display.terminal import console, one_line
from domain.measure.amount import open_hours
from domain.measure.figure import FEWEST_PEOPLE
from domain.process_map.discovery import Edge, MapRow, ProcessMap

WORST = 10
"""How many edges a table has."""
_MOST_WAYS = 5


def print_maps(rows: Sequence[MapRow], calendar_id: str | None, names: Mapping[str, str]) -> None:
    """Print one map with its ways, or several beside one another. `names`: of teams, by id."""
    out = console()
    whole = "by the wall clock" if calendar_id is None else f"in open hours of {calendar_id}"
    out.print(Text(f"Waiting counts {whole}."), soft_wrap=True)
    if len(rows) == 1:
        _print_one(out, rows[0].map, names)
    else:
        _print_compared(out, rows, names)
    if any(row.map.too_small or row.map.hidden_edges or row.map.other_conversations for row in rows):
        out.print(Text(f"What fewer than {FEWEST_PEOPLE} people did shows no figure.", "dim"))


def _print_one(out: Console, found: ProcessMap, names: Mapping[str, str]) -> None:
    if found.too_small:
        return
    waited = "no wait is known" if found.waiting_seconds is None else f"{open_hours(found.waiting_seconds)} of waiting"
    unknown = f"; {found.unknown_waits} waits are unknown, because a time is not exact" if found.unknown_waits else ""
    out.print(Text(f"{found.conversations} conversations: {waited}{unknown}."))
    table = Table("", "from", "to", box=None, pad_edge=False)
    for column in ("times", "conversations", "median", "p90", "of all waiting", "waited"):
        table.add_column(column, justify="right")
    for number, edge in enumerate(found.edges[:WORST], 1):
        table.add_row(str(number), _name(edge.first, names), _name(edge.then, names), *_cells(edge))
    out.print(table)
    for variant in found.variants[:_MOST_WAYS]:
        way = " > ".join(_name(node, names) for node in variant.nodes)
        out.print(Text(f"{variant.conversations:>6} went {way}"), soft_wrap=True)
    out.print(
        Text(f"Not shown: {found.hidden_edges} edges; the ways of {found.other_conversations} conversations.", "dim")
    )


def _cells(edge: Edge) -> Iterator[str]:
    yield from (str(edge.number), str(edge.conversations))
    if (waiting := edge.waiting) is None:
        yield from ("", "", "", "")
        return
    yield from (open_hours(waiting.p50.value), open_hours(waiting.p90.value))
    yield from (f"{edge.share or 0.0:.1%}", open_hours(waiting.total))


def _print_compared(out: Console, rows: Sequence[MapRow], names: Mapping[str, str]) -> None:
    """A row for each map, and in it the worst edge of all maps, with the median wait on each."""
    worst = _worst(rows)
    table = Table("period", "of", box=None, pad_edge=False)
    table.add_column("conversations", justify="right")
    for first, then in worst:
        table.add_column(f"{_name(first, names)} > {_name(then, names)}", justify="right")
    for row in rows:
        edges = {(edge.first, edge.then): edge for edge in row.map.edges}
        of = "all" if row.slice is None else _name(row.slice, names)
        number = "too few" if row.map.too_small else str(row.map.conversations)
        table.add_row(row.period.label or "all", of, number, *(_median(edges.get(edge)) for edge in worst))
    what = (
        "The median wait on the edges on which most time was lost:" if worst else "No edge of a whole map has a wait."
    )
    out.print(Text(what))
    out.print(table)


def _worst(rows: Iterable[MapRow]) -> list[tuple[str, str]]:
    lost: dict[tuple[str, str], float] = {}
    for row in rows:
        if row.slice is None:
            for edge in row.map.edges:
                if edge.waiting is not None:
                    key = edge.first, edge.then
                    lost[key] = lost.get(key, 0.0) + edge.waiting.total
    return sorted((edge for edge in lost if lost[edge]), key=lambda edge: (-lost[edge], edge))[: WORST // 2]


def _median(edge: Edge | None) -> str:
    if edge is None or edge.waiting is None:
        return ""
    return f"{open_hours(edge.waiting.p50.value)} ({edge.share or 0.0:.0%})"


def _name(node: str, names: Mapping[str, str]) -> str:
    return one_line(names.get(node, node))
