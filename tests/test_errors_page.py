"""Every code that a caller may hear is on the page that says what to do, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "errors.md"
ROOMS = ("domain", "infra", "commands", "projections", "process", "consumers", "audit", "api", "web", "cli")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def refusals(tree: ast.AST) -> Iterator[ast.expr]:
    """The codes, as expressions, of every refusal made or defined in a module."""
    kinds = {"Refusal", "UnreadableEvent"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and kinds & {ast.unparse(base) for base in node.bases}:
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__" and call.args:
                    yield call.args[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds and node.args:
            yield node.args[0]


def codes_in(expression: ast.expr) -> set[str]:
    """What a code expression may come to; empty where that cannot be told."""
    match expression:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.IfExp(body=body, orelse=orelse):
            return codes_in(body) | codes_in(orelse)
        case _:
            return set()


@cache
def codes_in_code() -> dict[str, str]:
    """Every code, with a place where it is used."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for expression in refusals(ast.parse(file.read_text())):
                place = f"{file.relative_to(ROOT)}:{expression.lineno}"
                codes = codes_in(expression)
                assert codes, f"{place}: write the code out where it is used, so that it can be found"
                found |= dict.fromkeys(codes, place)
    return found


def codes_on_page() -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(), flags=re.MULTILINE)


def test_every_code_is_on_the_page() -> None:
    absent = {code: place for code, place in codes_in_code().items() if code not in codes_on_page()}
    assert absent == {}, "add a row for each to docs/errors.md: the code, what it means, what to do"


def test_every_code_on_the_page_is_used() -> None:
    gone = [code for code in codes_on_page() if code not in codes_in_code()]
    assert gone == [], "codes are stable: where one is really gone, take its row out of docs/errors.md"


def test_the_page_has_each_code_once_and_in_order() -> None:
    for table in re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE):
        codes = re.findall(r"^\| `([^`]+)` \|", table, flags=re.MULTILINE)
        assert codes == sorted(set(codes))
    assert len(codes_on_page()) == len(set(codes_on_page()))


@pytest.mark.parametrize("code", codes_on_page())
def test_a_code_is_words_with_hyphens(code: str) -> None:
    assert CODE.fullmatch(code)


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ('raise Refusal("a-b", "do this")', {"a-b"}),
        ('raise Refusal("a" if x else "b", "do this")', {"a", "b"}),
        ('raise UnreadableEvent("c-d", stored, "why")', {"c-d"}),
        ('class Gone(Refusal):\n    def __init__(self): super().__init__("e-f", "do this")', {"e-f"}),
        ("raise Refusal(code, text)", set()),
    ],
)
def test_the_search_finds_codes_however_they_are_written(line: str, codes: set[str]) -> None:
    (expression,) = refusals(ast.parse(line))
    assert codes_in(expression) == codes
