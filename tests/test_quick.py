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


COLLECTED_TWICE = """
import sys, pytest
wanted = ["--collect-only", "-q", "-p", "no:cacheprovider", *sys.argv[1:]]
first = pytest.main(wanted)
print("quick:", flush=True)
sys.exit(first or pytest.main(["--quick", *wanted]))
"""


def collected(*files: str) -> tuple[list[str], list[str]]:
    """The tests of these files that would be run; and in `make quick`. One process finds both."""
    command = [sys.executable, "-c", COLLECTED_TWICE, *files]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    every, quick = (re.findall(r"^tests/.*::.*$", part, re.MULTILINE) for part in ran.stdout.split("quick:"))
    return every, quick


@pytest.mark.processes
def test_quick_takes_the_pure_tests_and_leaves_those_of_a_server() -> None:
    # When
    every, quick = collected(
        "tests/domain/test_time.py", "tests/domain/test_verdicts.py", "tests/infra/test_log_faults.py"
    )
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
