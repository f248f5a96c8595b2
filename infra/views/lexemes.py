"""What a text is found by, in the form that PostgreSQL reads as a tsvector without splitting words itself; and where a
text has what was found."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from infra.views.stems import of_tag, stem
from infra.views.words import Piece, Word, numbers, words

NUMBER = "@#"
"""What the lexeme of a number begins with. Its digits follow in reverse, so that a number without the prefix of its
country or town begins as the whole number does. No word has an @ or a #."""

# PostgreSQL's bounds of a tsvector: positions, positions of one lexeme, and bytes (of 1 MiB; the rest is for windows).
_POSITIONS = 16_383
_TIMES = 255
_BYTES = 900_000


def lexemes(text: str, language: str | None) -> str:
    """The tsvector of a text: its words as they stand, at their positions; words with a sign inside, as one; stems in
    the text's language; numbers (weight B). What goes beyond PostgreSQL's bounds is left out, the last first.
    """
    tag = of_tag(language)
    at: dict[str, list[int]] = {}
    size = 0
    for position, piece in placed(words(text)):
        for lexeme in dict.fromkeys((piece.folded, stem(piece, tag))):
            if lexeme is None:
                continue
            if lexeme not in at:
                size += len(lexeme.encode()) + 4
                if size > _BYTES:
                    break
            positions = at.setdefault(lexeme, [])
            if position <= _POSITIONS and len(positions) < _TIMES:
                size += 2
                positions.append(position)
    found = [f"'{lexeme}'" + (":" if each else "") + ",".join(map(str, each)) for lexeme, each in at.items()]
    if size <= _BYTES:
        found += dict.fromkeys(f"'{number(digits)}':1B" for _, _, digits in numbers(text))
    return " ".join(found)


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
    for _, piece in placed(words(text)):
        if piece.unspaced and piece.folded not in hits.whole:
            if hits.has(piece.folded):  # by its first letter
                yield piece.begin, piece.first_end
        elif hits.has(piece.folded) or hits.has(stem(piece, tag)):
            yield piece.begin, piece.end


def _spans_of_numbers(text: str, hits: Hits) -> Iterator[tuple[int, int]]:
    if any(lexeme.startswith(NUMBER) for lexeme in hits.whole | hits.begun):
        for begin, end, digits in numbers(text):
            if hits.has(number(digits)):
                yield begin, end
