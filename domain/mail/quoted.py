"""Which lines of a mail were said before: marked, never deleted.

No words of any language are looked for. A line was said before if its letters are those of a line of an earlier message
of the conversation, or if it begins with `>`. The time is linear in the length of the texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_CHARACTERS = 1_000_000
"""How much of the earlier messages is looked at, the last ones first."""
TELLING_BYTES = 12
"""Letters of so many bytes (12 of most alphabets, 4 of Chinese) are nobody's by chance. A shorter line, such as a
greeting, counts only beside a line that counts."""
_NO_LETTERS = re.compile(r"[\W_]+")
_MARKED = re.compile(r"\s{0,10}[>\uff1e]")
_INTRODUCES = re.compile(r"[:\uff1a]\s{0,10}$")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Lines of a text that were said before: from `begin` up to, and without, `end`, counted from 0."""

    begin: int
    end: int


def quoted(text: str, earlier: Iterable[str]) -> tuple[Quoted, ...]:
    """The lines that were said before, in order. `earlier`: the earlier messages, the last one first."""
    lines = text.splitlines()
    known = _known(earlier)
    letters = [_letters(line) for line in lines]
    marked = [_MARKED.match(line) is not None for line in lines]
    said = [
        marks or (found in known and len(found.encode()) >= TELLING_BYTES)
        for marks, found in zip(marked, letters, strict=True)
    ]
    short = [not marks and bool(found) and found in known for marks, found in zip(marked, letters, strict=True)]
    forward = range(len(lines))
    for order in (forward, reversed(forward)):
        _spread(order, said, short, marked, letters)
    _introduced(lines, letters, said)
    return _runs(said, letters)


def new_text(text: str, lines: Sequence[Quoted]) -> str:
    """The text without the lines that were said before."""
    all_lines = text.splitlines(keepends=True)
    kept, at = [], 0
    for each in lines:
        kept += all_lines[at : each.begin]
        at = each.end
    return "".join([*kept, *all_lines[at:]])


def _known(earlier: Iterable[str]) -> set[str]:
    known, left = set[str](), MOST_CHARACTERS
    for text in earlier:
        if left <= 0:
            break
        known.update(map(_letters, text[:left].splitlines()))
        left -= len(text)
    known.discard("")
    return known


def _letters(line: str) -> str:
    """The letters and digits of a line, without regard to case: quoting changes all else."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFC", line)).casefold()


def _spread(
    order: Iterable[int], said: list[bool], short: Sequence[bool], marked: Sequence[bool], letters: Sequence[str]
) -> None:
    """Short lines count beside a line without `>` that counts. Beside one with `>`, they are an answer to it."""
    beside = False
    for number in order:
        if not letters[number] and not marked[number]:
            continue  # a blank line is beside nothing
        said[number] = said[number] or (beside and short[number])
        beside = said[number] and not marked[number]


def _introduced(lines: Sequence[str], letters: Sequence[str], said: list[bool]) -> None:
    """The line before what was said before, if it says of whom or when: it ends in a colon, and has an address or a
    digit."""
    last: int | None = None
    for number, each in enumerate(said):
        if each and last is not None and not said[last]:
            line = lines[last]
            says = "@" in line or any(sign.isdigit() for sign in line[:500])
            if says and _INTRODUCES.search(line[-20:]):
                said[last] = True
        if letters[number] or each:
            last = number


def _runs(said: Sequence[bool], letters: Sequence[str]) -> tuple[Quoted, ...]:
    """Neighbouring lines as one; blank lines between two of them are part of it."""
    runs: list[Quoted] = []
    blank_since: int | None = None
    for number, each in enumerate(said):
        if each:
            joins = runs and runs[-1].end in (number, blank_since)
            begin = runs.pop().begin if joins else number
            runs.append(Quoted(begin, number + 1))
            blank_since = None
        elif letters[number]:
            blank_since = None
        elif blank_since is None:
            blank_since = number
    return tuple(runs)
