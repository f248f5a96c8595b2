"""A word of the command line that is not UTF-8 is refused by whatever verb; until now some ended with a traceback."""

from __future__ import annotations

from tests.cli.conftest import Antiphon, antiphon

__all__ = ["antiphon"]

ODD = "\udcff"
"""What Python makes of the byte FF among its arguments."""
WORDS = [
    ("customers", "--name", ODD),
    ("inbox", "--area", ODD),
    ("dead-letters", "show", ODD),
    ("tables", "show", ODD),
    ("search", ODD),
    ("by-contact", ODD),
    ("open", "inquiry", ODD, "--from", "a@x.example"),
]


def test_what_is_no_text_is_refused(antiphon: Antiphon) -> None:
    found = {words: antiphon(*words) for words in WORDS}
    assert [words for words, ran in found.items() if ran.status != 2 or "Traceback" in ran.err] == []
