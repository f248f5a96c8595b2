"""The cases that others wrote for DMN's tables (`../shared/dmn-tck`, level 2): all right, or refused by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.decision_table.deciding import decide
from domain.decision_table.table import read_table
from domain.decision_table.values import Value, literal
from domain.decision_table.written import TableWritten
from domain.kernel.refusal import Refusal
from tests.support import dmn
from tests.support.dmn import DmnCase

MODEL = """<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
  <decision name="Team">
    <variable name="Team" typeRef="string"/>
    <decisionTable hitPolicy="UNIQUE">
      <input><inputExpression typeRef="number"><text>Weight</text></inputExpression></input>
      <output/>
      <rule><inputEntry><text>not(5)</text></inputEntry><outputEntry><text>"design"</text></outputEntry></rule>
      <rule><inputEntry><text>CELL</text></inputEntry><outputEntry><text>"sales"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""
CASES = """<?xml version="1.0"?>
<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase">
  <testCase id="001">
    <inputNode name="Weight"><value>WEIGHT</value></inputNode>
    <resultNode name="Team"><expected><value>EXPECTED</value></expected></resultNode>
  </testCase>
</testCases>"""


def plain(value: Value) -> str:
    """The value as a case writes it."""
    return value if isinstance(value, str) else literal(value)


def measured(case: DmnCase) -> str:
    """What becomes of a case: `right`, `wrong`, the code of its refusal, or that it is about no table."""
    written = dmn.table(case.model, case.decision)
    if written is None:
        return "no table"
    # A case may give inputs that its decision does not ask for.
    asked: dict[str, Any] = {each["name"]: case.inputs.get(each["name"]) for each in written["inputs"]}
    try:
        found = decide(read_table(TableWritten.model_validate(written)), case.decision, 1, asked)
    except Refusal as refused:
        return refused.code
    return (
        "right" if [[plain(value) for value in each.values()] for each in found.results()] == case.expected else "wrong"
    )


def test_the_cases_of_others_are_right_or_refused_by_name(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("../dmn-tck")
    # 14 tables with 3 cases each; 3 models hold an expression in place of a table.
    assert Counter(measured(case) for case in dmn.cases(folder)) == {"right": 42, "no table": 3}


@pytest.mark.parametrize(
    ("cell", "weight", "expected", "found"),
    [
        ("5", "5", "sales", "right"),
        ("5", "4", "design", "right"),
        ("5", "4", "sales", "wrong"),
        ("&gt; 5", "6", "design", "decision-ambiguous"),
        ("Weight * 2", "6", "design", "table-not-understood"),
        ("5", "heavy", "design", "table-input-invalid"),
    ],
)
def test_a_case_is_measured(cell: str, weight: str, expected: str, found: str, tmp_path: Path) -> None:
    # Given
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "one.dmn").write_text(MODEL.replace("CELL", cell))
    (tmp_path / "one" / "one-test-01.xml").write_text(CASES.replace("WEIGHT", weight).replace("EXPECTED", expected))
    # Then
    assert [measured(case) for case in dmn.cases(tmp_path)] == [found]
