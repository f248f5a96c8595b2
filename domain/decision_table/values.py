"""Values that decision tables compare and answer with: their types, and how S-FEEL writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, Inexact
from typing import Literal

from domain.kernel.text import storable
from domain.kernel.time import duration_text, read_day_or_instant, read_duration, read_instant

ValueType = Literal["string", "number", "boolean", "date", "date and time", "days and time duration"]
"""The type of a column, as DMN names it."""
ORDERED: frozenset[ValueType] = frozenset({"number", "date", "date and time", "days and time duration"})
"""The types whose values have an order. S-FEEL also orders texts, by code points, which no reader of a table expects:
such tests are refused."""
Value = str | Decimal | bool | date | datetime | timedelta | None
"""A value; None is S-FEEL's `null`. An instant is in UTC; a duration has whole seconds and is never negative."""

EXACTLY = Context(prec=100, traps=[Inexact])
"""Numbers have at most 34 digits before and behind the point, and a table at most 1,000 rules: no sum is rounded."""
LONGEST = timedelta(days=40_000)
"""The longest duration: more than a hundred years. So the sum of a table's durations can be written and read again."""
MOST_DIGITS = 34
"""The most digits of a number, as in S-FEEL (decimal128)."""
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_TOO_FINE = re.compile(r"[.,][0-9]{7}")
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def type_of(value: Value) -> ValueType | None:
    """The type of a value; None for null, which every type has."""
    match value:
        case None:
            return None
        case str():
            return "string"
        case bool():
            return "boolean"
        case Decimal():
            return "number"
        case datetime():  # before `date`, of which it is a subclass
            return "date and time"
        case date():
            return "date"
        case timedelta():
            return "days and time duration"


def read_number(text: str) -> Decimal:
    """Parse a number, such as `-3.50`. Raises ValueError, which says what to write."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("write a number with digits and a point, as 1250.5")
    return checked_number(Decimal(text))


def checked_number(number: Decimal) -> Decimal:
    """The number, if it is finite and has no more digits than a number may have. Raises ValueError."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("a number is finite")
    digits = len(number.as_tuple().digits)
    if max(digits, -exponent, digits + exponent) > MOST_DIGITS:
        raise ValueError(f"a number has at most {MOST_DIGITS} digits")
    return number


def read_date(text: str) -> date:
    """Parse a date, such as `2026-05-04`. Raises ValueError, which says what to write."""
    found = read_day_or_instant(text)
    if isinstance(found, datetime):
        raise ValueError("write a date without a time, as 2026-05-04")
    return found


def read_date_and_time(text: str) -> datetime:
    """Parse an instant with its offset, to UTC. Raises ValueError, which says what to write."""
    # The reader of instants cuts finer digits off. Here, what is cut off could turn a comparison round.
    if _TOO_FINE.search(text):
        raise ValueError("a time is not finer than a microsecond: write at most six digits of a second")
    return read_instant(text)


def read_span(text: str) -> timedelta:
    """Parse a duration of whole seconds, such as `PT48H`. Raises ValueError, which says what to write."""
    return _checked_span(read_duration(text))


def _checked_span(span: timedelta) -> timedelta:
    if span < timedelta() or span.microseconds:
        raise ValueError("a duration has whole seconds, and is not negative")
    if span > LONGEST:
        raise ValueError(f"a duration is at most {LONGEST.days} days")
    return span


def read_plain(of: ValueType, text: str) -> Value:
    """Parse a value of a type as plain text, such as a cell of a CSV file. Raises ValueError."""
    match of:
        case "string":
            return storable(text)
        case "number":
            return read_number(text)
        case "boolean":
            if text not in ("true", "false"):
                raise ValueError("write true or false")
            return text == "true"
        case "date":
            return read_date(text)
        case "date and time":
            return read_date_and_time(text)
        case "days and time duration":
            return read_span(text)


def as_value(of: ValueType, given: object) -> Value:
    """A value of a type from what a program gives: the value itself, a whole number, or plain text. Raises ValueError.

    A binary floating-point number is refused: its decimal digits are not what somebody wrote.
    """
    if given is None:
        return None
    if isinstance(given, str):
        return read_plain(of, given)
    if isinstance(given, int) and not isinstance(given, bool):
        given = Decimal(given)
    if not isinstance(given, Decimal | bool | date | timedelta) or type_of(given) != of:
        raise ValueError(f"this is no {of}")
    match given:
        case Decimal():
            return checked_number(given)
        case datetime():
            return read_date_and_time(given.isoformat())
        case timedelta():
            return _checked_span(given)
        case _:
            return given


def literal(value: Value) -> str:
    """The value as S-FEEL writes it: `"text"`, `1.5`, `true`, `date("2026-05-04")`, `null`."""
    match value:
        case None:
            return "null"
        case str():
            return '"' + "".join(_ESCAPED.get(each, each) for each in value) + '"'
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number_text(value)
        case datetime():
            return f'date and time("{value.isoformat().replace("+00:00", "Z")}")'
        case date():
            return f'date("{value.isoformat()}")'
        case timedelta():
            return f'duration("{duration_text(value)}")'


def number_text(number: Decimal) -> str:
    """The number in its shortest form, without an exponent. Not `normalize`, which rounds to 28 digits."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
