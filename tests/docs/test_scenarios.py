"""docs/sla.md states every rule and has a scenario for each; the answers beside the scenarios are right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.main import main
from cli.verbs.service_level.scenario import answers
from tests.oracle.answers import answer

PAGE = Path(__file__).parents[2] / "docs" / "sla.md"
FOLDER = PAGE.parent / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))
RULES = [f"R{number}" for number in range(1, 15)]
DETAILS = [f"S{number}" for number in (*range(1, 38), 39, 40, 41, 42)]


def scenario(file: Path) -> Any:
    """What a scenario file says."""
    return yaml.safe_load(file.read_text())


def expected(file: Path) -> Any:
    """The answer beside it."""
    return json.loads(file.with_suffix(".json").read_text())


def wrong_in_page(page: str) -> list[str]:
    """Rules that the page does not state, or has no scenario of, by the name of the file."""
    stated = dict(re.findall(r"^\*\*(R\d+)\*\* (.*?)(?=\n\n)", page, re.MULTILINE | re.DOTALL))
    wrong = [f"{rule} is not stated" for rule in RULES if rule not in stated]
    wrong += [
        f"{rule} has no scenario"
        for rule, text in stated.items()
        if not any((FOLDER / name).is_file() for name in re.findall(rf"\(scenarios/(r{int(rule[1:]):02}-.*?)\)", text))
    ]
    return wrong + [f"{rule} is not stated" for rule in DETAILS if f"\n- **{rule}** " not in page]


def test_every_rule_is_stated_and_has_a_scenario() -> None:
    assert wrong_in_page(PAGE.read_text()) == []


def test_a_rule_without_a_scenario_is_detected() -> None:
    page = PAGE.read_text()
    assert wrong_in_page(page.replace("(scenarios/r03-", "(scenarios/r04-")) == ["R3 has no scenario"]
    assert wrong_in_page(page.replace("(scenarios/r05-", "(scenarios/r05-gone-")) == ["R5 has no scenario"]
    assert wrong_in_page(page.replace("**R9**", "**R99**")) == ["R9 is not stated", "R99 has no scenario"]
    assert wrong_in_page(page.replace("- **S7**", "-")) == ["S7 is not stated"]


def test_the_page_leads_to_every_scenario_and_each_has_its_answer() -> None:
    assert set(re.findall(r"\(scenarios/(.*?\.yaml)\)", PAGE.read_text())) == {file.name for file in FILES}
    assert {file.stem for file in FOLDER.glob("*.json")} == {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_second_reading_of_the_rules_gives_the_answer(file: Path) -> None:
    assert answer(scenario(file)) == expected(file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_clocks_give_the_answer(file: Path) -> None:
    assert answers(scenario(file)) == expected(file)


def test_the_command_prints_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["scenario", str(FILES[0])])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out) == expected(FILES[0])
