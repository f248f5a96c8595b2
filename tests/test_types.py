"""Where something is decided or folded, types are known: an Any has its reason beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for room in ("domain", "commands", "projections") for path in (ROOT / room).rglob("*.py"))
REASON = "# Any: "


def unreasoned(source: str) -> Iterator[int]:
    """The lines that name Any without a reason, which stands on the line itself or on the line above."""
    lines = source.splitlines()
    named = {
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Name) and node.id == "Any") or (isinstance(node, ast.Attribute) and node.attr == "Any")
    }
    for number in sorted(named):
        if not any(REASON in line for line in lines[max(number - 2, 0) : number]):
            yield number


def test_an_any_where_something_is_decided_has_a_reason() -> None:
    found = [f"{path.relative_to(ROOT)}:{number}" for path in MODULES for number in unreasoned(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from typing import Any\n\nx: Any = 1\n", [3]),
        ("import typing\n\nx: dict[str, typing.Any] = {}\n", [3]),
        ("from typing import Any\n\n# Any: of whatever comes\nx: Any = 1\ny: Any = 2\n", [5]),
        ("def f(\n    x: Any,  # Any: of whatever comes\n    y: Any,\n    z: Any,\n) -> None: ...\n", [4]),
        ("# Anybody may say so: Any\nx = 'Any'\n", []),
    ],
)
def test_an_any_without_a_reason_is_found(source: str, lines: list[int]) -> None:
    assert list(unreasoned(source)) == lines


def test_all_three_rooms_are_looked_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == {"domain", "commands", "projections"}
