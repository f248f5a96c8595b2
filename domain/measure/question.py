"""What is asked of a measure: a span of days in a zone, the length of periods, and by what items are grouped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, get_args

from domain.kernel.refusal import Refusal
from domain.kernel.time import EARLIEST
from domain.measure.catalogue import SLICES, measure
from domain.measure.comparison import other_period
from domain.measure.definition import Measure
from domain.measure.figure import Compare
from domain.measure.period import Period, PeriodLength, periods

MOST_SLICES = 2
"""By how many things at once items are grouped."""


@dataclass(frozen=True, slots=True)
class MeasureQuestion:
    """A question. `now`: the instant as of which outcomes are known. `zone`: in which days and months begin. `length`:
    of the periods. `compare`: with which other periods they are compared."""

    measure: Measure[Any]  # Any: of facts of whatever kind
    periods: tuple[Period, ...]
    now: datetime
    slice_by: tuple[str, ...] = ()
    zone: str = "UTC"
    length: PeriodLength = "whole"
    compare: tuple[Compare, ...] = ()

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
    compare: str | None = None,
    version: int | None = None,
) -> MeasureQuestion:
    """The question about a measure by its name, from a day of a zone up to, and without, another one. `slice_by`: one
    thing, or two with a comma in between. `compare`: `before`, `year-before`, or both with a comma in between.
    `version`: of the definition; else its present one. Raises NotFound, Refusal `input-invalid`."""
    found = measure(name, version)
    spans = tuple(periods(begin, end, by, zone))
    question = MeasureQuestion(found, spans, now, _grouped_by(name, slice_by), zone, by, _compared_with(compare))
    if question.compare and begin - EARLIEST.date() < 2 * (end - begin) + timedelta(days=366):
        raise Refusal("input-invalid", f"nothing can be compared with what was before {EARLIEST:%Y-%m-%d}")
    return question


def others(question: MeasureQuestion) -> list[tuple[Compare, list[Period]]]:
    """For each way in which a question compares: the other period of each of its own."""
    return [
        (compare, [other_period(each, compare, question.length, question.zone) for each in question.periods])
        for compare in question.compare
    ]


def _compared_with(compare: str | None) -> tuple[Compare, ...]:
    if compare is None:
        return ()
    ways: dict[str, Compare] = {each: each for each in get_args(Compare)}
    asked_for = compare.split(",")
    if not {*asked_for} <= ways.keys() or len({*asked_for}) < len(asked_for):
        raise Refusal("input-invalid", f"compare with {' or '.join(ways)}, or with both and a comma in between")
    return tuple(ways[each] for each in asked_for)


def _grouped_by(name: str, slice_by: str | None) -> tuple[str, ...]:
    if slice_by is None:
        return ()
    by, known = tuple(slice_by.split(",")), SLICES[name]
    if not {*by} <= {*known}:
        raise Refusal("input-invalid", f"the items of {name} can be grouped by {', '.join(known) or 'nothing'}")
    if len({*by}) < len(by) or len(by) > MOST_SLICES:
        raise Refusal("input-invalid", f"group by one thing, or by {MOST_SLICES} that differ")
    return by
