"""A due comes by the zones of the pinned package, whatever data the machine has, and the log says which they are."""

from __future__ import annotations

import os
import subprocess
import sys
import zoneinfo
from importlib.resources import files
from pathlib import Path

import pytest

from domain.kernel import zones

OURS, MACHINES = "from domain.service_level.open_times import zone", "zone = zoneinfo.ZoneInfo"
READS = """
import datetime, zoneinfo
zoneinfo.ZoneInfo("Europe/Berlin")  # somebody was first
{zone}
print(datetime.datetime(2026, 6, 1, tzinfo=zone("Europe/Berlin")).utcoffset())
"""


@pytest.mark.processes
def test_a_machine_with_other_data_counts_as_any_machine(tmp_path: Path) -> None:
    # Given a machine by which Berlin is in India
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Berlin").write_bytes((files("tzdata.zoneinfo.Asia") / "Kolkata").read_bytes())
    environment = {**os.environ, "PYTHONTZPATH": str(tmp_path)}
    # When
    found = []
    for zone in (OURS, MACHINES):
        program = [sys.executable, "-c", READS.format(zone=zone)]
        found.append(subprocess.run(program, env=environment, capture_output=True, text=True, check=True).stdout)
    # Then, and otherwise it would show
    assert found == ["2:00:00\n", "5:30:00\n"]


def test_no_data_of_the_machine_is_read() -> None:
    assert zoneinfo.TZPATH == ()
    assert zones.zone("Europe/Berlin") is zoneinfo.ZoneInfo("Europe/Berlin")
