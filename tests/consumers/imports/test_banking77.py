"""A question is an inquiry of somebody unknown, its label a theme."""

from __future__ import annotations

import pytest

from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.importing import everything, imported, names, read, wrong

HEADER = "text,category\n"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_question_is_an_inquiry_with_a_theme_and_no_time(executor: CommandExecutor, log: Log) -> None:
    # When
    result = imported(executor, "banking77", HEADER + '"Where is it,\nthe card?",card_arrival\n')
    # Then
    assert result.said == "imported 1, unchanged 0, rejected 0"
    recorded_events = everything(log)
    assert names(recorded_events) == ["registered", "opened", "interaction-added", "message-received"]
    assert (recorded_events[2].event.kind, recorded_events[2].event.theme) == ("inquiry", "card_arrival")
    assert recorded_events[3].event.body == "Where is it,\nthe card?"
    assert {(recorded.envelope.time_precision, recorded.envelope.occurred_at) for recorded in recorded_events} == {
        ("unknown", None)
    }


def test_a_rerun_adds_nothing(executor: CommandExecutor, log: Log) -> None:
    # Given
    file = HEADER + "Why?,pin_blocked\nWhy?,pin_blocked\nHow?,reverted_card_payment?\n"
    assert imported(executor, "banking77", file).said == "imported 3, unchanged 0, rejected 0"
    end = log.position()
    # When
    again = imported(executor, "banking77", file)
    # Then
    assert again.said == "imported 0, unchanged 3, rejected 0"
    assert log.position() == end


def test_bad_rows_take_no_good_ones_along() -> None:
    # Given
    file = (
        b"text,category\n"
        b'"Is it open?,pin_blocked\n'  # 2: a quote that never ends
        b"Is it there?,card_arrival\n"
        b'Is it "here"?,card_arrival\n'  # 4: quotes within
        b"Is it\n"  # 5: cut short
        b"Is, it, mine?,card_arrival\n"  # 6: commas without quotes
        b'"Is it\nyours?",card_arrival\n'
        b"Is it \x00?,card_arrival\n"  # 9
        b"Is it \xff?,card_arrival\n"  # 10
        b",card_arrival\n"  # 11: no question
        b'"A last one?",card_arrival\n'
        b"And one more?,card_arr"  # 13: cut in the label
    )
    # When
    found = read("banking77", file)
    # Then
    assert wrong(found) == [
        (2, "wrong-quoting"), (4, "wrong-quoting"), (5, "cut-short"), (6, "too-many-columns"), (9, "nul-byte"),
        (10, "not-utf8"), (11, "text-missing"), (13, "cut-short"),
    ]  # fmt: skip
    assert len(found) == 11


def test_a_file_of_another_kind_is_refused(executor: CommandExecutor) -> None:
    with pytest.raises(Refusal, match="file-unrecognised"):
        imported(executor, "banking77", "a,b\n1,2\n")
