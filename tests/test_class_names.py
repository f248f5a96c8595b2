"""No class name is defined in two modules of the product: a name says which one is meant."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
ROOMS = ("api", "audit", "cli", "commands", "consumers", "domain", "infra", "process", "projections")

SECOND_READING = "audit/second_reading/"
"""Reads the same things once more, by the same names. A bundle carries it without the rest of the product."""

CONTRACTS = (
    "consumers/inbound/messages.py",
    "consumers/publishing/messages/",
    "commands/conversation/outbound.py",
)
"""Their class names are the titles of schemas in docs/topics: a contract. A message has the name of its event."""

LEFT_OUT = (*CONTRACTS, SECOND_READING)


def ours() -> Iterable[Path]:
    """The modules of the product."""
    return (path for room in ROOMS for path in (HOUSE / room).rglob("*.py"))


def named_twice(modules: Iterable[Path], root: Path) -> dict[str, list[str]]:
    """By public class name, the modules that define it, where these are several."""
    found = defaultdict[str, set[str]](set)
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].add(str(path.relative_to(root)))
    return {name: sorted(paths) for name, paths in found.items() if len(paths) > 1}


def test_no_class_name_is_defined_in_two_modules() -> None:
    modules = [path for path in ours() if not str(path.relative_to(HOUSE)).startswith(LEFT_OUT)]
    assert len(modules) > 150
    assert named_twice(modules, HOUSE) == {}


def test_a_class_name_that_is_defined_twice_is_found(tmp_path: Path) -> None:
    # Given two modules with a class of one name, and private ones that are nobody else's business
    for module in ("one.py", "two.py"):
        (tmp_path / module).write_text("class Order:\n    pass\n\n\nclass _Row:\n    pass\n")
    # Then
    assert named_twice(tmp_path.glob("*.py"), tmp_path) == {"Order": ["one.py", "two.py"]}


@pytest.mark.parametrize("module", LEFT_OUT)
def test_what_is_left_out_is_there(module: str) -> None:
    assert (HOUSE / module).exists()
