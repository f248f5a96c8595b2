"""What is printed does a terminal no harm, and says no more than is known."""

from __future__ import annotations

import json
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.display.terminal import escaped_json, how_long, one_line, safe

texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x1b\x07\x9b\r\n\t\u202e\u2066\u2028"))


@given(texts)
def test_no_control_character_but_breaks_and_tabs_reaches_the_terminal(text: str) -> None:
    shown = safe(text)
    assert {each for each in shown if unicodedata.category(each) == "Cc"} <= {"\n", "\t"}
    assert not set(shown) & set("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert safe(shown) == shown
    assert "\n" not in one_line(text)


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_any_other_text_is_shown_as_it_is(text: str) -> None:
    assert safe(text) == text


@given(texts)
def test_a_document_stays_the_same_document(text: str) -> None:
    document = escaped_json(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(document) == {"text": text}
    assert not set(document) & set("\x1b\x07\x9b\u202e")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=9, hours=3), "9 days"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_a_span_is_said_in_its_largest_unit(span: timedelta, words: str) -> None:
    assert how_long(span) == words
