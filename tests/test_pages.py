"""What the pages of docs/ name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_every_test_and_module_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        r"(?:tests|domain|infra|commands|projections|audit|cli|consumers)/[\w/]+\.(?:py|sql)", page.read_text()
    )
    assert [name for name in named if not (ROOT / name).exists()] == []
