"""A word is found whatever sign stands beside it. PostgreSQL's parser took each sign outside ASCII for a letter: it no
longer splits words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uniseg.wordbreak import words as words_of_another_library

from domain.kernel.ids import new_id
from infra.embedded.postgres import Urls
from infra.postgres.database import Connection, connect
from infra.views.tables import Table
from projections.search import finding
from projections.search.finding import Scope
from projections.search.passage import SEARCH, Passage, indexed

SIGNS = [
    *"„“”‚‘’»«›‹—–‐…•·¿¡§°€™。、「」『』（）！？：，~", "\u00a0", "\u202f", "\u200b", "\u200e", "\u2028", "\ufeff",
    "\u00ad", "\u0301", "👍", "👍🏽", "❤\ufe0f", "👩\u200d🔧", "🇩🇪", "→", "×", "″",
]  # fmt: skip
"""What stands beside words: quotes, dashes, CJK's punctuation, blanks, signs nobody sees, accents, emoji."""


@pytest.fixture
def reader(database_urls: Urls) -> Iterator[Connection]:
    with connect(database_urls.database_url, "reader") as connection:
        yield connection


Hold = Callable[[Sequence[Passage]], None]


@pytest.fixture
def hold(database_urls: Urls) -> Iterator[Hold]:
    """Put passages into the view as a projector does, without the log."""
    with connect(database_urls.database_url, "projector") as connection:
        yield lambda passages: Table(SEARCH).copy(connection, [(indexed(each), each.place) for each in passages])


def said(place: int, text: str, customer_id: str = "customer-a") -> Passage:
    return Passage(
        place, customer_id, "conversation-1", "received", datetime(2026, 6, 1, tzinfo=UTC), text, about="message-1"
    )


def found(reader: Connection, asked: str, customer_id: str = "customer-a") -> list[str]:
    rows = finding.read(reader, Scope.of_customer(customer_id), asked, limit=finding.CANDIDATES).rows
    return [each.passage.text for each in rows]


def test_a_word_in_german_quotes_is_found(hold: Hold, reader: Connection) -> None:
    # Given
    hold([said(1, "Mein „Kessel“ leckt")])
    # Then
    for asked in ("Kessel", "kessel leckt", "„Kessel“", '"mein Kessel leckt"'):
        assert found(reader, asked) == ["Mein „Kessel“ leckt"], asked


@pytest.mark.parametrize("beside", ["{sign}Kessel", "Kessel{sign}", "{sign}Kessel{sign}", "Mein {sign}Kessel{sign} da"])
def test_a_word_is_found_beside_each_sign(beside: str, hold: Hold, reader: Connection) -> None:
    # Given
    texts = [beside.format(sign=sign) for sign in SIGNS]
    hold([said(place, text) for place, text in enumerate(texts, start=1)])
    # Then
    assert set(found(reader, "kessel")) == set(texts)


# Letters that count as apostrophes are no words.
_ANY = st.characters(exclude_categories=["Cs", "Cn", "Co", "Cc"], exclude_characters="ʹʻʼʾʿ\u0374")
_TEXTS = st.lists(
    st.one_of(
        st.text(_ANY, min_size=1, max_size=4),
        st.sampled_from(SIGNS),
        st.sampled_from(
            ["Kessel", "Wi-Fi", "l’eau", "3.5", "漢字", "カタカナ", "ｶﾞｽ", "שָׁלוֹם", 'צה"ל', "हिन्दी", "ภาษา", "한국어"]
        ),
        st.just(" "),
    ),
    min_size=1,
    max_size=8,
).map("".join)


def test_each_word_by_unicodes_rules_is_found_in_its_text(hold: Hold, reader: Connection) -> None:
    places = iter(range(1, 1_000_000))

    @settings(max_examples=150)
    @given(text=_TEXTS)
    def each_is_found(text: str) -> None:
        # Given
        customer_id = new_id("customer")
        hold([said(next(places), text, customer_id)])
        # Then
        for word in {word for word in words_of_another_library(text) if any(map(str.isalnum, word))}:
            assert found(reader, word, customer_id) == [text], ascii((text, word))

    each_is_found()
