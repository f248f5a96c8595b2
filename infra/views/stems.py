"""Other forms of a word in a language: the stems of Snowball, by the library and not by PostgreSQL, whose stems differ
from release to release."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import regex
import Stemmer

from infra.views.words import Piece, without_accents

LANGUAGES: Mapping[str, str] = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""The languages with other forms of words: the first piece of their tags (RFC 5646), and their algorithm."""

_WITH_ENGLISH = frozenset({"ar", "hi", "ne", "ru"})
"""Languages in whose texts a word of ASCII's letters counts as an English one."""
_NUMBER = regex.compile(r"\p{N}", regex.V1)


def of_tag(language: str | None) -> str | None:
    """The language of `LANGUAGES` that a tag begins with, if any."""
    tag = (language or "").partition("-")[0].lower()
    return tag if tag in LANGUAGES else None


def algorithm(word: str, tag: str) -> str:
    """The algorithm for a word, which is also the name of PostgreSQL's list of stop words."""
    return "english" if tag in _WITH_ENGLISH and word.isascii() else LANGUAGES[tag]


def stem(piece: Piece, tag: str | None) -> str | None:
    """The stem of a word, compared without accents; None where it has none."""
    if tag is None or piece.unspaced or _NUMBER.search(piece.folded):
        return None
    return _stem(algorithm(piece.lowered, tag), piece.lowered) or None


@lru_cache(maxsize=20_000)
def _stem(by: str, word: str) -> str:
    # An object for each word, since threads may not share one.
    return without_accents(Stemmer.Stemmer(by, 0).stemWord(word).casefold())
