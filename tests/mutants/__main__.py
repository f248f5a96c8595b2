"""`python -m tests.mutants`: how many small faults in rules and commands the tests that need no server find.

Exits with 1 where fewer are found than are to be.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.mutants.making import Mutant, mutants
from tests.mutants.running import Runner

FLOORS = ("domain", "commands")
TESTS = (
    "domain", "refusals", "commands", "bugs", "process", "consumers/imports/test_sample.py",
    "projections/test_merging_undone.py", "docs/test_scenarios.py", "cli/test_scenario.py",
    "cli/test_histories_one_by_one.py", "infra/test_mapper.py", "infra/test_golden.py",
)  # fmt: skip
"""Where the tests are that reach rules and commands; those of them are run that `make quick` runs."""


def every(root: Path, under: str = "") -> list[Mutant]:
    """All mutants of the floors, or of the files under this path of theirs."""
    files = sorted(file for floor in FLOORS for file in (root / floor).rglob("*.py"))
    names = [str(file.relative_to(root)) for file in files]
    return [each for name in names if name.startswith(under) for each in mutants(name, (root / name).read_text())]


def main() -> int:
    """Make a sample and run it."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--sample", type=int, default=1500)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--least", type=float, default=90.0, help="how many of a hundred are to be killed")
    asked.add_argument("--under", default="", help="only of files under this path, such as domain/merging.py")
    given = asked.parse_args()
    root = Path.cwd()
    there = every(root, given.under)
    sample = random.Random(given.seed).sample(there, min(given.sample, len(there)))
    print(f"seed {given.seed}: {len(sample)} of {len(there)} mutants", flush=True)
    runner = Runner(root, sorted(sample, key=lambda each: (each.file, each.number)), given.jobs)
    arguments = ["--quick", "-qq", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-W", "ignore"]
    tests = sorted({str(found) for pattern in TESTS for found in (root / "tests").glob(pattern)})
    status = pytest.main([*arguments, *tests], plugins=[runner])
    if len(runner.fates) < len(sample):
        print(f"pytest ended with {status!r}")
        return 2
    return report(runner, given.least)


def report(runner: Runner, least: float) -> int:
    """Print what became of the mutants; those that live were named as they were found. Answers the exit status."""
    counts = Counter(fate for _, fate in runner.fates)
    killed, lived = counts["killed"] + counts["hung"], counts["survived"] + counts["unreached"]
    share = 100 * killed / max(1, killed + lived)
    print(f"{killed} killed ({counts['hung']} hung), {lived} lived ({counts['unreached']} unreached), "
          f"{counts['impossible']} impossible; {runner.tests} tests: {share:.1f} % killed")  # fmt: skip
    return 0 if share >= least else 1


if __name__ == "__main__":
    sys.exit(main())
