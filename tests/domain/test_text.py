"""Text as it came: what cannot be stored is refused with the reason, and all else is kept unchanged."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.kernel.text import Text, bidi, storable

KEPT = ["", " plain\n", "مرحبا", "שלום", "\U0001f469\u200d\U0001f680", "invoice\u202efdp.exe", "\x01\x7f"]


@pytest.mark.parametrize("text", KEPT, ids=ascii)
def test_text_is_kept_as_it_came(text: str) -> None:
    assert storable(text) == TypeAdapter(Text).validate_python(text) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [("a\x00b", "NUL"), ("\x00", "NUL"), ("a\ud800b", "lone surrogates"), ("\udfff", "lone surrogates")],
)
def test_text_that_cannot_be_stored_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        storable(text)
    with pytest.raises(ValidationError, match=why):
        TypeAdapter(Text).validate_python(text)


@pytest.mark.parametrize("value", [7, None, ["text"]])
def test_what_is_no_text_is_not_made_one(value: object) -> None:
    with pytest.raises(ValidationError, match="valid string"):
        TypeAdapter(Text).validate_python(value)


@pytest.mark.parametrize("control", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ids=ascii)
def test_controls_that_turn_text_are_found_in_any_of_it(control: str) -> None:
    assert bidi(f"a{control}b")
    assert bidi(None, "plain", control)


@pytest.mark.parametrize("text", ["", "plain", "مرحبا", "שלום", "ab\u200fcd", "\U0001f469\u200d\U0001f680"], ids=ascii)
def test_languages_that_run_the_other_way_turn_nothing(text: str) -> None:
    assert not bidi(text, None)
