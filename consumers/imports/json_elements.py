"""Elements of a JSON list. A bad element does not spoil the good elements after it.

The file is read through a window, so that memory does not grow with the file. What failed attempts may cost grows with
the file and no faster: an attempt to parse may read all that follows, and fail at its end.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from consumers.imports.source import Place, Reject, Unsound, refuse_undecodable

LONGEST = 8_000_000
"""The most characters of an element; anything longer is rejected, in pieces."""
AHEAD = 65_536
"""How many characters are looked at for what stands between two elements."""
FIRST = 1_024
"""How many characters an attempt to parse reads first; eight times as many where these are not enough."""
LONGEST_TOKEN = 16
"""No word or escape of JSON is longer."""
FAILED_FOR_EACH = 16
"""How many characters failed attempts may read for each character of the file; then what is left is rejected."""

_OPENING = re.compile(r'\s*(?:\{\s*"[^"]*"\s*:\s*)?\[')
"""The beginning of a list, or of an object of lists (`{"train": [`)."""
_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r'(?:[\s,}]|\](?:\s*,\s*"[^"]*"\s*:\s*\[)?)*')


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the list."""

    place: Place
    value: Any


class _Exhausted(Exception):
    """Failed attempts have read as much as they may."""


def _goes_on(error: Exception, size: int) -> bool:
    """Whether more text may be what is missing."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or error.pos > size - LONGEST_TOKEN


class _Window:
    """The part of a file around `at`, as text. `begins`: where in the file the text begins, and on which line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._may_fail = LONGEST
        self.text = ""
        self.at = 0
        self.ended = False
        self._begins = 0
        self._searched = 0, -1, False
        """from where to where there is no usual beginning, and whether there is one then"""
        self._line, self._counted = 1, 0
        self.fill(AHEAD)
        self.text = self.text.removeprefix("\ufeff")

    def fill(self, ahead: int) -> bool:
        """Have so many characters ahead, or all that are left. Whether there are more than before."""
        if self.ended or len(self.text) - self.at >= ahead:
            return False
        self.line()
        parts, size = [self.text[self.at :]], len(self.text) - self.at
        # Twice as many: what is ahead is copied once for each time that as much is read.
        while size < 2 * ahead and not self.ended:
            read = self._file.read(AHEAD)
            self.ended = not read
            parts.append(self._decoder.decode(read, final=self.ended))
            size += len(parts[-1])
            self._may_fail += FAILED_FOR_EACH * len(parts[-1])
        self._begins += self.at
        self.text, self.at, self._counted = "".join(parts), 0, 0
        return True

    def line(self) -> int:
        """The line at `at`."""
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def decode(self, at: int) -> tuple[Any, int]:
        """The value that begins at `at`, and its end. Raises ValueError, RecursionError, _Exhausted."""
        size = FIRST
        while True:
            # A piece, and then more of it: an error counts all lines before it, and so costs as much as stands there.
            piece = self.text[at : at + size]
            more = at + size < len(self.text)
            try:
                value, end = _DECODER.raw_decode(piece)
            except (ValueError, RecursionError) as error:
                self._may_fail -= len(piece)
                if self._may_fail < 0:
                    raise _Exhausted from None
                if not more or not _goes_on(error, len(piece)):
                    raise
            else:
                if end < len(piece) or not more:
                    return value, at + end
            size *= 8

    def beginning(self, begins: re.Pattern[str], at: int, most: int) -> int:
        """Where the next element begins that looks as usual, or `most`. No part of the file is searched twice."""
        since, until, found = self._searched
        if since <= at + self._begins <= until:
            if found or until >= most + self._begins:
                return min(until - self._begins, most)
            at = max(at, until - self._begins - AHEAD)
        match = begins.search(self.text, at, most)
        self._searched = at + self._begins, self._begins + (match.start() if match else most), match is not None
        return match.start() if match else most

    def place(self, end: int) -> Place:
        """The place from `at` to an end."""
        return Place(self.line(), self._begins + end, self.text[self.at : end])


def elements(file: BinaryIO, recognised: Callable[[Any], bool], begins: re.Pattern[str]) -> Iterator[Element | Reject]:
    """All elements of the list in a file, or of the objects that follow one another in it.

    `recognised(value)`: whether a value is an element of this source. `begins`: how an element usually begins.
    """
    window = _Window(file)
    opening = _OPENING.match(window.text)
    window.at = opening.end() if opening and not begins.match(window.text) else 0
    try:
        while _skip(window):
            yield _element(window, recognised, begins)
    except _Exhausted:
        while window.fill(LONGEST) or window.at < len(window.text):
            end = min(window.at + LONGEST, len(window.text))
            yield Reject(window.place(end), "not-json", "too much before it is not JSON; import this part by itself")
            window.at = end


def _skip(window: _Window) -> bool:
    """Go on to the next element. Whether there is one."""
    while True:
        window.fill(AHEAD)
        match = _BETWEEN.match(window.text, window.at)
        end = match.end() if match else window.at
        # What stands between may go on beyond the window; nobody writes that much of it.
        if end - window.at > LONGEST or not window.fill(end - window.at + AHEAD):
            window.at = end
            if end < len(window.text) or window.ended:
                return end < len(window.text)


def _element(window: _Window, recognised: Callable[[Any], bool], begins: re.Pattern[str]) -> Element | Reject:
    try:
        try:
            value, end = window.decode(window.at)
        except (ValueError, RecursionError):
            # It may go on beyond the window.
            if not window.fill(LONGEST):
                raise
            value, end = window.decode(window.at)
    except (ValueError, RecursionError) as error:
        end = _next_element(window, recognised, begins)
        place = window.place(end)
        cut = window.ended and end == len(window.text)
        window.at = end
        return _broken(Place(place.line, place.end, place.raw.rstrip(" \t\r\n,")), error, cut=cut)
    place = window.place(end)
    window.at = end
    if recognised(value):
        return Element(place, value)
    return Reject(place, "wrong-element", "it lacks what every element of this source has")


def _next_element(window: _Window, recognised: Callable[[Any], bool], begins: re.Pattern[str]) -> int:
    """Where the next element begins, as far as that can be told from inside the bad element at `window.at`; at most
    `LONGEST` after it."""
    text, at = window.text, window.at + 1
    until = window.beginning(begins, at, min(len(text), window.at + LONGEST))
    at = text.find("{", at, until)
    while at != -1:
        try:
            value, end = window.decode(at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if recognised(value):
                return at
        at = text.find("{", end, until)
    return until


def _broken(place: Place, error: Exception, *, cut: bool) -> Reject:
    try:
        refuse_undecodable(place.raw)
    except Unsound as unsound:
        return Reject(place, unsound.code, unsound.why)
    if cut and not place.raw.endswith("}"):
        return Reject(place, "cut-short", "the file ends within the element")
    return Reject(place, "not-json", str(error) if isinstance(error, ValueError) else "it is nested too deeply")
