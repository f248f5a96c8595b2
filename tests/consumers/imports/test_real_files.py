"""The real files: all of them come in, a rerun adds nothing, and what they say is in the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.executor.executor import CommandExecutor
from infra.log.application import Log
from tests.support.importing import everything, imported

SharedData = Callable[[str], Path]


@pytest.mark.parametrize(
    ("kind", "name", "records", "happened"),
    [
        (
            "cfpb",
            "cfpb_complaints.csv",
            1_500,
            {
                "opened": 1_500,
                "message-received": 249,
                "message-sent": 511,
                "answer-judged": 8,
                "status-changed": 1_032,
            },
        ),
        ("sgd", "sgd_dialogues.json", 128, {"opened": 128, "message-received": 768, "message-sent": 768}),
        ("abcd", "abcd_dialogues.json", 3, {"opened": 3, "placed": 2, "registered": 3, "contact-point-added": 7}),
    ],
)
def test_a_real_file_comes_in_whole_and_once(
    executor: CommandExecutor,
    log: Log,
    shared_data: SharedData,
    kind: str,
    name: str,
    records: int,
    happened: dict[str, int],
) -> None:
    # Given
    content = shared_data(name).read_bytes()
    # When
    result = imported(executor, kind, content)
    # Then
    assert result.said == f"imported {records}, unchanged 0, rejected 0"
    counted = Counter(recorded.event.stored_name.partition(".")[2] for recorded in everything(log))
    assert {name: counted[name] for name in happened} == happened
    # When
    end = log.position()
    again = imported(executor, kind, content)
    # Then
    assert again.said == f"imported 0, unchanged {records}, rejected 0"
    assert log.position() == end


@pytest.mark.parametrize("name", ["cfpb_complaints.csv"])
def test_a_real_file_cut_anywhere_gives_all_whole_records(
    executor: CommandExecutor, log: Log, shared_data: SharedData, name: str
) -> None:
    # Given
    content = shared_data(name).read_bytes()
    # When
    result = imported(executor, "cfpb", content[:200_000], dry=True)
    # Then
    assert [code for _, code in result.wrong] == ["cut-short"]


@pytest.mark.parametrize(
    ("kind", "name", "short"),
    [("banking77", "banking77_inquiries.csv", 40_000), ("cdnow", "cdnow_orders.txt", 56_000)],
)
@pytest.mark.timeout(1_200)
def test_a_real_file_of_many_lines(
    executor: CommandExecutor, log: Log, shared_data: SharedData, kind: str, name: str, short: int, long: bool
) -> None:
    # Given
    content = shared_data(name).read_bytes()
    if not long:
        content = content[: content.index(b"\n", short) + 1]
    # When
    result = imported(executor, kind, content)
    # Then
    records = result.said.split(",")[0].removeprefix("imported ")
    assert result.said == f"imported {records}, unchanged 0, rejected 0"
    if long:
        assert int(records) == {"banking77": 10_003, "cdnow": 69_659}[kind]
    # When
    end = log.position()
    again = imported(executor, kind, content)
    # Then
    assert again.said == f"imported 0, unchanged {records}, rejected 0"
    assert log.position() == end
