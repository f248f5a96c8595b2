"""Elements of a JSON list. A bad element does not spoil the good elements after it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from consumers.imports.source import Place, Reject, Unsound, refuse_undecodable

_OPENING = re.compile(r'\s*(?:\{\s*"[^"]*"\s*:\s*)?\[')
"""The beginning of a list, or of an object of lists (`{"train": [`)."""
_BETWEEN = re.compile(r'(?:[\s,}]|\](?:\s*,\s*"[^"]*"\s*:\s*\[)?)*')


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the list."""

    place: Place
    value: Any


def elements(file: BinaryIO, recognised: Callable[[Any], bool], begins: re.Pattern[str]) -> Iterator[Element | Reject]:
    """All elements of the list in a file, or of the objects that follow one another in it.

    `recognised(value)`: whether a value is an element of this source. `begins`: how an element usually begins.
    """
    text = file.read().decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    decode = json.JSONDecoder().raw_decode
    opening = _OPENING.match(text)
    at = opening.end() if opening and not begins.match(text) else 0
    line, counted = 1, 0
    while (at := _skip(_BETWEEN, text, at)) < len(text):
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, end = decode(text, at)
        except (ValueError, RecursionError) as error:
            end = _next_element(text, at, recognised, begins)
            place = Place(line, end, text[at:end].rstrip(" \t\r\n,"))
            yield _broken(place, error, cut=end == len(text))
        else:
            place = Place(line, end, text[at:end])
            if recognised(value):
                yield Element(place, value)
            else:
                yield Reject(place, "wrong-element", "it lacks what every element of this source has")
        at = end


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _next_element(text: str, at: int, recognised: Callable[[Any], bool], begins: re.Pattern[str]) -> int:
    """Where the next element begins, as far as that can be told from inside the bad element at `at`."""
    decode = json.JSONDecoder().raw_decode
    known = begins.search(text, at + 1)
    until = known.start() if known else len(text)
    at = text.find("{", at + 1, until)
    while at != -1:
        try:
            value, end = decode(text, at)
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
