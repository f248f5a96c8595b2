"""The table and the decisions of docs/decision-tables.md, as they stand in the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from domain.decision_table.deciding import decide
from domain.decision_table.table import read_table
from domain.decision_table.unary_tests import read_unary_tests
from domain.decision_table.values import ValueType
from domain.decision_table.written import TablesInFile

PAGE = (Path(__file__).parents[2] / "docs" / "decision-tables.md").read_text()
FILE = re.search(r"^```yaml routing\.yaml\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
assert FILE is not None
TABLES = TablesInFile.model_validate(yaml.load(FILE[1], yaml.BaseLoader))


def rows(under: str) -> list[list[str]]:
    """The cells of a table of the page, by the words of its head."""
    body = re.search(rf"^\| {re.escape(under)}.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, flags=re.MULTILINE)
    assert body is not None
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body[1].splitlines()]


@pytest.mark.parametrize("row", rows("area"), ids=str)
def test_the_table_of_the_page_decides_as_it_says(row: list[str]) -> None:
    area, stage, people, matches, team, urgent = row
    table = read_table(TABLES.tables["routing"])
    found = decide(table, "routing", 1, {"area": area, "stage": stage or None, "people": people})
    assert ", ".join(map(str, found.matched)) == matches
    assert found.results() == [{"team": team, "urgent": urgent == "true"}]


def of(cell: str) -> ValueType:
    """The type of the column that a cell of the page is for."""
    if "T48H" in cell:
        return "days and time duration"
    if "and time" in cell:
        return "date and time"
    if "2026" in cell:
        return "date"
    return "string" if '"' in cell else "boolean" if cell in ("true", "false") else "number"


def test_each_cell_of_the_page_is_understood() -> None:
    cells = [cell for row in rows("cell") for cell in re.findall("`([^`]+)`", row[0])]
    assert len(cells) > 15
    for cell in cells:
        read_unary_tests(cell, of(cell), cell)
