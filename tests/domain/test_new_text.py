"""What is new in a text, and in which language the text is."""

from __future__ import annotations

import pytest

from domain.signal.language import language_of
from domain.signal.new_text import MOST_CHARACTERS, MOST_RANGES, new_ranges


@pytest.mark.parametrize(
    ("text", "earlier", "new"),
    [
        ("It drips. The table is wet.", [], ["It drips. The table is wet."]),
        ("It drips.  The table is WET!", ["Hello. The table is wet."], ["It drips."]),
        ("Still so.\n> It drips.\n> Since May.\nHelp me!", [], ["Still so.", "Help me!"]),
        ("Still so.\nIt drips.\nAnd now?", ["It drips"], ["Still so.", "And now?"]),
        ("It drips.", ["It drips."], []),
        ("漏れます。助けて。", ["漏れます。"], ["助けて。"]),
        ("…\n \n", [], []),
        ("It has 3.5 litres", [], ["It has 3.5 litres"]),
    ],
)
def test_what_was_written_before_or_is_quoted_is_not_new(text: str, earlier: list[str], new: list[str]) -> None:
    assert [text[start:end] for start, end in new_ranges(text, earlier)] == new


def test_what_is_told_of_a_long_text_is_bounded() -> None:
    text = "\n".join(f"line {number}\n> quoted {number}" for number in range(100))
    found = new_ranges(text, [])
    assert len(found) == MOST_RANGES
    assert text[found[-1][0] : found[-1][1]].endswith("line 99")
    assert new_ranges("x" * (MOST_CHARACTERS + 1), []) == ((0, MOST_CHARACTERS),)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my kettle has been leaking since i bought it and the table is wet", "en"),
        ("meine kanne tropft seit mai und der tisch ist nass", "de"),
        ("ma bouilloire fuit depuis le mois de mai et la table est mouillee je ne suis pas content", "fr"),
        ("mi hervidor gotea desde mayo y la mesa esta mojada por el agua", "es"),
        ("minha chaleira vaza desde maio e nao fica quente com a tampa", "pt"),
        ("il mio bollitore perde acqua da maggio e il tavolo e bagnato non va bene", "it"),
        ("mijn ketel lekt sinds mei en het tafelblad is nat ik wil mijn geld terug", "nl"),
        ("やかん から みず が もれます", "ja"),
        ("kettle", None),
        ("leaks leaks leaks", None),
        ("a a a b b b", None),
        ("", None),
    ],
)
def test_a_language_is_named_where_small_words_show_it(text: str, language: str | None) -> None:
    assert language_of(text.split()) == language
