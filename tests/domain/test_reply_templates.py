"""Templates of replies: the text of a name and language, and its fields, in which nothing but text counts."""

from __future__ import annotations

from typing import Any

import pytest

from consumers.mail.markdown import html_of_markdown
from domain.conversation.templates import filled, template_of
from domain.decision_table.deciding import TableDecision, decide
from domain.decision_table.table import read_table
from domain.decision_table.written import RecordedTable
from domain.kernel.refusal import Refusal

CONTENT: dict[str, Any] = {
    "hit_policy": "unique",
    "inputs": [{"name": "name", "type": "string"}, {"name": "language", "type": "string", "optional": True}],
    "outputs": [{"name": "text", "type": "string"}],
    "rules": [
        {"when": {"name": '"delay"', "language": f'"{language}"'}, "then": {"text": f'"{text}"'}}
        for language, text in (("en", "Dear {name}"), ("de", "Hallo {name}"), ("de-AT", "Servus {name}"))
    ],
}
TABLE = read_table(RecordedTable.model_validate(CONTENT))


def text(name: str, language: str | None) -> str:
    def decided(of: str | None) -> TableDecision:
        return decide(TABLE, "reply-templates", 3, {"name": name, "language": of})

    return template_of(name, decided, language).text


@pytest.mark.parametrize(
    ("language", "expected"), [("de-AT", "Servus"), ("de-CH", "Hallo"), ("de", "Hallo"), ("en", "Dear")]
)
def test_the_nearest_language_is_taken(language: str, expected: str) -> None:
    assert text("delay", language) == f"{expected} {{name}}"


@pytest.mark.parametrize(("name", "language"), [("delay", "pl"), ("delay", None), ("thanks", "en")])
def test_what_the_table_has_not_is_not_found(name: str, language: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        text(name, language)
    assert refused.value.code == "not-found"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "name, days are missing"),
        ({"name": "Ada"}, "days are missing"),
        ({"name": "Ada", "days": "3", "price": "4"}, "price are none of the template"),
        ({"name": "Ada", "days": " \u200b"}, "days hold no text"),
        ({"name": "A" * 501, "days": "3"}, "name hold no text"),
    ],
)
def test_what_is_wrong_with_the_fields_is_named(fields: dict[str, str], says: str) -> None:
    with pytest.raises(Refusal, match=says) as refused:
        filled("Dear {name}, {days} days", fields)
    assert refused.value.code == "input-invalid"


def test_what_no_message_can_hold_is_refused() -> None:
    with pytest.raises(Refusal, match="at most 100000 characters, and with these it has 150000"):
        filled("{name}" * 300, {"name": "A" * 500})


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("Ada Ó Brien", "Ada Ó Brien"),
        ("{days}", "{days}"),
        ("Ada\r\nBcc: eve@evil.example", "Ada Bcc: eve@evil.example"),
        ("A_1_2", "A_1_2"),
    ],
)
def test_a_value_is_a_line_of_text(value: str, plain: str) -> None:
    assert filled("Dear {name}", {"name": value}) == f"Dear {plain}"


@pytest.mark.parametrize("value", ["[pay](https://evil.example)", "**bold**", "_it_", "<b>x</b>", "`code`", "\\*a\\*"])
def test_no_value_is_taken_for_markdown(value: str) -> None:
    html = html_of_markdown(filled("Dear {name}", {"name": value}))
    assert not any(tag in html for tag in ("<a", "<b", "<em", "<strong", "<code"))
