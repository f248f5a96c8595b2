"""The text of a closing message is the one of the outcome and the language, as far as the table goes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.attention.contacts import ClosingOwed, Outcome
from domain.attention.texts import MOST_CHARACTERS, Texts
from domain.decision_table.deciding import decide
from domain.decision_table.table import read_table
from domain.decision_table.written import RecordedTable

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def owed(outcome: Outcome = "shipped", area: str = "frames") -> ClosingOwed:
    return ClosingOwed(
        customer_id="customer-1",
        outcome_id="7",
        outcome=outcome,
        signal_id="signal-1",
        area=area,
        theme="size",
        due_at=NOW,
    )


def texts(*rules: tuple[str, str, str], otherwise: str | None = None) -> Texts:
    content: dict[str, Any] = {
        "hit_policy": "unique",
        "inputs": [{"name": "outcome", "type": "string"}, {"name": "language", "type": "string", "optional": True}],
        "outputs": [{"name": "text", "type": "string"}],
        "rules": [
            {"when": {"outcome": f'"{outcome}"', "language": language}, "then": {"text": f'"{text}"'}}
            for outcome, language, text in rules
        ],
        "otherwise": {"text": f'"{otherwise}"'} if otherwise else None,
    }
    table = read_table(RecordedTable.model_validate(content))
    return Texts(lambda outcome, language: decide(table, "texts", 3, {"outcome": outcome, "language": language}))


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de-AT", "Servus"), ("de-CH", "Hallo"), ("de", "Hallo"), ("pl", "Hello"), (None, "Hello"), ("DE-ch", "Hallo")],
)
def test_the_nearest_language_is_taken(language: str | None, expected: str) -> None:
    rules = (("shipped", '"de"', "Hallo"), ("shipped", '"de-AT"', "Servus"))
    assert texts(*rules, otherwise="Hello").of(owed(), language) == expected


def test_what_the_table_does_not_say_has_no_text() -> None:
    found = texts(
        ("shipped", '"de"', "Hallo"), ("planned", '"de"', " "), ("shipped", '"en"', "A"), ("shipped", "-", "B")
    )
    assert found.of(owed("declined"), "de") is None
    assert found.of(owed("planned"), "de") is None
    assert found.of(owed(), "en") is None, "two rules contradict each other"
    assert Texts(lambda outcome, language: None).of(owed(), "de") is None


def test_area_and_theme_are_filled_in_within_bounds() -> None:
    found = texts(("shipped", "-", "{area}/{theme} {area} {other}"))
    assert found.of(owed(), None) == "frames/size frames {other}"
    assert found.version == 3
    assert found.of(owed(area="x" * MOST_CHARACTERS), None) is None


def test_a_message_says_each_text_once() -> None:
    found = texts(("shipped", "-", "Done."), ("planned", "-", "Soon: {theme}."))
    assert found.message([owed(), owed("planned"), owed()], "de") == "Done.\n\nSoon: size."
