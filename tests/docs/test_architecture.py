"""The page that shows how to add an event, a command, a route, a view and a reaction is followed, in a copy."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
BLOCK = re.compile(r"^```(diff|python|console)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BIN = Path(sys.executable).parent
ROOMS = ("domain", "infra", "commands", "projections", "process", "consumers", "audit", "api", "web", "cli")


def follow(page: str, house: Path) -> list[str]:
    """Do what the page's blocks say; answers the commands it names."""
    commands = []
    for kind, file, text in BLOCK.findall(page):
        if kind == "console":
            commands += text.splitlines()
        elif kind == "python":
            (house / file).parent.mkdir(exist_ok=True)
            (house / file).write_text(text)
        else:
            for hunk in text.split("@@\n")[1:]:
                change(house / file, hunk.splitlines(keepends=True))
    return commands


def change(file: Path, hunk: list[str]) -> None:
    before = "".join(line[1:] for line in hunk if line[0] in " -")
    after = "".join(line[1:] for line in hunk if line[0] in " +")
    text = file.read_text()
    assert text.count(before) == 1, f"the page says of {file.name} what is not so:\n{before}"
    file.write_text(text.replace(before, after))


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the project, also of what is not committed yet."""
    house = tmp_path / "antiphon"
    left_out = shutil.ignore_patterns(".venv", ".git", "*.egg-info", ".hypothesis", "results")
    # What Python compiled and the caches of the checkers come along: they are what takes long.
    shutil.copytree(ROOT, house, ignore=left_out)
    return house


def run(house: Path, *command: str | Path) -> str:
    ran = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@pytest.mark.processes
def test_following_the_page_adds_what_the_page_adds(house: Path) -> None:
    # When
    for command in follow(PAGE.read_text(), house):
        words, _, file = command.partition(" > ")
        program, *arguments = words.split()
        # The program of the environment would run the project it was installed from.
        start = ["-c", "from cli.main import main; main()"] if program == "antiphon" else []
        said = run(house, sys.executable, *start, *arguments)
        if file:
            (house / file).write_text(said)
    # Then
    run(house, BIN / "ruff", "check")
    run(house, BIN / "ruff", "format", "--check")
    tests = ["tests/projections/test_tags.py", "tests/process/test_battery.py", "tests/infra/test_golden.py"]
    # The rooms, where each `match` names all events, and what the page adds; the other tests are half of all code.
    run(house, BIN / "mypy", *ROOMS, *tests[:2])
    run(house, BIN / "lint-imports", "--no-cache")
    tests += ["tests/commands/test_registry.py", "tests/api/test_openapi.py", "-k", "not openapi or tag or kept"]
    run(house, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)


def test_a_page_that_is_not_so_any_more_is_detected(house: Path) -> None:
    with pytest.raises(AssertionError, match="what is not so"):
        follow("```diff domain/kernel/event.py\n@@\n-class Nothing:\n+class Something:\n```\n", house)
