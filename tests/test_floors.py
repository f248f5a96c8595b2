"""The floors of the house hold: each contract is seen to break where somebody builds through a ceiling."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CONFIG: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINTER = CONFIG["tool"]["importlinter"]
CONTRACTS: dict[str, dict[str, Any]] = {contract["id"]: contract for contract in LINTER["contracts"]}
ROOMS = sorted(
    folder.parent.name for folder in ROOT.glob("*/__init__.py") if folder.parent.name not in ("tests", "bench")
)

pytestmark = pytest.mark.processes


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house with all of its rooms, also those that are not built yet."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("oracle", "support"):
        shutil.copytree(
            ROOT / "tests" / folder, tmp_path / "tests" / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    for folder in ("tests", "tests/support"):
        (tmp_path / folder / "__init__.py").touch()  # these, and not those next to this file as well
    config = (ROOT / "pyproject.toml").read_text()
    for room in ("process", "audit", "api"):
        if room not in ROOMS:
            (tmp_path / room).mkdir()
            (tmp_path / room / "__init__.py").touch()
            config = config.replace("root_packages = [", f'root_packages = ["{room}", ')
    (tmp_path / "pyproject.toml").write_text(config)
    return tmp_path


def build(house: Path, file: str, line: str) -> None:
    with (house / file).open("a") as module:
        module.write(f"\n{line}\n")


def linted(house: Path) -> str:
    """What import-linter says."""
    ran = subprocess.run([BIN / "lint-imports", "--no-cache"], cwd=house, capture_output=True, text=True, check=False)
    assert "Contracts: " in ran.stdout, ran.stdout + ran.stderr
    assert ran.returncode == (1 if broken_of(ran.stdout) else 0)
    return ran.stdout


def broken_of(said: str) -> set[str]:
    """The ids of the contracts that import-linter finds broken."""
    return {id for id, contract in CONTRACTS.items() if f"{contract['name']} BROKEN" in said}


def broken(house: Path) -> set[str]:
    return broken_of(linted(house))


def test_the_house_as_it_stands_keeps_every_contract(house: Path) -> None:
    assert broken(house) == set()


BREAKING = {
    "floors": [
        ("domain/conversation/events.py", "infra.settings"),
        ("infra/log/application.py", "commands.executor.executor"),
        ("infra/log/mapper.py", "projections"),
        ("commands/executor/executor.py", "projections"),
        ("projections/__init__.py", "commands.executor.context"),
        ("commands/executor/batcher.py", "consumers"),
        ("projections/__init__.py", "process"),
        ("consumers/__init__.py", "process"),
        ("process/__init__.py", "audit"),
        ("audit/__init__.py", "api"),
        ("api/__init__.py", "consumers"),
        ("api/__init__.py", "cli"),
        ("api/__init__.py", "web.door"),
    ],
    "pure-domain": [
        ("domain/conversation/events.py", "os"),
        ("domain/conversation/events.py", "time"),
        ("domain/conversation/events.py", "psycopg"),
        ("domain/conversation/events.py", "kafka"),
    ],
    "shipped": [
        ("infra/log/application.py", "tests.support.waiting"),
        ("cli/__init__.py", "hypothesis"),
        ("cli/__init__.py", "tests.oracle.answers"),
    ],
    "text-model": [
        ("projections/__init__.py", "infra.insight.theme_model"),
        ("process/__init__.py", "infra.insight.training"),
    ],
    "oracle": [
        ("tests/oracle/facts.py", "domain.service_level.business_time"),
        ("tests/oracle/facts.py", "infra.holidays"),
        ("tests/oracle/facts.py", "tests.support.waiting"),
    ],
    "pages": [
        ("web/door/__init__.py", "domain.kernel.refusal"),
        ("web/door/__init__.py", "infra.log.application"),
    ],
    "bundle": [
        ("audit/second_reading/clocks.py", "domain.service_level.business_time"),
        ("audit/report.py", "infra.holidays"),
    ],
}
"""For each contract, imports that break it and no other: who imports, and what."""


@pytest.mark.parametrize("contract", BREAKING)
def test_an_import_that_breaks_a_contract_is_found(house: Path, contract: str) -> None:
    for file, imported in BREAKING[contract]:
        build(house, file, f"import {imported}")
    said = linted(house)
    assert broken_of(said) == {contract}
    for file, imported in BREAKING[contract]:
        importer = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert re.search(rf"\b{re.escape(importer)} -> {re.escape(imported)}\b", said), (importer, imported)


def test_a_view_may_not_import_a_view_but_the_catalogue_may(house: Path) -> None:
    build(house, "projections/one_view.py", "import domain.kernel")
    build(house, "projections/other_view.py", "import domain.kernel")
    build(house, "projections/catalogue.py", "import projections.one_view, projections.other_view")
    assert broken(house) == set()
    build(house, "projections/one_view.py", "import projections.other_view")
    assert broken(house) == {"views"}


def test_a_view_may_not_import_a_view_of_its_own_subject(house: Path) -> None:
    build(house, "projections/conversation/inbox.py", "import projections.conversation.history")
    assert broken(house) == {"views-of-a-subject"}


def test_a_view_may_not_reach_another_through_the_catalogue(house: Path) -> None:
    build(house, "projections/one_view.py", "import projections.catalogue")
    build(house, "projections/catalogue.py", "import domain.kernel")
    assert broken(house) == {"views"}


@pytest.mark.parametrize("file", ["domain/clock.py", "projections/clock.py"])
def test_rules_and_folds_read_no_clock(house: Path, file: str) -> None:
    code = '"""Reads the clock."""\n\nfrom datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n'
    (house / file).write_text(code)
    (house / "infra" / "clock.py").write_text(code)
    ran = subprocess.run(
        [BIN / "ruff", "check", "--no-cache", "--output-format=concise", file, "infra/clock.py"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{file}:5:7: TID251" in ran.stdout
    assert "infra/clock.py" not in ran.stdout


def test_every_room_is_under_the_contracts() -> None:
    assert sorted(LINTER["root_packages"]) == sorted([*ROOMS, "tests"]), (
        "name each room in [tool.importlinter] root_packages"
    )
    assert sorted(CONTRACTS["shipped"]["source_modules"]) == ROOMS, "name each room in the contract `shipped`, too"
    assert set(ROOMS) < set(CONTRACTS["oracle"]["forbidden_modules"]), "name each room in the contract `oracle`, too"
    placed = {room.strip(" ()") for layer in CONTRACTS["floors"]["layers"] for room in layer.split("|")}
    assert set(ROOMS) <= placed, "every room has its floor"
    packaged = CONFIG["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {f"{room}*" for room in ROOMS} <= set(packaged), "every room is installed"
