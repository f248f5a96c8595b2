"""S-FEEL unary tests: the text of a table's cell, parsed, and whether a value passes.

    unary tests  =  "-"  |  "not" "(" tests ")"  |  tests
    tests        =  test { "," test }
    test         =  ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) literal  |  range  |  literal
    range        =  ( "[" | "(" | "]" ) literal ".." literal ( "]" | ")" | "[" )

Nothing in it nests, so that a text is read in one pass, in time linear in its length.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from domain.decision_table.values import (
    ORDERED,
    Value,
    ValueType,
    read_date,
    read_date_and_time,
    read_number,
    read_span,
    type_of,
)
from domain.kernel.refusal import Refusal
from domain.kernel.text import storable
from domain.kernel.time import read_duration

MOST_CHARACTERS = 4_000
"""The most characters of a cell."""
Operator = Literal["=", "!=", "<", "<=", ">", ">="]
# Any: both sides are of the column's type, as the parser and `as_value` check; only types with an order are ordered.
_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison with a literal, such as `>= 5`."""

    operator: Operator
    value: Value

    def passes(self, value: Value) -> bool | None:
        """Whether a value passes; None, unknown, where the order of null is asked for."""
        if value is None and self.operator not in ("=", "!="):
            return None
        return _COMPARE[self.operator](value, self.value)


@dataclass(frozen=True, slots=True)
class Range:
    """A range: both ends as comparisons, so that each says whether it belongs to the range."""

    lower: Comparison
    upper: Comparison

    def passes(self, value: Value) -> bool | None:
        """Whether a value passes; None, unknown, for null."""
        return None if value is None else bool(self.lower.passes(value) and self.upper.passes(value))


UnaryTest = Comparison | Range


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The tests of one cell. A value passes if it passes any of them; if `negated`, if it passes none."""

    tests: tuple[UnaryTest, ...]
    negated: bool = False

    def passed_by(self, value: Value) -> bool:
        """Whether a value passes. What is unknown does not, nor does its negation: `not(> 5)` does not pass null."""
        found = [each.passes(value) for each in self.tests]
        if True in found:
            return not self.negated
        return self.negated and None not in found


ANYTHING = UnaryTests((), negated=True)
"""The cell `-`: every value passes, null too."""


def read_unary_tests(text: str, of: ValueType, place: str) -> UnaryTests:
    """Parse a cell of a column of a type. Raises Refusal `table-not-understood` with the place and what to write."""
    return _Parser(text, of, place).unary_tests()


def read_literals(text: str, of: ValueType, place: str) -> tuple[Value, ...]:
    """Parse literals with commas between them. Raises Refusal `table-not-understood`."""
    return _Parser(text, of, place).literals()


def read_literal(text: str, of: ValueType | None, place: str) -> Value:
    """Parse one literal. Where `of` is None, it was recorded: of any type, and perhaps a sum, which may be larger than
    what is written in a table. Raises Refusal `table-not-understood`."""
    return _Parser(text, of, place).only_literal()


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<number>-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))
    |(?P<sign><=|>=|!=|\.\.|[<>=()\[\],@-])
    |(?P<word>[^\W\d]\w*)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_ESCAPES = {'"': '"', "'": "'", "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_OPERATORS: dict[str, Operator] = {each: each for each in _COMPARE}
_LOWER: dict[str, Operator] = {"[": ">=", "(": ">", "]": ">"}
_UPPER: dict[str, Operator] = {"]": "<=", ")": "<", "[": "<"}
_UNSUPPORTED = (
    'texts stand in double quotes, as "high"; names, functions, arithmetic, times of day, and durations of months and '
    "years are not supported"
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


class _Parser:
    """A recursive-descent parser with one method for each rule of the grammar."""

    def __init__(self, text: str, of: ValueType | None, place: str) -> None:
        self._of = of
        self._place = place
        if len(text) > MOST_CHARACTERS:
            raise self._refused(MOST_CHARACTERS, f"a cell has at most {MOST_CHARACTERS} characters")
        self._tokens = [*self._scanned(text), _Token("end", "", len(text))]
        self._next = 0

    def unary_tests(self) -> UnaryTests:
        """The rule *unary tests*, up to the end of the text."""
        if self._take("-"):
            found = ANYTHING
        elif self._take("not"):
            self._expect("(", "write not(…), with the tests in brackets")
            found = UnaryTests(self._tests(), negated=True)
            self._expect(")", "the bracket of not(…) is not closed here; not(…) holds tests with commas between them")
        else:
            found = UnaryTests(self._tests())
        self._end()
        return found

    def literals(self) -> tuple[Value, ...]:
        """Literals with commas between them, up to the end of the text."""
        found = [self._literal()]
        while self._take(","):
            found.append(self._literal())
        self._end()
        return tuple(found)

    def only_literal(self) -> Value:
        """One literal, up to the end of the text."""
        found = self._literal()
        self._end()
        return found

    def _tests(self) -> tuple[UnaryTest, ...]:
        found = [self._test()]
        while self._take(","):
            found.append(self._test())
        return tuple(found)

    def _test(self) -> UnaryTest:
        token = self._tokens[self._next]
        if token.kind == "sign" and token.text in _OPERATORS:
            self._next += 1
            found = Comparison(_OPERATORS[token.text], self._literal())
            if found.operator not in ("=", "!="):
                self._check_order(token, found.value)
            return found
        if token.kind == "sign" and token.text in _LOWER:
            return self._range(token)
        return Comparison("=", self._literal())

    def _range(self, opening: _Token) -> Range:
        self._next += 1
        lower = Comparison(_LOWER[opening.text], self._literal())
        self._expect("..", "a range has two dots between its ends, as [1..5]")
        upper = self._literal()
        closing = self._tokens[self._next]
        if closing.kind != "sign" or closing.text not in _UPPER:
            raise self._refused(closing.at, "a range ends with ] or ), as [1..5) does")
        self._next += 1
        found = Range(lower, Comparison(_UPPER[closing.text], upper))
        self._check_order(opening, lower.value)
        self._check_order(opening, upper)
        if Comparison(">", upper).passes(lower.value) or (lower.value == upper and not found.passes(upper)):
            raise self._refused(opening.at, "no value lies in this range; write its smaller end first")
        return found

    def _check_order(self, token: _Token, value: Value) -> None:
        if (of := type_of(value)) not in ORDERED:
            raise self._refused(token.at, f"a {of or 'null'} has no order here; name each value, or use not(…)")

    def _literal(self) -> Value:
        token = self._tokens[self._next]
        self._next += 1
        value = self._value(token)
        if self._of is not None and type_of(value) not in (self._of, None):
            raise self._refused(token.at, f"this is a {type_of(value)}, and the column has the type {self._of}")
        return value

    def _value(self, token: _Token) -> Value:
        try:
            match token:
                case _Token("string"):
                    return self._string(token)
                case _Token("number"):
                    return Decimal(token.text) if self._of is None else read_number(token.text)
                case _Token("word", "true" | "false"):
                    return token.text == "true"
                case _Token("word", "null"):
                    return None
                case _Token("word", "date") if self._take("and"):
                    self._expect("time", 'write date and time("2026-05-04T09:30:00Z")')
                    return read_date_and_time(self._argument())
                case _Token("word", "date"):
                    return read_date(self._argument())
                case _Token("word", "duration"):
                    return self._span(self._argument())
                case _Token("sign", "@"):
                    return self._at(self._text())
        except ValueError as error:
            raise self._refused(token.at, str(error)) from None
        if token.kind == "end":
            raise self._refused(token.at, "a literal is missing; a cell that any value passes is -")
        if token.kind == "word" and token.text == "not":
            raise self._refused(token.at, "not(…) stands alone, around all tests of a cell")
        raise self._refused(token.at, f"a literal is expected here; {_UNSUPPORTED}")

    def _at(self, text: str) -> Value:
        """The value of `@"…"`, by its shape."""
        if text.startswith("P"):
            return self._span(text)
        return read_date_and_time(text) if "T" in text else read_date(text)

    def _span(self, text: str) -> timedelta:
        return read_duration(text) if self._of is None else read_span(text)

    def _argument(self) -> str:
        self._expect("(", f'write the text in brackets, as date("2026-05-04"); {_UNSUPPORTED}')
        found = self._text()
        self._expect(")", f"the bracket is not closed here; {_UNSUPPORTED}")
        return found

    def _text(self) -> str:
        token = self._tokens[self._next]
        if token.kind != "string":
            raise self._refused(token.at, f"a text in double quotes is expected here; {_UNSUPPORTED}")
        self._next += 1
        return self._string(token)

    def _string(self, token: _Token) -> str:
        try:
            return storable(_ESCAPE.sub(_unescaped, token.text[1:-1]))
        except ValueError as error:
            raise self._refused(token.at, str(error)) from None

    def _take(self, text: str) -> bool:
        token = self._tokens[self._next]
        found = token.kind in ("sign", "word") and token.text == text
        self._next += found
        return found

    def _expect(self, text: str, otherwise: str) -> None:
        if not self._take(text):
            raise self._refused(self._tokens[self._next].at, otherwise)

    def _end(self) -> None:
        if (token := self._tokens[self._next]).kind != "end":
            raise self._refused(token.at, f"a comma or the end of the cell is expected here; {_UNSUPPORTED}")

    def _scanned(self, text: str) -> Iterator[_Token]:
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                what = "a text is not closed: write the double quote at its end" if text[at] == '"' else _UNSUPPORTED
                raise self._refused(at, what)
            if found.lastgroup != "space":
                yield _Token(str(found.lastgroup), found[0], at)
            at = found.end()

    def _refused(self, at: int, what: str) -> Refusal:
        return Refusal("table-not-understood", f"{self._place}, character {at + 1}: {what}")


def _unescaped(found: re.Match[str]) -> str:
    code, long, sign = found.groups()
    if sign is None:
        number = int(code or long, 16)
        if number > 0x10FFFF:
            raise ValueError("there is no such character")
        return chr(number)
    if sign not in _ESCAPES:
        raise ValueError(f"in a text, a backslash stands before one of {' '.join(_ESCAPES)} u U; write it twice")
    return _ESCAPES[sign]
