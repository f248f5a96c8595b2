"""A decision table, read: each cell parsed, each column and rule checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.decision_table.unary_tests import (
    ANYTHING,
    Comparison,
    UnaryTests,
    read_literal,
    read_literals,
    read_unary_tests,
)
from domain.decision_table.values import ORDERED, Value, ValueType
from domain.decision_table.written import (
    Aggregation,
    HitPolicy,
    RecordedInput,
    RecordedOutput,
    RecordedRule,
    RecordedTable,
)
from domain.kernel.refusal import Refusal

MOST_TESTS = 20_000
"""The most unary tests of a table, which bound the time of a decision."""


@dataclass(frozen=True, slots=True)
class TableInput:
    """A column of inputs. `values`: what may come in; null also has to be `optional`."""

    name: str
    type: ValueType
    values: UnaryTests
    optional: bool

    def takes(self, value: Value) -> bool:
        """Whether a value of the type may come in."""
        return self.optional if value is None else self.values.passed_by(value)


@dataclass(frozen=True, slots=True)
class TableOutput:
    """A column of outputs. `values`: what may go out, the highest priority first; empty: any value."""

    name: str
    type: ValueType
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class TableRule:
    """A rule: tests and outputs in the order of the columns. `number`: from 1 on, as people count."""

    number: int
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Value, ...]

    def matches(self, values: Iterable[Value]) -> bool:
        """Whether values, in the order of the columns, match."""
        return all(tests.passed_by(value) for tests, value in zip(self.tests, values, strict=True))


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table whose cells are parsed."""

    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[TableInput, ...]
    outputs: tuple[TableOutput, ...]
    rules: tuple[TableRule, ...]
    otherwise: tuple[Value, ...] | None


def read_table(written: RecordedTable) -> DecisionTable:
    """Read a table.

    Raises Refusal `table-not-understood`, where a cell is not what this reader understands, and `table-invalid`, where
    columns, rules and hit policy do not go together. Both say where.
    """
    inputs = tuple(_input(each) for each in written.inputs)
    outputs = tuple(_output(each) for each in written.outputs)
    for columns, kind in ((inputs, "input"), (outputs, "output")):
        if twice := _twice(each.name for each in columns):
            raise _invalid(f"two columns have the name of the {kind} {twice}; names differ")
    rules = tuple(_rule(number, each, inputs, outputs) for number, each in enumerate(written.rules, 1))
    otherwise = None if written.otherwise is None else _outputs(written.otherwise, outputs, "otherwise")
    table = DecisionTable(written.hit_policy, written.aggregation, inputs, outputs, rules, otherwise)
    _check_hit_policy(table)
    if sum(len(tests.tests) for rule in rules for tests in rule.tests) > MOST_TESTS:
        raise _invalid(f"a table has at most {MOST_TESTS} tests in all; divide it into several tables")
    return table


def read_tables(written: Mapping[str, RecordedTable]) -> dict[str, DecisionTable]:
    """Read tables by name. Raises Refusal as `read_table`, which also names the table."""
    found = {}
    for name, each in written.items():
        try:
            found[name] = read_table(each)
        except Refusal as refusal:
            raise Refusal(
                "table-not-understood" if refusal.code == "table-not-understood" else "table-invalid",
                f"table {name}: {refusal.what_to_do}",
            ) from None
    return found


def _input(written: RecordedInput) -> TableInput:
    place = f"values of the input {written.name}"
    values = ANYTHING if written.values is None else read_unary_tests(written.values, written.type, place)
    return TableInput(written.name, written.type, values, written.optional)


def _output(written: RecordedOutput) -> TableOutput:
    place = f"values of the output {written.name}"
    values = () if written.values is None else read_literals(written.values, written.type, place)
    if len(set(values)) < len(values):
        raise _invalid(f"{place}: a value stands there twice; its priority is not clear")
    return TableOutput(written.name, written.type, values)


def _rule(
    number: int, written: RecordedRule, inputs: tuple[TableInput, ...], outputs: tuple[TableOutput, ...]
) -> TableRule:
    place = f"rule {number}"
    _check_names(written.when, (each.name for each in inputs), f"{place}, when")
    tests = []
    for column in inputs:
        if (text := written.when.get(column.name)) is None:
            tests.append(ANYTHING)
            continue
        cell = f"{place}, {column.name}"
        tests.append(read_unary_tests(text, column.type, cell))
        _check_comes_in(tests[-1], column, cell)
    return TableRule(number, tuple(tests), _outputs(written.then, outputs, place))


def _check_comes_in(tests: UnaryTests, column: TableInput, place: str) -> None:
    """Check that the values which a cell names can come in: another one is mistyped, and its rule would never match."""
    for test in tests.tests:
        if isinstance(test, Comparison) and test.operator in ("=", "!=") and not column.takes(test.value):
            what = "null" if test.value is None else "a value that is not among the values of the input"
            raise _invalid(f"{place}: this names {what}; correct the cell, or the column")


def _outputs(written: Mapping[str, str], columns: tuple[TableOutput, ...], place: str) -> tuple[Value, ...]:
    _check_names(written, (each.name for each in columns), f"{place}, outputs")
    found = []
    for column in columns:
        cell = f"{place}, {column.name}"
        if column.name not in written:
            raise _invalid(f"{cell}: the output is missing; write null if it is to be empty")
        found.append(value := read_literal(written[column.name], column.type, cell))
        if column.values and value not in column.values:
            raise _invalid(f"{cell}: this is not among the values of the output; correct the cell, or the column")
    return tuple(found)


def _check_names(written: Iterable[str], columns: Iterable[str], place: str) -> None:
    if unknown := sorted(set(written) - set(columns)):
        raise _invalid(f"{place}: the table has no column {unknown[0]}")


def _check_hit_policy(table: DecisionTable) -> None:
    if table.hit_policy in ("priority", "output order") and not any(each.values for each in table.outputs):
        raise _invalid(f"the hit policy {table.hit_policy} needs an output with `values`, the highest priority first")
    if table.aggregation is None:
        return
    if table.hit_policy != "collect":
        raise _invalid("an aggregation goes with the hit policy collect only")
    if len(table.outputs) > 1:
        raise _invalid("an aggregation needs a table with one output")
    if table.otherwise is not None:
        raise _invalid("an aggregation says by itself what nothing comes to; leave `otherwise` out")
    of = table.outputs[0].type
    if of not in {"sum": ("number", "days and time duration"), "count": (of,)}.get(table.aggregation, ORDERED):
        raise _invalid(f"there is no {table.aggregation} of outputs of the type {of}")
    if table.aggregation != "count" and any(None in rule.outputs for rule in table.rules):
        raise _invalid(f"there is no {table.aggregation} of null; write a value in each rule")


def _twice(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _invalid(what: str) -> Refusal:
    return Refusal("table-invalid", what)
