"""What is new in a text: its sentences that nobody had written before in the same conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MOST_CHARACTERS = 20_000
"""How many characters of a text are looked at."""
MOST_RANGES = 50
"""How many ranges of a text are told apart; the last one goes on to the end of what is new."""
_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
_WORD = re.compile(r"\w+")

Range = tuple[int, int]
"""The first character, and the one after the last."""


def new_ranges(text: str, earlier: Iterable[str]) -> tuple[Range, ...]:
    """The ranges of a text that are new, in order: neither quoted (a line that begins with `>`) nor a sentence of an
    earlier text. Neighbours are one range."""
    known = {key for each in earlier for _, _, key, _ in _sentences(each)}
    found: list[Range] = []
    apart = True
    for begin, end, key, quoted in _sentences(text):
        if not key:
            continue
        if quoted or key in known:
            apart = True
        elif apart and len(found) < MOST_RANGES:
            found.append((begin, end))
            apart = False
        else:
            found[-1] = (found[-1][0], end)
    return tuple(found)


def _sentences(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Each sentence: where it begins and ends, its words as they compare, and whether it is quoted."""
    at = 0
    for line in text[:MOST_CHARACTERS].splitlines(keepends=True):
        quoted = line.lstrip()[:1] == ">"
        begin = 0
        for end in (*(found.start() for found in _END.finditer(line)), len(line.rstrip())):
            sentence = line[begin:end]
            first = at + begin + len(sentence) - len(sentence.lstrip())
            yield first, at + end, " ".join(_WORD.findall(sentence.casefold())), quoted
            begin = end
        at += len(line)
