"""Excerpts of texts, with what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SNIPPET_CHARACTERS = 160
_BEFORE_FIRST_HIT = 40


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a snippet, and whether the piece is a hit."""

    text: str
    hit: bool


def snippet(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Part, ...]:
    """The excerpt around a text's first hit. `spans`: where the hits are, in order; read no further than needed."""
    hits = _within_one_snippet(spans)
    first = hits[0][0] if hits else 0
    begin = 0 if len(text) <= SNIPPET_CHARACTERS else max(0, first - _BEFORE_FIRST_HIT)
    begin = text.rfind(" ", 0, begin) + 1 if begin and " " in text[first - 2 * _BEFORE_FIRST_HIT : begin] else begin
    end = min(len(text), begin + SNIPPET_CHARACTERS)
    parts, at = [], begin
    for start, stop in hits:
        if at <= start and stop <= end:
            parts += [Part(text[at:start], False), Part(text[start:stop], True)]
            at = stop
    parts += [Part(text[at:end], False), Part("…" if end < len(text) else "", False)]
    return tuple(part for part in (Part("…" if begin else "", False), *parts) if part.text)


def _within_one_snippet(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The hits as far as a snippet may reach; those that overlap are one."""
    hits: list[tuple[int, int]] = []
    for start, stop in spans:
        if hits and start > hits[0][0] + SNIPPET_CHARACTERS:
            break
        if hits and start < hits[-1][1]:
            hits[-1] = hits[-1][0], max(stop, hits[-1][1])
        else:
            hits.append((start, stop))
    return hits
