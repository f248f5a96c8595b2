"""What a decision table decides for given inputs, by its hit policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, localcontext
from typing import assert_never, cast

from domain.decision_table.table import DecisionTable, TableRule
from domain.decision_table.unary_tests import read_literal
from domain.decision_table.values import EXACTLY, Value, as_value, literal
from domain.kernel.refusal import Refusal
from domain.kernel.text import Text
from domain.kernel.values import Frozen


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """What a table came to. `matched`: the numbers of all rules that match. `decided_by`: those of them whose outputs
    count. `outputs`: each result, in the order of the output columns; none where no rule matches, and a table says
    nothing for that. `otherwise`: no rule matched, and the outputs are the table's `otherwise`."""

    matched: tuple[int, ...]
    decided_by: tuple[int, ...]
    outputs: tuple[tuple[Value, ...], ...]
    otherwise: bool = False


class TableDecision(Frozen):
    """A decision, to be recorded: the version of the table, what came in, which rules matched, what came out.

    Values are S-FEEL literals, which say their types. Inputs are recorded as they are, so that none may be personal.
    """

    table: Text
    version: int
    inputs: Mapping[str, Text]
    matched: tuple[int, ...]
    decided_by: tuple[int, ...]
    outputs: tuple[Mapping[str, Text], ...]
    otherwise: bool

    def results(self) -> list[dict[str, Value]]:
        """The results as values, by output."""
        return [{name: read_literal(text, None, name) for name, text in each.items()} for each in self.outputs]


def decide(table: DecisionTable, name: str, version: int, given: Mapping[str, object]) -> TableDecision:
    """Decide by a version of a table. `given`: a value for each input (`as_value`).

    Raises Refusal `table-input-invalid`, `decision-ambiguous`.
    """
    values = read_inputs(table, given)
    outcome = evaluate(table, values)
    return TableDecision(
        table=name,
        version=version,
        inputs={column.name: literal(value) for column, value in zip(table.inputs, values, strict=True)},
        matched=outcome.matched,
        decided_by=outcome.decided_by,
        outputs=tuple(
            {column.name: literal(value) for column, value in zip(table.outputs, result, strict=True)}
            for result in outcome.outputs
        ),
        otherwise=outcome.otherwise,
    )


def read_inputs(table: DecisionTable, given: Mapping[str, object]) -> tuple[Value, ...]:
    """The values of a table's inputs, in the order of the columns. Raises Refusal `table-input-invalid`."""
    found = []
    for column in table.inputs:
        try:
            value = as_value(column.type, given.get(column.name))
        except ValueError as error:
            raise _input_invalid(column.name, str(error)) from None
        if not column.takes(value):
            missing = "a value is missing" if value is None else "the value is not among those that the table takes"
            raise _input_invalid(column.name, missing)
        found.append(value)
    if unknown := set(given) - {column.name for column in table.inputs}:
        raise Refusal("table-input-invalid", f"the table has no such input; leave out {len(unknown)} of those given")
    return tuple(found)


def evaluate(table: DecisionTable, values: Sequence[Value]) -> TableOutcome:
    """Apply the hit policy to the rules that match. `values`: as `read_inputs` answers. Raises Refusal
    `decision-ambiguous`."""
    found = [rule for rule in table.rules if rule.matches(values)]
    matched = tuple(rule.number for rule in found)
    if table.aggregation is not None:
        return TableOutcome(matched, matched, _aggregated(table, found))
    if not found:
        return TableOutcome((), (), () if table.otherwise is None else (table.otherwise,), table.otherwise is not None)
    decisive = _decisive(table, found)
    numbers = tuple(rule.number for rule in decisive)
    # One result for a hit policy with one: the rules that decide say the same.
    several = table.hit_policy in ("rule order", "output order", "collect")
    return TableOutcome(matched, numbers, tuple(rule.outputs for rule in (decisive if several else decisive[:1])))


def _decisive(table: DecisionTable, found: list[TableRule]) -> list[TableRule]:
    match table.hit_policy:
        case "unique":
            if len(found) > 1:
                raise _ambiguous(found, "the hit policy unique allows one")
            return found
        case "any":
            if len({rule.outputs for rule in found}) > 1:
                raise _ambiguous(found, "the hit policy any allows several with the same outputs only")
            return found
        case "first":
            return found[:1]
        case "priority":
            highest_rank = min(rank(table, rule) for rule in found)
            highest = [rule for rule in found if rank(table, rule) == highest_rank]
            if len({rule.outputs for rule in highest}) > 1:
                raise _ambiguous(highest, "their outputs differ, and have the same priority")
            return highest
        case "output order":
            return sorted(found, key=lambda rule: rank(table, rule))
        case "rule order" | "collect":
            return found
        case _:
            assert_never(table.hit_policy)


def rank(table: DecisionTable, rule: TableRule) -> list[int]:
    """The place of a rule's outputs among the values of their columns, the first column first. A column without
    `values` has no priority."""
    columns = zip(table.outputs, rule.outputs, strict=True)
    return [column.values.index(value) for column, value in columns if column.values]


def _aggregated(table: DecisionTable, found: list[TableRule]) -> tuple[tuple[Value, ...], ...]:
    values = [rule.outputs[0] for rule in found]
    if table.aggregation == "count":
        return ((Decimal(len(values)),),)
    if not values:
        return ()
    # All are numbers, or dates, instants or durations: `read_table` sees to it.
    comparable = cast(list[Decimal], values)
    if table.aggregation == "min":
        return ((min(comparable),),)
    if table.aggregation == "max":
        return ((max(comparable),),)
    if isinstance(values[0], timedelta):
        return ((sum(cast(list[timedelta], values), timedelta()),),)
    with localcontext(EXACTLY):
        return ((sum(comparable, Decimal()),),)


def _ambiguous(rules: list[TableRule], why: str) -> Refusal:
    numbers = ", ".join(str(rule.number) for rule in rules[:10]) + (", …" if len(rules) > 10 else "")
    return Refusal("decision-ambiguous", f"the rules {numbers} match, and {why}; correct the table")


def _input_invalid(name: str, what: str) -> Refusal:
    return Refusal("table-input-invalid", f"{name}: {what}")
