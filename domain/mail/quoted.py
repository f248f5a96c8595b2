"""Which lines of a mail were said before: marked, never deleted.

No words of any language are looked for. A line was said before if its letters are those of a line of an earlier message
of the conversation, however it is wrapped, or if it begins with `>`. The time is linear in the length of the texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

MOST_CHARACTERS = 1_000_000
"""How much of the earlier messages is looked at, the last ones first."""
TELLING_BYTES = 12
"""Letters of so many bytes (12 of most alphabets, 4 of Chinese) are nobody's by chance. A shorter line, such as a
greeting, counts only beside a line that counts."""
WRAPPED_CHARACTERS = 40
"""How long a line is at least behind which a mail program wraps."""
MOST_WRAPPED = 12
"""Into how many lines, at most, one line is looked for."""
MOST_INTRODUCING = 3
"""How many lines may introduce what was said before."""
FEWEST_FIELDS, MOST_FIELDS = 3, 8
"""How many fields may do so."""
_NO_LETTERS = re.compile(r"(?:[^\w\n]|_)+")
"""Neither a letter nor a digit, nor the end of a line."""
_ASCII_NO_LETTERS = bytes(code for code in range(128) if code != ord("\n") and not chr(code).isalnum())
_ASCII_SMALL = bytes(range(256)).lower()
_MARKED = re.compile(r"\s{0,10}[>\uff1e]")
_INTRODUCES = re.compile(r"[:\uff1a]\s{0,10}$")
_FIELD = re.compile(r"[\s*]{0,10}[^\W\d_][^:\uff1a@<>]{0,30}[:\uff1a]\*?\s{0,10}\S")
_PARTS = re.compile(r"\s{0,10}[-=*\u2013\u2014]{3,}")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Lines of a text that were said before: from `begin` up to, and without, `end`, counted from 0."""

    begin: int
    end: int


def quoted(text: str, earlier: Iterable[str]) -> tuple[Quoted, ...]:
    """The lines that were said before, in order. `earlier`: the earlier messages, the last one first."""
    lines = text.splitlines()
    known = _known(earlier)
    letters = _letters(lines)
    marked = [_MARKED.match(line) is not None for line in lines]
    said = [
        marks or (found in known and len(found.encode()) >= TELLING_BYTES)
        for marks, found in zip(marked, letters, strict=True)
    ]
    short = [not marks and bool(found) and found in known for marks, found in zip(marked, letters, strict=True)]
    forward = range(len(lines))
    _wrapped_anew(lines, letters, known, said)
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
        letters = _letters(text[:left].splitlines())
        known.update(letters)
        # A mail program may put the lines of a paragraph together.
        known.update("".join(lines) for full, lines in groupby(letters, bool) if full)
        left -= len(text)
    known.discard("")
    return known


def _letters(lines: Sequence[str]) -> list[str]:
    """The letters and digits of each line, without regard to case: quoting changes all else."""
    # All lines at once: a long mail has thousands, and each call costs more than a line does.
    text = "\n".join(lines)
    if text.isascii():
        return text.encode().translate(_ASCII_SMALL, _ASCII_NO_LETTERS).decode().split("\n") if lines else []
    return _NO_LETTERS.sub("", unicodedata.normalize("NFC", text)).casefold().split("\n")


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


def _wrapped_anew(lines: Sequence[str], letters: Sequence[str], known: Set[str], said: list[bool]) -> None:
    """Neighbouring long lines that together are a line of an earlier message: a mail program wrapped it."""
    for first in range(len(lines)):
        together, last = letters[first], first
        while not said[last] and len(lines[last]) >= WRAPPED_CHARACTERS and last - first < MOST_WRAPPED:
            last += 1
            if last == len(lines) or not letters[last]:
                break
            together += letters[last]
            if together in known:
                said[first : last + 1] = [True] * (last + 1 - first)
                break


def _introduced(lines: Sequence[str], letters: Sequence[str], said: list[bool]) -> None:
    """The lines before what was said before, where they say of whom or when: in any language, a sentence that ends in a
    colon and has an address or a digit, or a block of fields (`From: …`). What parts them from the rest, too."""
    last: int | None = None
    for number, each in enumerate(said):
        if each and last is not None and not said[last]:
            begin = _sentence(lines, letters, said, last)
            if begin is None:
                begin = _fields(lines, said, last)
            begin = last + 1 if begin is None else begin
            above = next((at for at in range(begin - 1, max(begin - 4, -1), -1) if letters[at]), None)
            if above is not None and not said[above] and _PARTS.match(lines[above]):
                begin = above
            said[begin : last + 1] = [True] * (last + 1 - begin)
        if letters[number] or each:
            last = number


def _sentence(lines: Sequence[str], letters: Sequence[str], said: Sequence[bool], last: int) -> int | None:
    """Where the sentence begins that introduces what follows; None where the line is the end of none. A sentence may be
    a paragraph of a few lines, each but the last as long as a mail program makes it before it wraps."""
    if not _INTRODUCES.search(lines[last][-20:]):
        return None
    if _has_digit(lines[last]):
        return last
    begin = last
    while begin > 0 and letters[begin - 1] and not said[begin - 1] and last - begin < MOST_INTRODUCING:
        begin -= 1
    wrapped = lines[begin:last]
    address = any("@" in line[:500] for line in lines[begin : last + 1])
    tells = address and last - begin < MOST_INTRODUCING and any(map(_has_digit, wrapped))
    if tells and all(len(line) >= WRAPPED_CHARACTERS for line in wrapped):
        return begin
    return last if "@" in lines[last] else None


def _has_digit(line: str) -> bool:
    return any(sign.isdigit() for sign in line[:500])


def _fields(lines: Sequence[str], said: Sequence[bool], last: int) -> int | None:
    """Where the block of fields begins that ends at this line, as some mail programs put it before what they quote:
    three at least, and an address or a digit in them."""
    begin = last + 1
    while begin > 0 and last + 1 - begin < MOST_FIELDS and not said[begin - 1] and _FIELD.match(lines[begin - 1][:500]):
        begin -= 1
    tells = any("@" in line[:500] or _has_digit(line) for line in lines[begin : last + 1])
    return begin if last + 1 - begin >= FEWEST_FIELDS and tells else None


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
