"""The extra `insight`: nothing but the text model needs its libraries, and without them its verbs say so."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from domain.kernel.refusal import Refusal
from infra.insight.extra import LIBRARIES, need_extra

ROOT = Path(__file__).parents[3]
ROOMS = ("domain", "infra", "commands", "projections", "process", "consumers", "audit", "api", "web", "cli")


def imported_at_once(text: str) -> set[str]:
    """What a module imports as it is loaded: all imports but those within functions."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(text)]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            match node:
                case ast.Import(names=names):
                    found |= {each.name for each in names}
                case ast.ImportFrom(module=str(module)):
                    found.add(module)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.If(test=ast.Name(id="TYPE_CHECKING")):
                    pass
                case _:
                    waiting.append(node)
    return found


def needing(files: Iterable[Path], root: Path) -> set[str]:
    """The modules that load a library of the extra, or a module of the text model that does."""
    ours = {"infra.insight.extra", "infra.insight"}
    return {
        str(file.relative_to(root))
        for file in files
        if re.search("|".join((*LIBRARIES, "infra.insight")), text := file.read_text("utf-8"))  # few are parsed
        and any(
            name.split(".")[0] in LIBRARIES or (name.startswith("infra.insight") and name not in ours)
            for name in imported_at_once(text)
        )
    }


def test_nothing_but_the_text_model_loads_its_libraries() -> None:
    found = needing((file for room in ROOMS for file in (ROOT / room).rglob("*.py")), ROOT)
    assert len(found) > 4
    assert {name for name in found if not name.startswith("infra/insight/")} == set()


def test_a_module_that_loads_a_library_of_the_model_is_found(tmp_path: Path) -> None:
    loads = ("import numpy as np", "from sklearn.svm import LinearSVC", "from infra.insight.training import train")
    spares = ("def f():\n    import numpy", "if TYPE_CHECKING:\n    import numpy", "import infra.insight.extra")
    for at, text in enumerate([*loads, *spares]):
        (tmp_path / f"{at}.py").write_text(text)
    assert needing(tmp_path.glob("*.py"), tmp_path) == {"0.py", "1.py", "2.py"}


@pytest.mark.parametrize("library", LIBRARIES)
def test_without_one_of_its_libraries_the_model_is_refused(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    with pytest.raises(Refusal, match=library) as refused:
        need_extra()
    assert refused.value.code == "extra-missing"


def test_with_all_libraries_nothing_is_refused() -> None:
    need_extra()
