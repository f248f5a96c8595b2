"""docs/measures.md has the definitions as the code has them."""

from __future__ import annotations

from tests.support.measures_page import PAGE, definitions


def test_the_page_has_each_definition_as_the_code_has_it() -> None:
    assert PAGE.read_text().endswith(definitions()), "python -m tests.support.measures_page writes it anew"
