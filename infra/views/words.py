"""The words of a text, in the form in which search compares them. Texts that are kept and texts that are asked for go
through the same functions.

Python does this, and not PostgreSQL, whose parser asks the database's locale what a letter is: the same log would be
found by other words on another server. The rules are Unicode's: UAX 29 for where words begin and end, NFKC and case
folding for what is the same letter. NFKC and not NFC: people see `ﬁ`, `Ｋ` and `²` as fi, K and 2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import regex

LONGEST = 255
"""The most characters of a word that are compared. (PostgreSQL takes no lexeme of more than 2,046 bytes.)"""
_LONGEST_JOINED = 64

NUMBER_DIGITS = range(7, 21)
"""How many digits a number has that is found in any spelling, such as a phone number."""

_BOUNDARY = regex.compile(r"(?w)\b", regex.V1)
# Scripts without blanks between words, and Korean, where a blank ends a word with its particles.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_APOSTROPHES = "'’‘‛ʼʻʹʾʿ＇`´′\u05f3\u05f4"
_HYPHENS = "-‐‑﹣－\u058a\u05be"
# UAX 29 keeps `a_b`, `3.5` and `l'eau` in one piece. The pieces are found by themselves, too.
_PIECE = regex.compile(
    rf"[{_UNSPACED}][{_UNSPACED}\p{{M}}\uff9e\uff9f\p{{DI}}]*+"
    rf"|(?:(?![{_UNSPACED}{_APOSTROPHES}])[\p{{Alphabetic}}\p{{M}}\p{{N}}\p{{DI}}])++",
    regex.V1,
)
# Letters and signs to which no rule applies but this one: words are rows of letters and of ASCII's digits. Most texts
# have no others, and are split in a tenth of the time.
_PLAIN_LETTERS = "".join(
    letter
    for letter in map(chr, (*range(0xC0, 0x180), *range(0x386, 0x3CF), *range(0x400, 0x460)))
    if letter.isalpha() and unicodedata.is_normalized("NFKC", letter)
)
_PLAIN = re.compile(rf"[\0-\x7f{_PLAIN_LETTERS}„“”‚‘’«»‹›¿¡–—…€]*")
_PLAIN_PIECE = re.compile(rf"[A-Za-z0-9{_PLAIN_LETTERS}]+")
_WORDLIKE = regex.compile(r"[\p{Alphabetic}\p{N}]", regex.V1)
_IGNORED = regex.compile(r"\p{DI}+|ـ+", regex.V1)  # soft hyphens, joiners, marks of direction; tatweel
_ALWAYS_JOIN = frozenset(f"{_APOSTROPHES}{_HYPHENS}\u200b")
_JOIN_NUMBERS = frozenset("./,:_·٫٬")
_UNSPACED_LETTER = regex.compile(f"[{_UNSPACED}]", regex.V1)
_CLUSTER = regex.compile(r"\X")
_FLAGS = regex.compile(r"\p{Regional_Indicator}")
# Accents, vowel points and marks of stress: where readers leave them out. Elsewhere a mark makes a letter (й, が).
_ACCENTS = regex.compile(
    r"(?<=[\p{Latin}\p{Greek}\p{Hebrew}\p{Arabic}]\p{M}*)\p{Mn}|(?<=\p{Cyrillic})[\u0300\u0301]|(?<=е)\u0308",
    regex.V1,
)
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
)
"""Letters that have no accent in Unicode's tables, and that people without their keyboard write so."""
_GAP = r"[ \u00a0\u2007\u2009\u202f().\-‐-―−/]{1,3}"
# A number does not begin or end inside a word (`A-100181`).
_NUMBER = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}]|[\p{{L}}\p{{N}}][-/_])\+?\d++(?!\p{{L}})(?:{_GAP}\d++(?!\p{{L}}))*+", regex.V1
)
_TRUNK = regex.compile(r"\(\s*0\s*\)")


class Piece(NamedTuple):
    """A piece of a text without signs inside: where it is, and how it compares (`folded`).

    `lowered`: with its accents, as stemmers want it. `unspaced`: two letters of a script without blanks, the first of
    which ends at `first_end`; or, if `last`, the last letter of a row of them.
    """

    begin: int
    end: int
    folded: str
    lowered: str
    unspaced: bool = False
    first_end: int = 0
    last: bool = False


class Word(NamedTuple):
    """Pieces that belong together, such as the two of `Wi-Fi`. `joined`: how they read as one, such as `wifi`."""

    pieces: tuple[Piece, ...]
    joined: Piece | None


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order.

    A row of letters of a script without blanks is one word. Its pieces are each two neighbouring letters, and the last
    letter, so that any part of the row is found.
    """
    together: list[Piece] = []
    for begin, end in _pieces(text):
        raw = text[begin:end]
        if not raw.isascii() and _UNSPACED_LETTER.match(raw):
            if together and not (together[-1].unspaced and together[-1].end == begin):
                yield _word(together)
                together = []
            clusters = (cluster.span() for cluster in _CLUSTER.finditer(raw))
            letters = (Piece(begin + at, begin + to, *_forms(raw[at:to]), True) for at, to in clusters)
            together += [letter for letter in letters if letter.folded]
            continue
        forms = _forms(raw)
        if not forms[0]:
            continue
        piece = Piece(begin, end, *forms)
        if together and not (not together[-1].unspaced and _joins(text, together[-1], piece)):
            yield _word(together)
            together = []
        together.append(piece)
    if together:
        yield _word(together)


def numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Numbers of many digits, however they are written: where they are, and their digits, without zeros in front and
    without the `(0)` of phone numbers."""
    for found in _NUMBER.finditer(text):
        digits = "".join(str(unicodedata.decimal(sign, "")) for sign in _TRUNK.sub("", found[0])).lstrip("0")
        if len(digits) in NUMBER_DIGITS:
            yield found.start(), found.end(), digits


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    if _PLAIN.fullmatch(text):
        # UAX 29 never breaks between these letters; what it keeps together around a sign is taken apart below, too.
        yield from (found.span() for found in _PLAIN_PIECE.finditer(text))
    else:
        yield from _pieces_by_rule(text)


def _pieces_by_rule(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    # Flags are no words, and the library takes quadratic time for a row of them.
    for piece in _BOUNDARY.split(_FLAGS.sub(" ", text)):
        if piece.isascii() and piece.isalnum():
            yield begin, begin + len(piece)
        elif _WORDLIKE.search(piece):
            yield from ((begin + inner.start(), begin + inner.end()) for inner in _PIECE.finditer(piece))
        begin += len(piece)


def _joins(text: str, before: Piece, after: Piece) -> bool:
    between = text[before.end : after.begin]
    if len(between) != 1 or between == " ":
        return False
    if between in _ALWAYS_JOIN:
        return True
    return between in _JOIN_NUMBERS and (
        before.folded[-1].isdigit() or after.folded[0].isdigit() or (len(before.folded) == len(after.folded) == 1)
    )


def _word(pieces: list[Piece]) -> Word:
    if pieces[0].unspaced:
        pairs = [
            Piece(one.begin, two.end, one.folded + two.folded, one.lowered + two.lowered, True, one.end)
            for one, two in pairwise(pieces)
        ]
        end = pieces[-1]
        return Word((*pairs, Piece(end.begin, end.end, end.folded, end.lowered, True, end.end, True)), None)
    if len(pieces) == 1 or sum(len(piece.folded) for piece in pieces) > _LONGEST_JOINED:
        return Word(tuple(pieces), None)
    joined = "".join(piece.folded for piece in pieces), "".join(piece.lowered for piece in pieces)
    return Word(tuple(pieces), Piece(pieces[0].begin, pieces[-1].end, *joined))


def _forms(raw: str) -> tuple[str, str]:
    """How a piece compares, and the same in lower case with its accents."""
    # Without a cache, which would keep the words of a person who has been erased.
    if _PLAIN_PIECE.fullmatch(raw):
        shown = raw[: 4 * LONGEST]
    elif len(raw) == 1 and raw.isalpha() and unicodedata.is_normalized("NFKC", raw) and _UNSPACED_LETTER.match(raw):
        return raw, raw  # a letter without case and accents
    else:
        read = _IGNORED.sub("", raw[: 4 * LONGEST])
        # A letter that is ignored beside others is a word where it is alone.
        shown = unicodedata.normalize("NFKC", read if read or not _WORDLIKE.search(raw) else raw[:LONGEST])
    # Twice: `casefold` makes capitals of the Cherokee letters, and what it makes need not be composed.
    return without_accents(shown.casefold().lower())[:LONGEST], unicodedata.normalize("NFC", shown.lower())[:LONGEST]


def without_accents(word: str) -> str:
    """The word as it reads without accents, vowel points and marks of stress, and with ASCII's digits."""
    if word.isascii() and word.isalnum():
        return word
    return word.translate(_PLAIN_BARE) if _PLAIN_PIECE.fullmatch(word) else _bare(word)


def _bare(word: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", word)).translate(_LETTERS)
    plain = "".join(sign if sign.isascii() else str(unicodedata.decimal(sign, sign)) for sign in bare)
    return unicodedata.normalize("NFKC", _NOT_OF_WORDS.sub("", plain))


_NOT_OF_WORDS = regex.compile(r"[^\p{Alphabetic}\p{M}\p{N}]+", regex.V1)  # the slash of ½, the brackets of ⑴

_PLAIN_BARE = str.maketrans({letter: _bare(letter) for letter in _PLAIN_LETTERS})
