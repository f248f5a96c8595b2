"""What is asked of a measure: a span of days in a zone, the length of periods, and by what items are grouped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.kernel.refusal import Refusal
from domain.measure.catalogue import SLICES, measure
from domain.measure.definition import Measure
from domain.measure.period import Period, PeriodLength, periods

MOST_SLICES = 2
"""By how many things at once items are grouped."""


@dataclass(frozen=True, slots=True)
class MeasureQuestion:
    """A question. `now`: the instant as of which outcomes are known. `zone`: in which days and months begin."""

    measure: Measure[Any]  # Any: of facts of whatever kind
    periods: tuple[Period, ...]
    now: datetime
    slice_by: tuple[str, ...] = ()
    zone: str = "UTC"

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
    """The question about a measure by its name, from a day of a zone up to, and without, another one. `slice_by`: one
    thing, or two with a comma in between. Raises NotFound, Refusal `input-invalid`."""
    found = measure(name)
    return MeasureQuestion(found, tuple(periods(begin, end, by, zone)), now, _grouped_by(name, slice_by), zone)


def _grouped_by(name: str, slice_by: str | None) -> tuple[str, ...]:
    if slice_by is None:
        return ()
    by, known = tuple(slice_by.split(",")), SLICES[name]
    if not {*by} <= {*known}:
        raise Refusal("input-invalid", f"the items of {name} can be grouped by {', '.join(known) or 'nothing'}")
    if len({*by}) < len(by) or len(by) > MOST_SLICES:
        raise Refusal("input-invalid", f"group by one thing, or by {MOST_SLICES} that differ")
    return by
