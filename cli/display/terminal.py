"""Printing: texts that are safe for a terminal, times no more precise than known."""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import suppress
from datetime import datetime, timedelta

import psycopg
from rich.console import Console
from rich.text import Text

from domain.kernel.time import RecordedPrecision
from domain.kernel.zones import zone

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal would obey, and those that change the direction of text."""


TIME_COLUMNS = 18
"""The width of a column of times, with its gap."""


def console(*, stderr: bool = False) -> Console:
    """A console. Nothing in a text counts as markup, as an emoji's name, or as something to colour."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=False)


def safe(text: str) -> str:
    """The text with control characters as escapes, such as \\x1b. Line breaks stay."""
    return _UNSAFE.sub(_escaped, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The text on one line, with control characters as escapes."""
    return " ".join(safe(text).split())


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def escaped_json(document: str) -> str:
    """The same JSON document, safe for a terminal."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


class _Shown:
    """The zone in which times are shown."""

    zone = zone("UTC")


def show_times_in(name: str) -> None:
    """Show times in the company's zone from now on: a day that was told is a day of this zone."""
    _Shown.zone = zone(name)


def zone_shown() -> str:
    """The name of the zone in which times are shown."""
    return _Shown.zone.key


def print_zone(out: Console) -> None:
    """Print in which zone times are shown."""
    out.print(Text.assemble((f"{'times':<10}", "dim"), f"of {zone_shown()}"), soft_wrap=True)


def people(number: int) -> str:
    """So many people, in words: `1 person`, `2 people`."""
    return f"{number} {'person' if number == 1 else 'people'}"


def when(at: datetime, precision: RecordedPrecision = "exact") -> str:
    """A time in the company's zone, at most 16 columns wide; only as precise as is known."""
    with suppress(OverflowError):  # the last hours of the year 9999 stay in UTC
        at = at.astimezone(_Shown.zone)
    match precision:
        case "exact" | "ahead" | "impossible":  # the time at which it was recorded
            return f"{at:%Y-%m-%d %H:%M}"
        case "day":
            return f"{at:%Y-%m-%d} (day)"
        case "unknown":
            return "time unknown"


def print_block(out: Console, text: Text, *, first: Text | None = None) -> None:
    """Print a text, wrapped and indented to the width of `first` (or four blanks), which precedes the first line."""
    first = first or Text(" " * 4)
    indent = Text(" " * first.cell_len)
    for number, line in enumerate(text.wrap(out, max(20, out.width - indent.cell_len))):
        line.rstrip()
        out.print((indent if number else first) + line, soft_wrap=True)


def how_long(span: timedelta) -> str:
    """A duration in words, by its largest unit: 9 days, 5 hours, 1 minute."""
    seconds = max(0, int(span.total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if count := seconds // length:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "just now"


def program() -> str:
    """The command of this program, in the shortest form that works when pasted."""
    on_path = shutil.which("antiphon")
    called = sys.argv[0]
    return "antiphon" if on_path and os.path.exists(called) and os.path.samefile(on_path, called) else called


def unreachable(error: psycopg.OperationalError) -> str:
    """Why a database does not answer, on one line without values."""
    # With a code, the error came from a running server, whose message may quote values.
    lines = str(error).strip().splitlines()
    return error.sqlstate or (one_line(lines[0]).removeprefix("connection failed: ") if lines else type(error).__name__)
