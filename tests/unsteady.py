"""Run all tests; repeat the few that fail by themselves, and name those that then pass: they are unsteady.

`python -m tests.unsteady ARGS` runs pytest with ARGS, and answers with pytest's exit code. But where at most `MOST`
tests failed, and each of them then passes `TIMES` times in a row, alone, the answer is 0, and the tests are named. A
fault fails in each of these runs. A race between a test and a busy machine does not; such a race is named and mended,
but must not stop all that others did.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

MOST = 2
TIMES = 3
SECONDS = 180
"""For all repeats: a test that takes longer is not worth the wait."""

_TESTS_FAILED = 1
_LAST_FAILED = Path(".pytest_cache/v/cache/lastfailed")


def main(arguments: Sequence[str]) -> int:
    """Run pytest in the current folder, and what fails once more. Answers the exit code."""
    code = _pytest("--cache-clear", *arguments)
    # Any other code says that not all tests ran: then nothing can be said of those that did not.
    if code != _TESTS_FAILED:
        return code
    failed = sorted(json.loads(_LAST_FAILED.read_text()))
    if not 0 < len(failed) <= MOST:
        return code
    print(f"\n{len(failed)} failed; each is run {TIMES} times more, by itself", flush=True)
    try:
        for _ in range(TIMES):
            if again := _pytest("-p", "no:cacheprovider", *failed, seconds=SECONDS / TIMES):
                return again
    except subprocess.TimeoutExpired:
        return code
    print(f"UNSTEADY: failed once, then passed {TIMES} times alone. The race is to be mended:", flush=True)
    for test in failed:
        print(f"  {test}", flush=True)
    return 0


def _pytest(*arguments: str, seconds: float | None = None) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False, timeout=seconds).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
