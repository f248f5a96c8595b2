"""What is asked of the map: of which conversations, and by what they are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from domain.kernel.refusal import Refusal
from domain.measure.conversation import SLICES
from domain.measure.period import Period, PeriodLength, periods
from domain.process_map.path import Nodes, Path

FILTERS: Mapping[str, str] = MappingProxyType(
    {"team": "team", "area": "product_area", "channel": "channel", "kind": "kind"}
)
"""By what conversations are chosen, each with the name of its slice."""


@dataclass(frozen=True, slots=True)
class ProcessQuestion:
    """A question. `chosen`: the value of each slice that conversations have to have. `slice_by`: by what they are
    compared beside periods. `calendar`: by whose open hours, by name or id; None: by the company's only calendar."""

    nodes: Nodes
    periods: tuple[Period, ...]
    chosen: Mapping[str, str]
    slice_by: str | None = None
    calendar: str | None = None

    @property
    def begin(self) -> datetime:
        """The first instant of the span."""
        return self.periods[0].begin

    @property
    def end(self) -> datetime:
        """The instant after the span."""
        return self.periods[-1].end

    def is_about(self, path: Path) -> bool:
        """Whether a conversation began in the span, and is among those that were chosen."""
        return self.begin <= path.opened_at < self.end and all(
            path.slices[name] == value for name, value in self.chosen.items()
        )


def asked(
    begin: date,
    end: date,
    *,
    zone: str,
    nodes: Nodes = "work",
    calendar: str | None = None,
    chosen: Mapping[str, str | None] | None = None,
) -> ProcessQuestion:
    """The question about all conversations that began from a day of a zone up to, and without, another one. `chosen`:
    by the names of FILTERS. Raises Refusal `input-invalid`."""
    given = {FILTERS[name]: value for name, value in (chosen or {}).items() if value is not None}
    return ProcessQuestion(nodes, tuple(periods(begin, end, "whole", zone)), given, None, calendar)


def compared(
    question: ProcessQuestion,
    begin: date,
    end: date,
    *,
    zone: str,
    by: PeriodLength = "whole",
    slice_by: str | None = None,
) -> ProcessQuestion:
    """The same question by periods and by a slice. Raises Refusal `input-invalid`."""
    if slice_by is not None and slice_by not in SLICES:
        raise Refusal("input-invalid", f"maps can be compared by {', '.join(SLICES)}")
    return replace(question, periods=tuple(periods(begin, end, by, zone)), slice_by=slice_by)
