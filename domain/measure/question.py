"""What is asked of a measure: a span of days in a zone, the length of periods, and by what items are grouped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.kernel.refusal import Refusal
from domain.measure.catalogue import SLICES, measure
from domain.measure.definition import Measure
from domain.measure.period import Period, PeriodLength, periods


@dataclass(frozen=True, slots=True)
class MeasureQuestion:
    """A question. `now`: the instant as of which outcomes are known."""

    measure: Measure[Any]  # Any: of facts of whatever kind
    periods: tuple[Period, ...]
    now: datetime
    slice_by: str | None = None

    @property
    def begin(self) -> datetime:
        """The first instant of the span."""
        return self.periods[0].begin

    @property
    def end(self) -> datetime:
        """The instant after the span."""
        return self.periods[-1].end


def asked(
    name: str,
    begin: date,
    end: date,
    *,
    zone: str,
    now: datetime,
    by: PeriodLength = "whole",
    slice_by: str | None = None,
) -> MeasureQuestion:
    """The question about a measure by its name, from a day of a zone up to, and without, another one. Raises NotFound,
    Refusal `input-invalid`."""
    found = measure(name)
    if slice_by is not None and slice_by not in SLICES[name]:
        known = ", ".join(SLICES[name]) or "nothing"
        raise Refusal("input-invalid", f"the items of {name} can be grouped by {known}")
    return MeasureQuestion(found, tuple(periods(begin, end, by, zone)), now, slice_by)
