"""Every statement that views are made, read and written with, as PostgreSQL gets it, for a reviewer to read.

python -m tests.support.statements     writes tests/golden/statements.sql anew; then look at the difference
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import projections
from infra.views.selection import Selection
from infra.views.tables import Table
from projections.catalogue import VIEWS
from projections.visibility import NARROWED

FILE = Path(__file__).parents[1] / "golden" / "statements.sql"
_BREAKS = re.compile(r" (?=(?:FROM|WHERE|ORDER BY|LIMIT|ON CONFLICT|CROSS JOIN|JOIN|SELECT|CASE|WHEN|ELSE) )")


def selections() -> Iterator[tuple[str, Selection[object]]]:
    """Every selection that a module of `projections/` names, by module and name."""
    for module in pkgutil.walk_packages(projections.__path__, "projections."):
        for name, value in sorted(vars(importlib.import_module(module.name)).items()):
            if isinstance(value, Selection):
                yield f"{module.name}.{name}", value


def narrowed() -> Iterator[tuple[str, Selection[object]]]:
    """Every selection narrowed to what a caller sees by team, under the name of the whole one."""
    names = {id(each): name for name, each in selections()}
    yield from ((f"{names[id(whole)]}, by team", part) for whole, part in NARROWED.items())


def statements() -> Iterator[tuple[str, str]]:
    """What each is for, and its text."""
    for view in VIEWS:
        for statement in Table(view).definition():
            yield f"make {view.name}", statement.as_string()
        yield from ((f"{what} {view.name}", text) for what, text in Table(view).statements())
    seen = set[int]()
    for name, selection in (*selections(), *narrowed()):
        if id(selection) not in seen:
            seen.add(id(selection))
            yield from ((f"{what} {name}", text) for what, text in selection.statements())


def rendered() -> str:
    """The file: one statement after the other, broken into lines before its clauses."""
    return "\n".join(f"-- {what}\n{_BREAKS.sub(chr(10), text)};\n" for what, text in statements())


if __name__ == "__main__":
    FILE.write_text(rendered())
