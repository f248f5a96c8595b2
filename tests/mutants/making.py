"""Mutants: what a module's functions would do if they were a little wrong, one change at a time.

Only the bodies of functions are changed. Left alone are what tests need not hold: docstrings, types, asserts, and
sentences for people, which may change.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import TypeVar

Function = ast.FunctionDef | ast.AsyncFunctionDef
T = TypeVar("T")
Place = tuple[str, int]
"""A function's qualified name and first line, as its code object has them."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one function. `number` counts the changes of its module."""

    file: str
    number: int
    line: int
    last_line: int
    function: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}: {self.what}"


@dataclass(frozen=True, slots=True)
class _Change:
    node: ast.AST
    what: str
    make: Callable[[], None]
    """Changes the tree in place."""


_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.Pow: ast.Mult,
}  # fmt: skip


def mutants(file: str, source: str) -> list[Mutant]:
    """All mutants of a module, in the order of its text."""
    changes = list(_changes(ast.parse(source)))
    return [
        Mutant(
            file,
            number,
            getattr(change.node, "lineno", function.lineno),
            getattr(change.node, "end_lineno", None) or function.lineno,
            name,
            change.what,
        )
        for number, (name, function, change) in enumerate(changes)
    ]


def mutated(file: Path, source: str, mutant: Mutant) -> tuple[Place, CodeType]:
    """The place of the outermost function that is changed, and its code then."""
    tree = ast.parse(source)
    name, function, change = next(
        each for number, each in enumerate(_changes(tree)) if number == mutant.number
    )  # fmt: skip
    change.make()
    code = compile(ast.fix_missing_locations(tree), str(file), "exec", dont_inherit=True)
    first = min([function.lineno, *(each.lineno for each in function.decorator_list)])
    return (name, first), next(
        each for each in codes_within(code) if (each.co_qualname, each.co_firstlineno) == (name, first)
    )


def codes_within(code: CodeType) -> Iterator[CodeType]:
    """The code of all functions that are defined in this code."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from codes_within(each)


def functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """The outermost functions, by their qualified names."""

    def within(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Function]]:
        for node in body:
            if isinstance(node, Function):
                yield prefix + node.name, node
            elif isinstance(node, ast.ClassDef):
                yield from within(node.body, f"{prefix}{node.name}.")

    yield from within(tree.body, "")


def _changes(tree: ast.Module) -> Iterator[tuple[str, Function, _Change]]:
    for name, function in functions(tree):
        for change in _of_block(function.body):
            yield name, function, change


def _of_block(body: list[ast.stmt]) -> Iterator[_Change]:
    for statement in body:
        match statement:
            case (
                ast.Expr(value=ast.Constant()) | ast.Assert() | ast.Expr(value=ast.Call(func=ast.Name("assert_never")))
            ):
                continue  # a docstring, a body that is none, what is for mypy
            case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete():
                yield _Change(statement, f"without `{_text(statement)}`", _replacing(body, statement, ast.Pass()))
            case ast.Continue():
                yield _Change(statement, "break for continue", _replacing(body, statement, ast.Break()))
            case ast.Break():
                yield _Change(statement, "continue for break", _replacing(body, statement, ast.Continue()))
            case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant) or value.value:
                nothing = ast.Return(ast.Constant(None))
                yield _Change(statement, f"None for `{_text(value)}`", _replacing(body, statement, nothing))
            case ast.If() | ast.While():
                yield _Change(statement.test, f"not `{_text(statement.test)}`", _negating(statement))
            case ast.Match():
                for case in [each for each in statement.cases if not _is_for_mypy(each)]:
                    text = f"without case `{ast.unparse(case.pattern)}`"
                    yield _Change(case.pattern, text, _dropping(statement.cases, case))
            case _:
                pass
        if isinstance(statement, ast.AugAssign):
            yield from _counted(statement)
        yield from _within(statement)


def _is_for_mypy(case: ast.match_case) -> bool:
    """Whether it says that no other value comes."""
    return ast.unparse(case.body[0]).startswith("assert_never(")


def _counted(node: ast.BinOp | ast.AugAssign) -> Iterator[_Change]:
    if other := _COUNTED.get(type(node.op)):
        yield _Change(node, f"{other.__name__} in `{_text(node)}`", lambda: setattr(node, "op", other()))


def _within(node: ast.AST) -> Iterator[_Change]:
    """The changes of what stands in a statement or an expression."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield from _of_block(value)
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from _of_expression(node, part)
                yield from _within(part)


def _of_expression(parent: ast.AST, node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare():
            for place, op in enumerate(node.ops):
                other = _COMPARED[type(op)]()
                yield _Change(node, f"{_name(other)} in `{_text(node)}`", _setting(node.ops, place, other))
        case ast.BoolOp(op=op):
            other_op = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield _Change(node, f"{_name(other_op)} in `{_text(node)}`", lambda: setattr(node, "op", other_op))
        case ast.UnaryOp(op=ast.Not()):
            yield _Change(node, f"without not in `{_text(node)}`", lambda: _becoming(parent, node, node.operand))
        case ast.BinOp():
            yield from _counted(node)
        case ast.IfExp():
            for truth in (True, False):
                yield _Change(node, f"{truth} for `{_text(node.test)}`", _deciding(node, truth))
        case ast.comprehension(ifs=[_, *_]):
            for condition in node.ifs:
                yield _Change(condition, f"without if `{_text(condition)}`", _dropping(node.ifs, condition))
        case ast.Call(keywords=[_, *_]):
            for keyword in node.keywords:
                if keyword.arg not in (None, "strict"):  # zip's: what never differs in length
                    yield _Change(keyword, f"without {keyword.arg}=", _dropping(node.keywords, keyword))
        case ast.Constant(value=bool() | int() | str() as value) if (other_value := _other(value)) is not None:
            if not isinstance(parent, ast.JoinedStr):
                yield _Change(node, f"{other_value!r} for {value!r}", lambda: setattr(node, "value", other_value))


def _other(value: bool | int | str) -> bool | int | str | None:
    """Another value in the place of this one; None for a sentence."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case _:
            return None if " " in value else f"XX{value}"


def _replacing(body: list[ast.stmt], old: ast.stmt, new: ast.stmt) -> Callable[[], None]:
    def make() -> None:
        body[body.index(old)] = ast.copy_location(new, old)

    return make


def _negating(statement: ast.If | ast.While) -> Callable[[], None]:
    def make() -> None:
        statement.test = ast.copy_location(ast.UnaryOp(ast.Not(), statement.test), statement.test)

    return make


def _deciding(node: ast.IfExp, truth: bool) -> Callable[[], None]:
    return lambda: setattr(node, "test", ast.Constant(truth))


def _dropping(parts: list[T], part: T) -> Callable[[], None]:
    return lambda: parts.remove(part)


def _setting(parts: list[ast.cmpop], place: int, part: ast.cmpop) -> Callable[[], None]:
    def make() -> None:
        parts[place] = part

    return make


def _becoming(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for name, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, name, new)
        elif isinstance(value, list) and old in value:
            value[value.index(old)] = new


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(copy.deepcopy(node)).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _name(node: ast.AST) -> str:
    return type(node).__name__
