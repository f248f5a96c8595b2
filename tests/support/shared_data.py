"""The real files some tests run on. They are not part of the project: where they are absent, those tests say so."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"
ABSENT = "no ../shared/data: "


def shared_data(name: str) -> Path:
    """The real file called `name`; skips the asking test where there is none."""
    file = SHARED / name
    if not file.exists():
        pytest.skip(ABSENT + name)
    return file


def skipped_for_want_of_data(reports: list[pytest.TestReport]) -> list[str]:
    """The ids of the tests among these reports that were skipped because a file is absent."""
    return [report.nodeid for report in reports if isinstance(report.longrepr, tuple) and ABSENT in report.longrepr[2]]
