"""The page itself: strict about what may run, whole, and in the same words in every language."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from web.door.pages import DESK, Pages

SOURCES = sorted((DESK / "source").glob("*.ts*"))
CATALOGUES = sorted((DESK / "words").glob("*.ftl"))
MESSAGE = re.compile(r"^([a-z][a-z0-9-]*) = (.+)$", re.MULTILINE)
USED = re.compile(r'\bt\((?:[^()`"]*\? )?"([a-z0-9-]+)"(?: : "([a-z0-9-]+)")?')
LONGEST = 350
"""How many lines a file of ours has, at most."""


def catalogue(path: Path) -> dict[str, str]:
    """The messages of a catalogue."""
    return dict(MESSAGE.findall(path.read_text()))


def test_nothing_inline_runs_and_nothing_comes_from_elsewhere() -> None:
    page = (DESK / "index.html").read_text()
    policy = Pages().policy()
    assert "unsafe" not in policy
    assert "http" not in policy
    for said in (
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert said in policy
    assert re.findall(r"<script(?! type=\"importmap\">)[^>]*>", page) == [
        '<script type="module" src="/desk/built/main.js">'
    ]
    assert not re.search(r"\son\w+=|\sstyle=|<style|https?://", page)


def test_everything_that_the_page_loads_is_there() -> None:
    pages = Pages()
    page = (DESK / "index.html").read_text()
    found = re.search(r"<script type=\"importmap\">(.*?)</script>", page, re.DOTALL)
    assert found is not None
    mapped = json.loads(found[1])["imports"]
    named = [*mapped.values(), *re.findall(r'(?:href|src)="(/desk/[^"]+)"', page)]
    assert [each for each in named if pages.find(each.removeprefix("/desk/")) is None] == []
    for file in sorted((DESK / "built").glob("*.js")):
        for imported in re.findall(r'from "([^"]+)"', file.read_text()):
            assert imported in mapped or (DESK / "built" / imported).is_file(), (file.name, imported)


def test_sources_and_the_compilers_files_are_not_served() -> None:
    pages = Pages()
    for name in ("source/main.tsx", "package.json", "../door/guard.py", "built/../package.json", ""):
        assert pages.find(name) is None


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_catalogue_has_the_same_messages(path: Path) -> None:
    english, own = catalogue(DESK / "words" / "en.ftl"), catalogue(path)
    assert list(own) == list(english), "each message once, in the same order"
    given = re.compile(r"\{ \$(\w+) \}")
    assert {id: set(given.findall(text)) for id, text in own.items()} == {
        id: set(given.findall(text)) for id, text in english.items()
    }


def test_every_word_that_the_sources_ask_for_is_there() -> None:
    asked = {id for file in SOURCES for found in USED.findall(file.read_text()) for id in found if id}
    assert len(asked) > 60
    assert asked - catalogue(DESK / "words" / "en.ftl").keys() == set()


def test_what_makes_markup_of_text_is_not_in_the_sources() -> None:
    for file in SOURCES:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", file.read_text())


def test_files_are_short() -> None:
    ours = [*SOURCES, DESK / "desk.css"]
    lengths = {file.name: len(file.read_text().splitlines()) for file in ours if file.name != "contract.d.ts"}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
