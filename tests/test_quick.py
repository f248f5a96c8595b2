"""`make quick` runs what needs no server: many tests, and none that starts a process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.embedded.postgres import EmbeddedPostgres
from tests.support.quick import NoProcesses

ROOT = Path(__file__).parents[1]


def collected(*arguments: str) -> list[str]:
    """The tests that would be run."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return re.findall(r"^tests/.*::.*$", ran.stdout, re.MULTILINE)


@pytest.mark.processes
def test_quick_takes_the_pure_tests_and_leaves_those_of_a_server() -> None:
    # When
    some = ("tests/domain/test_time.py", "tests/domain/test_verdicts.py", "tests/infra/test_log_faults.py")
    every, quick = collected(*some), collected("--quick", *some)
    # Then
    assert quick == [name for name in every if name.startswith("tests/domain/")]
    assert len(quick) > 100
    assert len(every) > len(quick)


def test_collecting_tests_imports_nothing_that_takes_long(slow_imports: set[str]) -> None:
    assert slow_imports == set(), "import it where it is used"


@pytest.mark.processes
def test_a_process_that_is_started_in_quick_fails_the_test(home: Path) -> None:
    forbidden = NoProcesses()
    with forbidden.on():
        with pytest.raises(AssertionError, match="mark the test `processes`"):
            subprocess.run(["true"], check=True)
        with pytest.raises(AssertionError, match="no process is started"):
            EmbeddedPostgres(home).start()
    subprocess.run(["true"], check=True)
