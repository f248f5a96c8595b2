"""Every refusal there is can be provoked: a code without a way to it is said by nobody, or tested by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from domain.kernel.refusal import Refusal
from tests.refusals.of_commands import COMMANDS
from tests.refusals.of_decision_tables import DECISION_TABLES
from tests.refusals.of_reading import EVENTS, HTTP, TOPICS, VIEWS
from tests.refusals.of_signals import SIGNALS
from tests.refusals.of_starting import CALENDARS, FILES, PROOF, STARTING, TEXT_MODEL
from tests.refusals.place import Place, Provoke
from tests.test_errors_page import codes_in_code

TABLES = (
    COMMANDS, HTTP, EVENTS, VIEWS, TOPICS, FILES, CALENDARS, STARTING, DECISION_TABLES, SIGNALS, PROOF, TEXT_MODEL,
)  # fmt: skip
PROVOKED: Mapping[str, Provoke | str] = {code: how for table in TABLES for code, how in table.items()}
CALLED = {code: how for code, how in PROVOKED.items() if not isinstance(how, str)}
TESTED = {code: how for code, how in PROVOKED.items() if isinstance(how, str)}
BY_PROCESSES = {
    "backup-failed", "content-quarantined", "file-not-writable", "kafka-jars-differ", "kafka-not-started",
    "postgres-not-stopped",
}  # fmt: skip
TESTS = Path(__file__).parents[1]


def unprovoked(codes: set[str], provoked: set[str]) -> list[str]:
    """What is wrong with a table of these codes."""
    wrong = [f"{code} is provoked by nothing" for code in sorted(codes - provoked)]
    return wrong + [f"{code} is a code no more" for code in sorted(provoked - codes)]


def named_in(code: str, text: str) -> bool:
    """Whether tests with this text ask for the code."""
    return re.search(rf"""["'`: ]{re.escape(code)}["'`: ]""", text) is not None


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, monkeypatch)
    yield place
    place.close()


def test_every_code_is_in_the_table_once() -> None:
    assert unprovoked(set(codes_in_code()), set(PROVOKED)) == [], "say in tests/refusals how each is provoked"
    assert sum(map(len, TABLES)) == len(PROVOKED)


def test_a_code_without_an_entry_is_found_and_one_that_is_gone() -> None:
    assert unprovoked({"a", "b"}, {"b", "c"}) == ["a is provoked by nothing", "c is a code no more"]


def marked(code: str) -> Any:
    """A code, with the mark of what starts processes where it takes one."""
    return pytest.param(code, marks=[pytest.mark.processes] if code in BY_PROCESSES else [])


@pytest.mark.parametrize("code", [marked(code) for code in sorted(CALLED)])
def test_a_refusal_comes(code: str, place: Place) -> None:
    with pytest.raises(Refusal) as refused:
        CALLED[code](place)
    assert refused.value.code == code
    assert refused.value.what_to_do


@pytest.mark.parametrize("code", sorted(TESTED))
def test_a_test_with_a_server_asks_for_a_refusal(code: str) -> None:
    files = [file for file in TESTS.rglob(TESTED[code]) if named_in(code, file.read_text())]
    assert files, f"no {TESTED[code]} names {code}"


def test_a_file_that_does_not_name_the_code_is_found() -> None:
    assert named_in("a-b", 'assert code == "a-b"')
    assert named_in("a-b", "match='a-b: '")
    assert not named_in("a-b", 'assert code == "a-b-c"')
    assert not named_in("a-b", "the a-bc")
