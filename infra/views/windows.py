"""Windows of the log: names for the places that a text is at, which narrow a query to the newest of them.

A window holds 2^n places of the log, and begins at a multiple of 2^n. Each text carries the names of its windows as
lexemes. No word is or begins with one of them: no word has an @.
"""

from __future__ import annotations

from collections.abc import Iterable

WINDOWS = (10, 13, 16, 19, 22)
"""The sizes of windows, as powers of two."""

IN_SQL = ", ".join(f"'@{n}:' || (place >> {n})::text" for n in WINDOWS)
"""The names of the windows of a row, by its column `place`."""

_NEAR = 3
"""A window counts for one this many times as large; the next larger window is eight times as large."""


def window(asked: str, reach: float, upper: int, lower: int, levels: Iterable[int]) -> tuple[int, str]:
    """The start of the window before `upper` that comes nearest to `reach` places, and the index query for the window.

    (Better too small than too large: another query costs less than all the matches of a window that is too large.)
    """
    for level in levels:
        if _NEAR * 2**level >= reach:
            number = (upper - 1) >> level
            return max(lower, number << level), f"({asked}) & '@{level}:{number}'"
    return lower, asked
