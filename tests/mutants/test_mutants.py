"""The runner of mutants finds out what tests find out: shown on a small house of two functions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.making import mutants

ROOT = Path(__file__).parents[2]
RULES = '''\
"""Rules."""


def may_enter(age: int) -> bool:
    """Who is old enough."""
    return age >= 18


def is_late(hour: int) -> bool:
    """In the evening."""
    return hour > 20


def never_asked() -> int:
    """Of which no test knows."""
    return 40 + 2


def _at_least(limit):
    def run(height: int) -> bool:
        return height >= limit

    return run


is_tall = _at_least(180)
'''
TESTS = """\
from domain.rules import is_late, is_tall, may_enter


def test_ages():
    assert may_enter(18) is True
    assert may_enter(17) is False


def test_evenings():
    assert is_late(23)  # and nobody asks about eight o'clock


def test_heights():
    assert is_tall(180) is True
    assert is_tall(179) is False
"""


QUICK = """\
def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true")
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for file, text in {"domain/__init__.py": "", "domain/rules.py": RULES, "tests/domain/test_rules.py": TESTS}.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    (tmp_path / "conftest.py").write_text(QUICK)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\n')
    return tmp_path


def ran(house: Path, *more: str) -> tuple[int, list[str]]:
    """The exit status, and what was printed."""
    command = [sys.executable, "-m", "tests.mutants", "--sample", "100", "--jobs", "1", *more]
    environment = {"PYTHONPATH": f"{house}:{ROOT}", "PATH": os.environ["PATH"]}
    ended = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)
    return ended.returncode, [*ended.stdout.splitlines(), ended.stderr]


@pytest.mark.processes
def test_a_mutant_that_tests_notice_is_killed_and_others_are_named(house: Path) -> None:
    # When
    status, said = ran(house)
    # Then what is tested has no mutant that lives,
    assert not [line for line in said if "may_enter" in line], said
    # and what is half tested, or not at all, has.
    lived = sorted(line for line in said if line.startswith(("survived", "unreached")))
    assert lived == [
        "survived domain/rules.py:11 is_late: 21 for 20",
        "survived domain/rules.py:11 is_late: GtE in `hour > 20`",
        "unreached domain/rules.py:16 never_asked: 3 for 2",
        "unreached domain/rules.py:16 never_asked: 41 for 40",
        "unreached domain/rules.py:16 never_asked: None for `40 + 2`",
        "unreached domain/rules.py:16 never_asked: Sub in `40 + 2`",
        "unreached domain/rules.py:23 _at_least: None for `run`",
    ]
    assert "5 killed (0 hung), 7 lived (5 unreached), 1 impossible; 3 tests: 41.7 % killed" in said
    assert status == 1


@pytest.mark.processes
def test_with_fewer_asked_for_it_is_enough_and_a_seed_repeats_the_sample(house: Path) -> None:
    status, said = ran(house, "--least", "10", "--sample", "5", "--seed", "7")
    assert (status, said) == ran(house, "--least", "10", "--sample", "5", "--seed", "7")
    assert said[0] == "seed 7: 5 of 13 mutants"
    assert status == 0


def whats(body: str) -> list[str]:
    return [mutant.what for mutant in mutants("m.py", f"def f(a, b):\n    {body}\n")]


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        ("return a < b", ["None for `a < b`", "LtE in `a < b`"]),
        ("return a and not b", ["None for `a and (not b)`", "Or in `a and (not b)`", "without not in `not b`"]),
        ("raise ValueError('say what', f'it {a}')", ["without `raise ValueError('say what', f'it {a}')`"]),
        ("return 'code'", ["None for `'code'`", "'XXcode' for 'code'"]),
        ("assert a == 1", []),
        ("a += 1", ["without `a += 1`", "Sub in `a += 1`", "2 for 1"]),
        ("a(b, c=b)", ["without `a(b, c=b)`", "without c="]),
        ("return", []),
    ],
)
def test_what_is_changed_of_a_function(body: str, changes: list[str]) -> None:
    assert whats(body) == changes


def test_what_stands_outside_of_functions_is_left_alone() -> None:
    assert mutants("m.py", "A = 1\nclass C:\n    B: int = 2\n") == []
