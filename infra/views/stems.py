"""Other forms of a word in a language: the stems of Snowball, by the library and not by PostgreSQL, whose stems differ
from release to release."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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


def has_stem(piece: Piece) -> bool:
    """Whether the word may have other forms: not with a digit, and not in a text without blanks."""
    return not piece.unspaced and (piece.folded.isalpha() or not _NUMBER.search(piece.folded))


def stem(piece: Piece, tag: str | None) -> str | None:
    """The stem of a word, compared without accents; None where it has none."""
    return stemming(tag)(piece.lowered) if has_stem(piece) else None


def stemming(tag: str | None) -> Callable[[str], str | None]:
    """What answers the stem of one word after the other, as `stems` does of many; not for several threads."""
    if tag is None:
        return lambda _: None
    own = Stemmer.Stemmer(LANGUAGES[tag], 0)
    english = Stemmer.Stemmer("english", 0) if tag in _WITH_ENGLISH else own
    return lambda word: _compared((english if word.isascii() else own).stemWord(word)) or None


def stems(words: Sequence[str], tag: str | None) -> dict[str, str]:
    """The stems of words in lower case, compared without accents, by word; without words that have none."""
    if tag is None:
        return {}
    if tag not in _WITH_ENGLISH:
        return _stems(words, LANGUAGES[tag])
    others = [word for word in words if not word.isascii()]
    return _stems([word for word in words if word.isascii()], "english") | _stems(others, LANGUAGES[tag])


def _stems(words: Sequence[str], by: str) -> dict[str, str]:
    # Threads may not share a stemmer, and to make one takes less time than to stem a word. Without a cache, which would
    # keep the words of a person who has been erased.
    found = zip(words, Stemmer.Stemmer(by, 0).stemWords(words), strict=True)
    return {word: bare for word, stem in found if (bare := _compared(stem))}


def _compared(stem: str) -> str:
    return without_accents(stem.casefold())
