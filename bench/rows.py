"""What a measurement says: a ratio of two things measured in turn in the same run, and how far it was to reach."""

from __future__ import annotations

import operator
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything. `seconds` is how long each side of a round works, where that is how it is bounded."""

    rounds: int
    seconds: int
    log: int
    """Events in the big log."""
    fold: int
    """Events of the long conversation."""
    missed: int
    """Events that the tailing reader is to see."""
    catch_up: int
    """Events that the views catch up on."""
    search: int
    """Messages among which is searched."""
    clocks: int
    """Clocks that run, of which few are due."""
    companies: int
    """Simulated companies whose signals are assessed."""
    items: int
    """Feedback items of which all signals are weighed."""


FULL = Size(
    rounds=3,
    seconds=5,
    log=1_000_000,
    fold=1_000,
    missed=20_000,
    catch_up=100_000,
    search=1_000_000,
    clocks=100_000,
    companies=1_000,
    items=100_000,
)
QUICK = Size(
    rounds=3,
    seconds=2,
    log=200_000,
    fold=1_000,
    missed=5_000,
    catch_up=20_000,
    search=200_000,
    clocks=20_000,
    companies=100,
    items=20_000,
)
TINY = Size(rounds=1, seconds=1, log=2_000, fold=50, missed=300, catch_up=500, search=2_000, clocks=1_000, companies=3,
    items=1_000,
)  # fmt: skip
"""For the test that keeps the bench from rotting: its numbers mean nothing."""

_HOLDS: Mapping[str, Callable[[float, float], bool]] = {">=": operator.ge, "<=": operator.le, "=": operator.eq}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the median of `rounds` against what is to be reached, if that was set. `notes` hold
    absolute figures."""

    name: str
    what: str
    against: str
    sign: Literal[">=", "<=", "="]
    reach: float | None
    rounds: Sequence[float]
    notes: Mapping[str, float] = field(default_factory=dict)

    @property
    def got(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rounds)

    @property
    def reached(self) -> bool:
        """Whether it is as good as it was to be."""
        return self.reach is None or _HOLDS[self.sign](self.got, self.reach)

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "got": self.got, "reached": self.reached}


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which that part (0 to 1) of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def table(rows: Sequence[Row]) -> str:
    """All rows as text, one block each: what against what, to reach, got."""
    lines = []
    for row in rows:
        verdict = "" if row.reach is None else "reached" if row.reached else "NOT REACHED"
        rounds = " ".join(f"{ratio:.3g}" for ratio in row.rounds)
        reach = "no target" if row.reach is None else f"to reach {row.sign} {row.reach:g}"
        lines.append(f"{row.name:<12} {row.got:>7.3g}  {reach:<16} {verdict:<12} rounds: {rounds}")
        lines.append(f"{'':<21}{row.what}")
        lines.append(f"{'':<21}against {row.against}")
        lines.append(f"{'':<21}{', '.join(f'{name} {value:,.6g}' for name, value in row.notes.items())}".rstrip())
    return "\n".join(lines)
