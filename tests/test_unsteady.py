"""A test that fails is repeated: what fails again stays red, what then passes is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.processes

PASSES_FROM = """
from pathlib import Path
def test_{name}():
    runs = Path("{name}.runs")
    runs.write_text(runs.read_text() + "." if runs.exists() else ".")
    assert len(runs.read_text()) >= {run}
"""
RUN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.unsteady import main; sys.exit(main(['-q']))"


def run(folder: Path, **passes_from: int) -> subprocess.CompletedProcess[str]:
    """Run tests by these names, each of which passes from its so-manieth run on."""
    text = "".join(PASSES_FROM.format(name=name, run=at) for name, at in passes_from.items())
    (folder / "test_them.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # most of the time that pytest takes
    return subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_what_fails_once_and_then_passes_thrice_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, steady=1, late=2)
    named = done.stdout.partition("UNSTEADY")[2]
    assert (done.returncode, "test_late" in named, "test_steady" in named) == (0, True, False), done.stdout


@pytest.mark.parametrize("passes_from", [{"mostly": 3}, {"one": 2, "two": 2, "three": 2}])
def test_what_fails_again_or_too_many_that_fail_stay_red(tmp_path: Path, passes_from: dict[str, int]) -> None:
    done = run(tmp_path, **passes_from)
    assert (done.returncode, "UNSTEADY" in done.stdout) == (1, False), done.stdout
