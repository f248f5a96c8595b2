"""Any mixture of sound and mangled records: every sound one is read, every mangled one set aside with its line."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.executor.executor import CommandExecutor
from consumers.imports.csv_rows import split
from consumers.imports.source import ImportRecord, Reject
from infra.log.application import Log
from tests.support.importing import imported, read
from tests.support.mangling import CDNOW, CFPB, HEADERS, SGD, Piece


def assemble(kind: str, pieces: list[Piece]) -> tuple[bytes, list[int], list[int]]:
    """A file of these pieces, and the lines on which its sound and its mangled records begin."""
    begins, ends, between = HEADERS[kind]
    content = begins
    sound: list[int] = []
    bad: list[int] = []
    for number, piece in enumerate(pieces):
        content += between if number else ""
        (bad if piece.mangled else sound).append(content.count("\n") + 1)
        content += piece.text
    return (content + ends).encode("utf-8", "surrogateescape"), sound, bad


def check(kind: str, pieces: list[Piece]) -> None:
    # Given
    content, sound, bad = assemble(kind, pieces)
    # When
    found = read(kind, content)
    # Then
    assert [each.place.line for each in found if isinstance(each, ImportRecord)] == sound
    assert [each.place.line for each in found if isinstance(each, Reject)] == bad


@given(st.lists(CFPB, min_size=1, max_size=12).filter(lambda pieces: not all(piece.mangled for piece in pieces)))
def test_complaints(pieces: list[Piece]) -> None:
    check("cfpb", pieces)


@given(st.lists(CDNOW, min_size=1, max_size=30).filter(lambda pieces: not all(piece.mangled for piece in pieces)))
def test_purchases(pieces: list[Piece]) -> None:
    check("cdnow", pieces)


@given(st.lists(SGD, min_size=1, max_size=8).filter(lambda pieces: not all(piece.mangled for piece in pieces)))
def test_dialogues(pieces: list[Piece]) -> None:
    check("sgd", pieces)


@given(st.lists(st.lists(st.text(st.sampled_from('a",\n ;'), max_size=6), min_size=2, max_size=2), max_size=6))
def test_a_row_that_a_csv_writer_wrote_is_read_as_it_was(rows: list[list[str]]) -> None:
    for row in rows:
        written = io.StringIO()
        csv.writer(written).writerow(row)
        assert split(written.getvalue()) == row


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CFPB, min_size=3, max_size=15).filter(lambda pieces: not all(piece.mangled for piece in pieces)))
def test_in_the_log_too_and_once(executor: CommandExecutor, log: Log, pieces: list[Piece]) -> None:
    # Given
    content, sound, bad = assemble("cfpb", pieces)
    # When
    first = imported(executor, "cfpb", content)
    end = log.position()
    again = imported(executor, "cfpb", content)
    # Then
    counted = [int(number) for number in re.findall(r"\d+", first.said)]
    assert sum(counted) == len(pieces)
    assert [line for line, code in first.wrong if code != "record-reused"] == bad
    told_otherwise = [line for line, code in again.wrong if code == "record-reused"]  # two records with one number
    assert again.said.startswith(f"imported 0, unchanged {len(sound) - len(told_otherwise)}, rejected {len(bad)}")
    assert set(told_otherwise) <= set(sound)
    assert log.position() == end


def test_two_bad_lines_that_look_like_one_row_together_take_nothing_along() -> None:
    # Given
    good = "2023-05-04,Mortgage,words,Closed,{}\n"
    opens, closes = '2023-05-04,Mortgage,words,"Closed,2\n', '2023-05-04,Mortgage,words,Closed",5\n'
    content = HEADERS["cfpb"][0] + good.format(1) + opens + good.format(3) + good.format(4) + closes + good.format(6)
    # When
    found = read("cfpb", content)
    # Then
    assert [each.place.line for each in found if isinstance(each, ImportRecord)] == [2, 4, 5, 7]
    assert [each.place.line for each in found if isinstance(each, Reject)] == [3, 6]


def test_the_rest_of_a_bad_record_of_several_lines_is_one_reject_with_it() -> None:
    # Given
    bad = '2023-05-04,"Mort"gage,"some\nwords, and\nmore",Closed,2\n'
    good = "2023-05-04,Mortgage,words,Closed,{}\n"
    # When
    found = read("cfpb", HEADERS["cfpb"][0] + good.format(1) + bad + good.format(3))
    # Then
    assert [(each.place.line, isinstance(each, Reject)) for each in found] == [(2, False), (3, True), (6, False)]
    assert found[1].place.raw == bad
