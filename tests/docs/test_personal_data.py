"""The rules in docs/personal-data.md are taken as they stand."""

from __future__ import annotations

import re
from pathlib import Path

from cli.yaml_file import read_texts
from domain.confirmation import needed
from domain.decision_table.deciding import decide
from domain.decision_table.table import DecisionTable, read_tables
from domain.decision_table.written import TablesInFile
from domain.retention import check_records_rules, check_rules, keep

PAGE = (Path(__file__).parents[2] / "docs" / "personal-data.md").read_text()


def table(tmp_path: Path, name: str) -> DecisionTable:
    """The table in the page's block of this name."""
    found = re.search(rf"^```yaml {name}.yaml\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, name
    file = tmp_path / f"{name}.yaml"
    file.write_text(found[1])
    return read_tables(TablesInFile.model_validate(read_texts(file)).tables)[name]


def test_the_rules_of_retention_decide(tmp_path: Path) -> None:
    check_rules(table(tmp_path, "retention"))
    records = table(tmp_path, "retention-of-records")
    check_records_rules(records)
    kept = {what: keep(records, 1, what) for what in ("looks", "unique-keys", "files", "dead-letters")}
    assert {what: found.days if found else None for what, found in kept.items()} == {
        "looks": 1095, "unique-keys": 730, "files": 3650, "dead-letters": 14,
    }  # fmt: skip


def test_the_policy_of_four_eyes_wants_a_second_person(tmp_path: Path) -> None:
    policy = table(tmp_path, "four-eyes")
    for act in ("erasure", "export"):
        within = needed(decide(policy, "four-eyes", 1, {"act": act}).results())
        assert within is not None
        assert within.days == 7
