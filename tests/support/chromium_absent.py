"""Which tests were skipped because there is no browser. Apart from the browser, which loads a library of its own."""

from __future__ import annotations

import pytest

ABSENT = "no Chromium here"


def skipped_for_want_of_chromium(reports: list[pytest.TestReport]) -> list[str]:
    """The ids of the tests among these reports that were skipped because there is no browser."""
    return [report.nodeid for report in reports if isinstance(report.longrepr, tuple) and ABSENT in report.longrepr[2]]
