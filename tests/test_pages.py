"""What the pages name and link to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FILE = re.compile(
    r"(?:tests|bench|domain|infra|commands|projections|process|audit|api|cli|consumers|examples)/[\w/]+\.(?:py|sql|js)\b"
)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)[^)]*\)")


def missing(text: str, folder: Path) -> list[str]:
    """Files that this text of a page in this folder names, and those it links to, where they are not there."""
    named = [name for name in FILE.findall(text) if not (ROOT / name).exists()]
    return named + [link for link in LINK.findall(text) if not (folder / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_whatever_a_page_names_and_links_to_is_there(page: Path) -> None:
    # The files that architecture.md lets a reader make are made by the test that follows it.
    files = {
        "projections/tags.py",
        "tests/projections/test_tags.py",
        "process/battery.py",
        "tests/process/test_battery.py",
    }
    made = files if page.name == "architecture.md" else set()
    assert set(missing(page.read_text(), page.parent)) - made == set()


def linked(page: Path) -> set[Path]:
    """What a page links to."""
    return {(page.parent / link).resolve() for link in LINK.findall(page.read_text())}


def test_the_readme_leads_to_every_page() -> None:
    # A folder's README is the index of its pages.
    reached = {README, *linked(README)}
    reached |= {page for index in reached & {*PAGES} if index.name == "README.md" for page in linked(index)}
    assert [page.name for page in PAGES if page not in reached] == []


def test_what_is_not_there_is_found() -> None:
    text = (
        "[a](api.md), [b](gone.md#why), [c](https://example.org), `api/gone.py`, `bench/gone.py`, `api/live/routes.py`"
    )
    assert missing(text, ROOT / "docs") == ["api/gone.py", "bench/gone.py", "gone.md"]
