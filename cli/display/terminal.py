"""How things look to a person: texts that do no harm to a terminal, times no more exact than they are."""

from __future__ import annotations

import os
import re
import shutil
import sys
from datetime import datetime, timedelta

import psycopg
from rich.console import Console
from rich.text import Text

from domain.kernel.time import TimePrecision

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys instead of showing it, and what makes text read in another order than it is written."""


TIME_COLUMNS = 18
"""How wide a column of times is, its gap included."""


def console(*, stderr: bool = False) -> Console:
    """Where to print; nothing in a text is taken for markup, an emoji's name, or something to colour."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=False)


def safe(text: str) -> str:
    """The text with control characters shown as escapes, such as \\x1b. Lines stay lines."""
    return _UNSAFE.sub(_escaped, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(safe(text).split())


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def escaped_json(document: str) -> str:
    """A JSON document that does a terminal no harm, and is the same document."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def when(at: datetime, precision: TimePrecision = "exact") -> str:
    """A time in UTC, 16 columns wide at most; only as much of it as is known."""
    match precision:
        case "exact":
            return f"{at:%Y-%m-%d %H:%M}"
        case "day":
            return f"{at:%Y-%m-%d} (day)"
        case "unknown":
            return "time unknown"


def print_block(out: Console, text: Text, *, first: Text | None = None) -> None:
    """Print a text wrapped and indented as far as `first` (four blanks), which stands before its first line."""
    first = first or Text(" " * 4)
    indent = Text(" " * first.cell_len)
    for number, line in enumerate(text.wrap(out, max(20, out.width - indent.cell_len))):
        line.rstrip()
        out.print((indent if number else first) + line, soft_wrap=True)


def how_long(span: timedelta) -> str:
    """In words, by the largest unit: 9 days, 5 hours, 1 minute."""
    seconds = max(0, int(span.total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if count := seconds // length:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "just now"


def program() -> str:
    """How this program was called, as short as it works when pasted."""
    on_path = shutil.which("antiphon")
    called = sys.argv[0]
    return "antiphon" if on_path and os.path.exists(called) and os.path.samefile(on_path, called) else called


def unreachable(error: psycopg.OperationalError) -> str:
    """Why a database does not answer, in a line without values."""
    # With a code it came from a running server, whose words may quote some.
    lines = str(error).strip().splitlines()
    return error.sqlstate or (one_line(lines[0]).removeprefix("connection failed: ") if lines else type(error).__name__)
