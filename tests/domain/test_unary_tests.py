"""The cells of decision tables: what is understood, what passes, and what is refused, with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.decision_table.unary_tests import MOST_CHARACTERS, read_literal, read_literals, read_unary_tests
from domain.decision_table.values import MOST_DIGITS, Value, ValueType, as_value, literal, type_of
from domain.kernel.refusal import Refusal

DAY = date(2026, 5, 4)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
NUMBER: ValueType = "number"


def passes(cell: str, of: ValueType, value: Value) -> bool:
    return read_unary_tests(cell, of, "here").passed_by(value)


@pytest.mark.parametrize(
    ("cell", "passing", "failing"),
    [
        ("5", "5 5.0", "4.9 5.00000000000000000000000000001"),
        ("= 5", "5", "4"),
        ("!= 5", "4", "5.0"),
        ("< 5", "-1 4.99", "5 6"),
        ("<=5", "5", "5.01"),
        ("> -5", "0 -4.9", "-5"),
        (">=.5", "0.5 1", "0.49"),
        ("[1..5]", "1 3 5", "0.9 5.1"),
        ("(1..5)", "1.1 4.9", "1 5"),
        ("]1..5[", "1.1 4.9", "1 5"),
        ("[1..5)", "1", "5"),
        ("(1..5]", "5", "1"),
        ("[-5..-1]", "-5 -1", "0 -6"),
        ("1, 2, [7 .. 9]", "1 2 8", "3 6"),
        ("not(5)", "4 6", "5"),
        ("not( <3, [7..9] )", "3 5 10", "2 7"),
        ("-", "-1 0", ""),
        (" - ", "7", ""),
        ("0.1", "0.1 .10", "0.1000000000000000055"),
        ("99999999999999999999999999999.01", "99999999999999999999999999999.01", "99999999999999999999999999999.02"),
    ],
)  # fmt: skip
def test_numbers_are_compared_exactly(cell: str, passing: str, failing: str) -> None:
    assert [text for text in passing.split() if not passes(cell, NUMBER, as_value(NUMBER, text))] == []
    assert [text for text in failing.split() if passes(cell, NUMBER, as_value(NUMBER, text))] == []


@pytest.mark.parametrize(
    ("cell", "of", "passing", "failing"),
    [
        ('"high"', "string", "high", "High"),
        ('"a", "b,c"', "string", "b,c", "b"),
        ('not("a", "b")', "string", "c", "b"),
        (r'"say \"-\"\né\U01F600"', "string", 'say "-"\né\N{GRINNING FACE}', "say"),
        ('"-"', "string", "-", "x"),
        ('"not(x)"', "string", "not(x)", "y"),
        ("true", "boolean", True, False),
        ("not(true)", "boolean", False, True),
        ('date("2026-05-04")', "date", DAY, DAY + timedelta(1)),
        ('@"2026-05-04"', "date", DAY, DAY + timedelta(1)),
        ('< date("2026-05-04")', "date", DAY - timedelta(1), DAY),
        ('[date("2026-05-01")..date("2026-05-31")]', "date", DAY, date(2026, 6, 1)),
        ('> date and time("2026-05-04T14:00:00+02:00")', "date and time", NOON + timedelta(microseconds=1), NOON),
        ('@"2026-05-04T12:00:00Z"', "date and time", NOON, NOON + timedelta(1)),
        ('>= duration("PT48H")', "days and time duration", timedelta(2), timedelta(1)),
        ('[@"PT1H"..@"P1D")', "days and time duration", timedelta(hours=1), timedelta(1)),
    ],
)
def test_texts_flags_dates_and_durations_pass(cell: str, of: ValueType, passing: Value, failing: Value) -> None:
    assert passes(cell, of, passing)
    assert not passes(cell, of, failing)


@pytest.mark.parametrize(
    ("cell", "passed"),
    [("-", True), ("null", True), ("5", False), ("not(5)", True), ("not(null)", False), ("!= 5", True),
     ("> 5", False), ("not(> 5)", False), ("[1..5]", False), ("not([1..5])", False), ("null, > 5", True)],
)  # fmt: skip
def test_null_has_no_order_and_what_is_unknown_never_passes(cell: str, passed: bool) -> None:
    assert passes(cell, NUMBER, None) is passed


@pytest.mark.parametrize(
    ("cell", "of", "at", "says"),
    [
        ("", NUMBER, 1, "a cell that any value passes is -"),
        ("high", "string", 1, "double quotes"),
        ('"high', "string", 1, "not closed"),
        (r'"a\q"', "string", 1, "backslash"),
        (r'"\ud800"', "string", 1, "lone surrogates"),
        (r'"\U110000"', "string", 1, "no such character"),
        (r'"\u0000"', "string", 1, "NUL"),
        ('"a" "b"', "string", 5, "a comma or the end"),
        ('"a",', "string", 5, "a literal is missing"),
        (',"a"', "string", 1, "a literal is expected"),
        ('> "a"', "string", 1, "no order"),
        ('["a".."z"]', "string", 1, "no order"),
        ("> true", "boolean", 1, "no order"),
        ("> null", NUMBER, 1, "no order"),
        ("[null..5]", NUMBER, 1, "no order"),
        ('"5"', NUMBER, 1, "this is a string, and the column has the type number"),
        ("5", "string", 1, "this is a number, and the column has the type string"),
        ("true", NUMBER, 1, "this is a boolean"),
        ("- 5", NUMBER, 3, "a comma or the end"),
        ("5.", NUMBER, 2, "not supported"),
        ("1e5", NUMBER, 2, "a comma or the end"),
        ("1_000", NUMBER, 2, "a comma or the end"),
        ("2 + 3", NUMBER, 3, "not supported"),
        ("1 - 2", NUMBER, 3, "a comma or the end"),
        ("> age", NUMBER, 3, "names, functions, arithmetic"),
        ("between 1 and 5", NUMBER, 1, "a literal is expected"),
        ("[1..5", NUMBER, 6, "a range ends"),
        ("[1,5]", NUMBER, 3, "two dots"),
        ("(5)", NUMBER, 3, "two dots"),
        ("[5..1]", NUMBER, 1, "no value lies in this range"),
        ("[5..5)", NUMBER, 1, "no value lies in this range"),
        (">< 5", NUMBER, 2, "a literal is expected"),
        ("== 5", NUMBER, 2, "a literal is expected"),
        ("≥ 5", NUMBER, 1, "not supported"),
        ("–", NUMBER, 1, "not supported"),
        ("٣", NUMBER, 1, "not supported"),
        ("not 5", NUMBER, 5, "write not(…)"),
        ("not(5", NUMBER, 6, "not closed"),
        ("not()", NUMBER, 5, "a literal is expected"),
        ("not(not(5))", NUMBER, 5, "stands alone"),
        ("not(-)", NUMBER, 5, "a literal is expected"),
        ("5, not(6)", NUMBER, 4, "stands alone"),
        ("5, -", NUMBER, 4, "a literal is expected"),
        ("-, 5", NUMBER, 2, "a comma or the end"),
        ("? > 5", NUMBER, 1, "not supported"),
        ('date("2026-02-30")', "date", 1, "no such date"),
        ("date(2026,5,4)", "date", 6, "double quotes"),
        ('date("2026-05-04T09:30:00Z")', "date", 1, "without a time"),
        ("2026-05-04", "date", 1, "this is a number"),
        ('date and time("2026-05-04T09:30:00")', "date and time", 1, "without a zone"),
        ('date and time("2026-05-04T09:30:00.1234567Z")', "date and time", 1, "at most six digits"),
        ('date and date("2026-05-04")', "date", 10, "date and time"),
        ('time("09:30:00")', "date and time", 1, "times of day"),
        ('duration("P1M")', "days and time duration", 1, "months and years"),
        ('duration("-PT1H")', "days and time duration", 1, "duration"),
        ('duration("P40001D")', "days and time duration", 1, "at most 40000 days"),
        ('@"P40001D"', "days and time duration", 1, "at most 40000 days"),
        ("1" * (MOST_DIGITS + 1), NUMBER, 1, "at most 34 digits"),
        ("0." + "0" * MOST_DIGITS + "1", NUMBER, 1, "at most 34 digits"),
        ("1," * MOST_CHARACTERS, NUMBER, MOST_CHARACTERS + 1, "at most 4000 characters"),
    ],
)
def test_what_is_not_understood_is_refused_at_its_place(cell: str, of: ValueType, at: int, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_unary_tests(cell, of, "rule 3, weight")
    assert refused.value.code == "table-not-understood"
    assert refused.value.what_to_do.startswith(f"rule 3, weight, character {at}: ")
    assert says in refused.value.what_to_do


def test_a_cell_of_any_size_is_read_or_refused_at_once() -> None:
    many = ",".join(["1"] * (MOST_CHARACTERS // 2))
    assert len(read_unary_tests(many, NUMBER, "here").tests) == MOST_CHARACTERS // 2
    for deep in ("not(" * 900, "[" * 3_999, '"' + "\\" * 3_998, "-" * 3_999):
        with pytest.raises(Refusal, match="table-not-understood"):
            read_unary_tests(deep, NUMBER, "here")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ('a "b"\\\n', r'"a \"b\"\\' + '\\n"'),
        (True, "true"),
        (Decimal("1250.50"), "1250.5"),
        (Decimal("-0.0"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.1234567890123456789012345678901234"), "0.1234567890123456789012345678901234"),
        (DAY, 'date("2026-05-04")'),
        (NOON, 'date and time("2026-05-04T12:00:00Z")'),
        (timedelta(days=1, hours=16), 'duration("PT40H")'),
    ],
)
def test_a_value_is_written_as_a_literal_that_reads_as_the_value(value: Value, text: str) -> None:
    assert literal(value) == text
    assert read_literal(text, None, "here") == value
    assert read_literals(f"{text}, {text}", type_of(value) or "string", "here") == (value, value)


@pytest.mark.parametrize(
    ("of", "given"),
    [
        ("number", 0.5), ("number", True), ("number", "1,5"), ("number", "NaN"), ("number", Decimal("Infinity")),
        ("number", Decimal("1E+40")), ("number", "0x10"), ("number", [1]), ("string", 5), ("string", b"text"),
        ("boolean", 1), ("boolean", "yes"), ("date", NOON), ("date", "2026-5-4"), ("date and time", DAY),
        ("date and time", datetime(2026, 5, 4)), ("date and time", "2026-05-04"),  # noqa: DTZ001
        ("days and time duration", 5), ("days and time duration", timedelta(seconds=-1)),
        ("days and time duration", timedelta(microseconds=1)),
        ("days and time duration", timedelta(days=40_001)),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused_and_never_converted(of: ValueType, given: object) -> None:
    with pytest.raises(ValueError, match=r".{10}"):
        as_value(of, given)
