"""The parts of a column: values that no cell of the table tells apart, so that one of them speaks for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from itertools import pairwise
from typing import Any, TypeVar, assert_never, cast

from domain.decision_table.table import DecisionTable, TableInput
from domain.decision_table.unary_tests import Range, UnaryTests
from domain.decision_table.values import EXACTLY, LONGEST, MOST_DIGITS, ORDERED, Value, checked_number, literal


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """Values that no cell tells apart: one value, an open range, or any text that no cell names.

    `sample`: one of them. `low`, `high`: the ends of a range; None: without end. `place`: among the parts of a column
    with an order, without a hole where no value lies.
    """

    sample: Value
    place: int = -1
    is_range: bool = False
    low: Value = None
    high: Value = None
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A column of inputs with its parts, of which each may come in."""

    input: TableInput
    parts: tuple[ColumnPart, ...]

    def text(self, chosen: Collection[int]) -> str:
        """Some parts, by their indexes, as unary tests: what passes exactly these parts of the column."""
        if len(chosen) == len(self.parts):
            return "-"
        parts = [self.parts[each] for each in sorted(chosen)]
        rest = [part.sample for index, part in enumerate(self.parts) if index not in chosen]
        if any(part.is_other for part in parts) or (None in rest and len(rest) == 1):
            return f"not({', '.join(map(literal, rest))})"
        return ", ".join([*(literal(part.sample) for part in parts if part.place < 0), *_ranges(parts)])


def columns(table: DecisionTable) -> Iterator[InputColumn]:
    """The columns of a table with their parts."""
    for index, column in enumerate(table.inputs):
        cells = {column.values, *(rule.tests[index] for rule in table.rules)}
        named = set(_named(cells)) - {None}
        parts = [*_parts(column, named), *([ColumnPart(None)] if column.optional else [])]
        yield InputColumn(column, tuple(part for part in parts if column.takes(part.sample)))


def _named(cells: Iterable[UnaryTests]) -> Iterator[Value]:
    """The values that cells name."""
    for cell in cells:
        for test in cell.tests:
            if isinstance(test, Range):
                yield test.lower.value
                yield test.upper.value
            else:
                yield test.value


def _parts(column: TableInput, named: set[Value]) -> Iterator[ColumnPart]:
    if column.type == "boolean":
        yield from (ColumnPart(True), ColumnPart(False))
    elif column.type not in ORDERED:
        yield from map(ColumnPart, sorted(named, key=str))
        yield ColumnPart(_other(named), is_other=True)
    else:
        # Any: all are of the column's type, which has an order.
        in_order: list[Any] = sorted(cast(set[Any], named))
        bounds = [None, *in_order, None]
        place = 0
        for low, high in pairwise(bounds):
            if low is not None:
                yield ColumnPart(low, place)
                place += 1
            if (sample := _between(column, low, high)) is not None:
                yield ColumnPart(sample, place, is_range=True, low=low, high=high)
                place += 1


def _other(named: set[Value]) -> str:
    """A text that no cell names."""
    text = "something else"
    while text in named:
        text += " "
    return text


def _between(column: TableInput, low: Value, high: Value) -> Value:
    """A value between two others; None where there is none."""
    try:
        match column.type:
            case "number":
                assert low is None or isinstance(low, Decimal)
                assert high is None or isinstance(high, Decimal)
                return _number_between(low, high)
            case "date":
                return _next_to(low, high, date(2026, 1, 1), timedelta(days=1))
            case "date and time":
                return _next_to(low, high, datetime(2026, 1, 1, tzinfo=UTC), timedelta(microseconds=1))
            case "days and time duration":
                found = _next_to(low, high, timedelta(), timedelta(seconds=1))
                return found if found is not None and timedelta() <= found <= LONGEST else None
            case "string" | "boolean":
                raise TypeError(f"a {column.type} has no order")
            case _:
                assert_never(column.type)
    except OverflowError:
        return None  # beyond the first or the last of all dates


_Steps = TypeVar("_Steps", date, datetime, timedelta)
"""Types whose values follow one another by a unit."""


# Any: as of `_parts`.
def _next_to(low: Any, high: Any, any_value: _Steps, unit: timedelta) -> _Steps | None:
    found: _Steps = (any_value if high is None else high - unit) if low is None else low + unit
    return found if high is None or found < high else None


_ROUNDING = Context(prec=EXACTLY.prec)


def _number_between(low: Decimal | None, high: Decimal | None) -> Decimal | None:
    """The number between two others with the fewest decimals; None where one would have more digits than a number may
    have."""
    if low is None and high is None:
        return Decimal()
    with localcontext(EXACTLY):
        for decimals in range(MOST_DIGITS + 1):
            unit = Decimal(1).scaleb(-decimals)
            if low is None:
                assert high is not None
                found = high.quantize(unit, ROUND_CEILING, _ROUNDING) - unit
            else:
                found = low.quantize(unit, ROUND_FLOOR, _ROUNDING) + unit
            if high is None or found < high:
                try:
                    return checked_number(found)
                except ValueError:
                    continue
    return None


def _ranges(parts: Iterable[ColumnPart]) -> Iterator[str]:
    """Parts of a column with an order as tests, neighbours as one."""
    run: list[ColumnPart] = []
    for part in parts:
        if part.place < 0:
            continue
        if run and part.place != run[-1].place + 1:
            yield _range(run[0], run[-1])
            run = []
        run.append(part)
    if run:
        yield _range(run[0], run[-1])


def _range(first: ColumnPart, last: ColumnPart) -> str:
    low = first.low if first.is_range else first.sample
    high = last.high if last.is_range else last.sample
    if low is None:
        return f"{'<' if last.is_range else '<='} {literal(high)}"
    if high is None:
        return f"{'>' if first.is_range else '>='} {literal(low)}"
    if first is last and not first.is_range:
        return literal(low)
    return f"{'(' if first.is_range else '['}{literal(low)}..{literal(high)}{')' if last.is_range else ']'}"
