"""What the pages of docs/ name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


# The files that architecture.md lets a reader make are made by the test that follows it.
PAGES = sorted(page for page in (ROOT / "docs").glob("*.md") if page.name != "architecture.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_and_module_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        r"(?:tests|domain|infra|commands|projections|process|audit|cli|consumers)/[\w/]+\.(?:py|sql)", page.read_text()
    )
    assert [name for name in named if not (ROOT / name).exists()] == []
