"""Decision tables as people write them: columns, rules, and a hit policy, with S-FEEL in each cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from domain.decision_table.unary_tests import MOST_CHARACTERS
from domain.decision_table.values import ValueType
from domain.kernel.text import Text
from domain.kernel.values import Flag, Label, RecordedValue, Remark

HitPolicy = Literal["unique", "first", "any", "priority", "rule order", "output order", "collect"]
"""What becomes of several rules that match, as DMN names it."""
Aggregation = Literal["sum", "min", "max", "count"]
"""What `collect` makes of the outputs; without one, their list."""


class RecordedInput(RecordedValue):
    """A column of inputs, in events. `values`: the values that come in, as unary tests. `optional`: so does null."""

    name: Text
    type: ValueType
    values: Text | None = None
    optional: Flag = False


class RecordedOutput(RecordedValue):
    """A column of outputs, in events. `values`: the values that may go out, as literals; the first has the highest
    priority."""

    name: Text
    type: ValueType
    values: Text | None = None


class RecordedRule(RecordedValue):
    """A rule, in events. `when`: unary tests by input; an input that is not named may have any value. `then`: a literal
    for each output."""

    when: Mapping[str, Text] = Field(default_factory=dict)
    then: Mapping[str, Text]
    note: Text | None = None


class RecordedTable(RecordedValue):
    """A decision table, in events. `otherwise`: the outputs where no rule matches."""

    hit_policy: HitPolicy
    aggregation: Aggregation | None = None
    inputs: tuple[RecordedInput, ...]
    outputs: tuple[RecordedOutput, ...]
    rules: tuple[RecordedRule, ...]
    otherwise: Mapping[str, Text] | None = None


MOST_COLUMNS = 20
MOST_RULES = 1_000
# A letter first; later also what stands in names such as "Approved/Declined" and "stage of the cycle". The contract
# names the format: its regular expressions are another kind.
ColumnName = Annotated[
    Text,
    Field(min_length=1, max_length=60, pattern=r"^[^\W\d_][\w /.-]*$", json_schema_extra={"format": "column-name"}),
]
Cell = Annotated[Text, Field(min_length=1, max_length=MOST_CHARACTERS, json_schema_extra={"format": "s-feel"})]


def _flag(value: object) -> object:
    # Files of tables are read without guessing types: there, each scalar is a text.
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


class InputWritten(RecordedInput):
    """A column of inputs, as somebody writes it."""

    name: ColumnName
    values: Cell | None = None
    optional: Annotated[Flag, BeforeValidator(_flag)] = False


class OutputWritten(RecordedOutput):
    """A column of outputs, as somebody writes it."""

    name: ColumnName
    values: Cell | None = None


class RuleWritten(RecordedRule):
    """A rule, as somebody writes it."""

    when: Annotated[Mapping[ColumnName, Cell], Field(max_length=MOST_COLUMNS)] = Field(default_factory=dict)
    then: Annotated[Mapping[ColumnName, Cell], Field(max_length=MOST_COLUMNS)]
    note: Remark | None = None


class TableWritten(RecordedTable):
    """A decision table, as somebody writes it."""

    inputs: Annotated[tuple[InputWritten, ...], Field(min_length=1, max_length=MOST_COLUMNS, fail_fast=True)]
    outputs: Annotated[tuple[OutputWritten, ...], Field(min_length=1, max_length=MOST_COLUMNS, fail_fast=True)]
    rules: Annotated[tuple[RuleWritten, ...], Field(min_length=1, max_length=MOST_RULES, fail_fast=True)]
    otherwise: Annotated[Mapping[ColumnName, Cell], Field(max_length=MOST_COLUMNS)] | None = None


class TablesInFile(RecordedValue):
    """The content of a file of tables, by name."""

    tables: Mapping[Label, TableWritten]
