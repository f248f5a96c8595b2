"""`antiphon import` from the outside: what it prints, where the rejects go, and what it refuses."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from infra.log.application import Log
from tests.cli.conftest import Antiphon

GOOD = " 00007 19970112  5   77.00\n"
BAD = b" 00008 19970231  1   12.\xff49\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two purchases with a bad line between them."""
    file = tmp_path / "orders.txt"
    file.write_bytes(GOOD.encode() + BAD + GOOD.encode())
    return file


def test_the_last_line_counts_and_bad_lines_are_kept_for_their_owner(antiphon: Antiphon, log: Log, file: Path) -> None:
    # When
    ran = antiphon("import", "cdnow", "orders.txt")
    # Then
    assert (ran.status, ran.out) == (0, "imported 2, unchanged 0, rejected 1\n")
    assert log.position() == 4
    rejects = file.parent / "orders.rejects.csv"
    assert str(rejects) in ran.err
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    with rejects.open(encoding="utf-8", errors="surrogateescape", newline="") as written:
        header, row = csv.reader(written)
    assert header == ["line", "code", "reason", "record"]
    assert row[:2] == ["2", "not-utf8"]
    assert row[3].encode("utf-8", "surrogateescape") == BAD.rstrip(b"\n")


def test_a_rerun_adds_nothing_and_a_dry_run_writes_nothing(antiphon: Antiphon, log: Log, file: Path) -> None:
    # Given
    dry = antiphon("import", "cdnow", "orders.txt", "--dry-run")
    assert dry.out == "imported 2, unchanged 0, rejected 1\n"
    assert log.position() == 0
    antiphon("import", "cdnow", "orders.txt", "--rejects", "bad.rejects.csv")
    end = log.position()
    # When
    again = antiphon("import", "cdnow", "orders.txt", "--rejects", "bad.rejects.csv")
    # Then
    assert again.out == "imported 0, unchanged 2, rejected 1\n"
    assert log.position() == end
    assert len((file.parent / "bad.rejects.csv").read_bytes().splitlines()) == 2, "of the last run, not of both"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["import", "cdnow", "orders.txt", "--rejects", "orders.txt"], "rejects-not-writable"),
        (["import", "cdnow", "orders.txt", "--rejects", "diary.txt"], "rejects-not-writable"),
        (["import", "cdnow", "orders.txt", "--rejects", "nowhere/bad.csv"], "rejects-not-writable"),
        (["import", "cfpb", "orders.txt"], "file-unrecognised"),
        (["import", "tea-leaves", "orders.txt"], "kind-unknown"),
    ],
)
def test_what_cannot_work_is_refused_and_loses_nothing(
    antiphon: Antiphon, log: Log, file: Path, arguments: list[str], code: str
) -> None:
    # Given
    diary = file.parent / "diary.txt"
    diary.write_text("Dear diary")
    before = file.read_bytes()
    # When
    ran = antiphon(*arguments)
    # Then
    assert (ran.status, ran.out) == (2, "")
    assert f"antiphon: {code}" in ran.err
    assert (file.read_bytes(), diary.read_text(), log.position()) == (before, "Dear diary", 0)
