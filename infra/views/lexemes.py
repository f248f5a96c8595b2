"""What a text is found by, in the form that PostgreSQL reads as a tsvector without splitting words itself; and where a
text has what was found."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from string import punctuation

from infra.views.stems import has_stem, of_tag, stemming, stems
from infra.views.words import LONGEST, Piece, Word, numbers, words

NUMBER = "@#"
"""What the lexeme of a number begins with. Its digits follow in reverse, so that a number without the prefix of its
country or town begins as the whole number does. No word has an @ or a #."""

# PostgreSQL's bounds of a tsvector: positions, positions of one lexeme, and bytes (of 1 MiB; the rest is for windows).
_POSITIONS = 16_383
_TIMES = 255
_BYTES = 900_000

_SAID = re.compile(r"\S+")


def lexemes(text: str, language: str | None, *, slips: bool = False) -> str:
    """The tsvector of a text: its words as they stand, at their positions; words with a sign inside, as one; stems in
    the text's language; numbers (weight B). What goes beyond PostgreSQL's bounds is left out, the last first.

    `slips`: the words inside of a number have weight C, so that slips are forgiven in the number, and not in them.
    """
    found = list(_placed_forms(text))
    inside = set(_inside_numbers(text)) if slips else set[tuple[int, str]]()
    stemmed = stems([lowered for _, _, lowered in found if lowered], of_tag(language))
    at: dict[str, list[str]] = {}
    size = 0
    for position, folded, lowered in found:
        stem = stemmed.get(lowered) if lowered else None
        for lexeme in (folded,) if stem is None or stem == folded else (folded, stem):
            positions = at.get(lexeme)
            if positions is None:
                size += len(lexeme.encode()) + 4
                if size > _BYTES:
                    break
                positions = at[lexeme] = []
            if position <= _POSITIONS and len(positions) < _TIMES:
                size += 2
                positions.append(f"{position}C" if (position, lexeme) in inside else str(position))
    parts = [f"'{lexeme}':{','.join(each)}" if each else f"'{lexeme}'" for lexeme, each in at.items()]
    if size <= _BYTES:
        parts += dict.fromkeys(f"'{number(digits)}':1B" for _, _, digits in numbers(text))
    return " ".join(parts)


def _placed_forms(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Positions and forms of the parts of a text, as `placed(words(text))` has them: how each compares, and in lower
    case with its accents where it may have a stem."""
    # No word has a blank inside. Most of what stands between blanks is one word of ASCII's letters, with signs around:
    # it needs none of the rules, and `words`, which also says where a word is, takes five times as long.
    before = 0
    for said in text.split():
        word = said.strip(punctuation)
        if word.isascii() and word.isalnum():
            before += 1
            folded = word.lower()[:LONGEST]
            yield before, folded, folded if folded.isalpha() else None
        elif word:
            position = 0
            for position, piece in placed(words(said)):
                yield before + position, piece.folded, piece.lowered if has_stem(piece) else None
            before += position


def _inside_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Positions and forms of the words that are only a part of a number, such as a group of its digits."""
    if spans := [(begin, end) for begin, end, _ in numbers(text)]:
        for position, piece in placed(words(text)):
            if any(part_of(piece, text, begin, end) for begin, end in spans):
                yield position, piece.folded


def part_of(piece: Piece, text: str, begin: int, end: int) -> bool:
    """Whether a piece is inside of the number at [begin, end), and has not all of its digits."""
    if not begin <= piece.begin < piece.end <= end:
        return False
    return any(sign.isdecimal() for sign in text[begin : piece.begin] + text[piece.end : end])


def placed(found: Iterable[Word]) -> Iterator[tuple[int, Piece]]:
    """Parts with their positions, which begin with 1. A joined word has the position of its first piece."""
    position = 0
    for word in found:
        if word.joined:
            yield position + 1, word.joined
        for piece in word.pieces:
            position += 1
            yield position, piece


def number(digits: str) -> str:
    """The lexeme of a number."""
    return NUMBER + digits[::-1]


@dataclass(frozen=True, slots=True)
class Hits:
    """What a question found texts by: lexemes as they are, and what lexemes begin with."""

    whole: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)

    def has(self, lexeme: str | None) -> bool:
        return lexeme is not None and (lexeme in self.whole or any(map(lexeme.startswith, self.begun)))


def spans(text: str, language: str | None, hits: Hits) -> Iterator[tuple[int, int]]:
    """Where a text has what was asked for, in order; spans may overlap."""
    yield from heapq.merge(_spans_of_words(text, of_tag(language), hits), _spans_of_numbers(text, hits))


def _spans_of_words(text: str, tag: str | None, hits: Hits) -> Iterator[tuple[int, int]]:
    stem = stemming(tag)
    for found in _SAID.finditer(text):
        said, at = found[0], found.start()
        word = said.strip(punctuation)
        # As in `_placed_forms`: to mark what was found took more of a page's time than to find it. Bench row
        # `search-size`.
        if word.isascii() and word.isalnum():
            folded = word.lower()[:LONGEST]
            if hits.has(folded) or (folded.isalpha() and hits.has(stem(folded))):
                begin = at + said.index(word)
                yield begin, begin + len(word)
            continue
        for _, piece in placed(words(said)) if word else ():
            if piece.unspaced and piece.folded not in hits.whole:
                if hits.has(piece.folded):  # by its first letter
                    yield at + piece.begin, at + piece.first_end
            elif hits.has(piece.folded) or (has_stem(piece) and hits.has(stem(piece.lowered))):
                yield at + piece.begin, at + piece.end


def _spans_of_numbers(text: str, hits: Hits) -> Iterator[tuple[int, int]]:
    if any(lexeme.startswith(NUMBER) for lexeme in hits.whole | hits.begun):
        for begin, end, digits in numbers(text):
            if hits.has(number(digits)):
                yield begin, end
