"""The name of a test is a sentence that one reads at a glance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

MOST_CHARACTERS = 70


def too_long(source: str) -> Iterator[str]:
    """The names of tests that are."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and len(node.name) > MOST_CHARACTERS:
            yield from [node.name] if node.name.startswith("test_") else []


def test_the_name_of_a_test_has_at_most_70_characters() -> None:
    found = {file.name: [*too_long(file.read_text())] for file in Path(__file__).parent.rglob("test_*.py")}
    assert {file: names for file, names in found.items() if names} == {}


def test_a_name_that_is_too_long_is_found() -> None:
    long, short = f"test_{'a' * 66}", f"test_{'a' * 65}"
    assert [*too_long(f"def {short}(): ...\nclass Test:\n    async def {long}(): ...")] == [long]
