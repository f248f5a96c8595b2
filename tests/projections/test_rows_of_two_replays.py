"""Replays in processes of their own, on two hash seeds, give the same rows to the byte."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SEED
from tests.support.bundles import Played

ROOT = Path(__file__).parents[2]


def replayed(file: Path, hash_seed: str) -> list[str]:
    """By view, how many rows there are, and their hash."""
    command = [sys.executable, "-m", "tests.support.fold_process", str(file)]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


@pytest.mark.processes
def test_replays_on_two_hash_seeds_give_the_same_rows(tmp_path: Path) -> None:
    # Given
    file = tmp_path / "histories"
    file.write_bytes(pickle.dumps([Played.of(f"{SEED} replay {number}").recorded_events for number in range(4)]))
    # When
    first, second = replayed(file, "1"), replayed(file, "2")
    # Then
    assert first[:-1] == second[:-1]
    assert first[-1] != second[-1], "the control hangs on the seed"
    filled = {line.split()[0] for line in first if line.split()[1] != "0"}
    assert filled >= {"inbox", "history", "rules", "timers"}
