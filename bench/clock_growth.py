"""The clocks of a conversation of ten times as many events, judged as `/clocks` judges them."""

from __future__ import annotations

import time

from bench.rows import Row, Size
from domain.service_level.detection import Knowledge
from tests.support.clock_stories import story
from tests.support.databases import Databases

_MEASURED = ("talk", "pauses", "new cycles", "priority flips")


def clock_growth(databases: Databases, size: Size) -> Row:
    """How many times as long ten times as many events take, in the kind of story in which that is most."""
    few, many = size.fold, 10 * size.fold
    rounds, seconds = [], {}
    for _ in range(size.rounds):
        ratios = []
        for name in _MEASURED:
            one, ten = _seconds(name, few), _seconds(name, many)
            ratios.append(ten / one)
            seconds[f"{name}: ms"] = ten * 1_000
        rounds.append(max(ratios))
    return Row(
        "clock-growth",
        f"all clocks of {many:,} events judged, in the worst of {', '.join(_MEASURED)}",
        f"the same of {few:,} events",
        "<=",
        12,
        rounds,
        seconds,
    )


def _seconds(name: str, length: int) -> float:
    """The processor time that one evaluation takes: no other process is measured with it."""
    told, now = story(name, length)
    known = Knowledge(told, of_clocks=(), zone="UTC")
    began = time.process_time()
    known.at(now)
    return time.process_time() - began
