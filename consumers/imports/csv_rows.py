"""Rows of a CSV file (RFC 4180). A bad row does not spoil the good rows after it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from consumers.imports.source import Place, Reject

LONGEST = 1_000_000
"""The most bytes of a line, and the most characters of a row over several lines. Anything longer is not a row; what is
rejected comes in pieces of about this length."""

_FIELD = re.compile(r'"([^"]*(?:""[^"]*)*)"|([^",\r\n]*)')


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands. `ended`: a line break follows; the last row of a truncated file has none."""

    place: Place
    fields: list[str]
    ended: bool


def split(text: str) -> list[str] | None:
    """The fields of one row; None if its quoting is wrong."""
    fields = []
    at, end = 0, len(text.rstrip("\n").removesuffix("\r"))
    while match := _FIELD.match(text, at, end):
        quoted, plain = match.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if at == end:
            return fields
        if text[at] != ",":
            return None
        at += 1
    return None


class CsvRows:
    """The rows of one file. `plausible(fields)`: whether a row with the right number of fields looks like one of this
    source. `begins`: how the first line of a row looks, sound or not, where a source has such a mark."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead: deque[tuple[int, int, str]] = deque()
        self._line = 0
        self._end = 0
        first = self._next() or (1, 0, "")
        self.header = split(first[2].removeprefix("\ufeff")) or []

    def rows(
        self, plausible: Callable[[list[str]], bool], begins: re.Pattern[str] | None = None
    ) -> Iterator[Row | Reject]:
        """All rows after the header, without blank lines."""
        while first := self._next():
            line, end, raw = first
            if not raw.strip():
                continue
            rest: list[tuple[int, int, str]] = []
            # An open quote at the end of a line continues in the next one, unless that line is a row by itself.
            is_open, alone, size = raw.count('"') % 2 == 1, False, len(raw)
            while is_open and size < LONGEST and (following := self._next()):
                if alone := self._stands_alone(following[2], plausible):
                    self._ahead.appendleft(following)
                    break
                rest.append(following)
                size += len(following[2])
                is_open ^= following[2].count('"') % 2 == 1
            text = raw + "".join(each for _, _, each in rest)
            fields = None if is_open else split(text)
            if fields and len(fields) == len(self.header) and (not rest or plausible(fields)):
                yield Row(Place(line, rest[-1][1] if rest else end, text), fields, text.endswith("\n"))
                continue
            code, why = self._wrong(fields, at_end=is_open and not alone)
            # Only the first line is bad for sure. The others are read again; one that cannot begin a row belongs to the
            # bad row.
            self._ahead.extendleft(reversed(rest))
            if '"' in raw and begins:
                parts, size = [raw], len(raw)
                while following := self._next():
                    if begins.match(following[2]) or self._stands_alone(following[2], plausible):
                        self._ahead.appendleft(following)
                        break
                    if size >= LONGEST:
                        yield Reject(Place(line, end, "".join(parts)), code, why)
                        line, parts, size = following[0], [], 0
                    parts.append(following[2])
                    size, end = size + len(following[2]), following[1]
                raw = "".join(parts)
            yield Reject(Place(line, end, raw), code, why)

    def _wrong(self, fields: list[str] | None, *, at_end: bool) -> tuple[str, str]:
        columns = len(self.header)
        if fields is None:
            if at_end:
                return "cut-short", "the file ends within quotes"
            return "wrong-quoting", 'quotes stand around a whole field, and " within it is written ""'
        if len(fields) < columns:
            return "cut-short", f"{len(fields)} of {columns} columns"
        if len(fields) > columns:
            return "too-many-columns", f"{len(fields)} instead of {columns}: a field with a comma needs quotes"
        return "wrong-quoting", "quotes run over lines that are no part of the field"

    def _stands_alone(self, line: str, plausible: Callable[[list[str]], bool]) -> bool:
        fields = split(line)
        return fields is not None and len(fields) == len(self.header) and plausible(fields)

    def _next(self) -> tuple[int, int, str] | None:
        if self._ahead:
            return self._ahead.popleft()
        if not (raw := self._file.readline(LONGEST)):
            return None
        self._line += 1
        self._end += len(raw)
        return self._line, self._end, raw.decode("utf-8", "surrogateescape")
