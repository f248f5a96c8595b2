"""A line is a purchase: an order in its customer's timeline. Lines that say the same are purchases of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.importing import everything, imported, names, read, wrong

HEADER = " customer_id  date number_of_cds  dollar_value\r\n"
FIRST = " 00007 19970112  5   77.00\r\n"
SECOND = " 00008 19970113  1   12.49\r\n"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_line_is_an_order_of_a_customer_known_by_account(executor: CommandExecutor, log: Log) -> None:
    # When
    result = imported(executor, "cdnow", HEADER + FIRST)
    # Then
    assert result.said == "imported 1, unchanged 0, rejected 0"
    registered, account, placed = everything(log)
    assert account.event.value == "cdnow:00007"
    order = placed.event
    assert order.customer_id == registered.originator_id
    assert (order.placed_on, order.item_count, order.value, order.currency) == (
        date(1997, 1, 12), 5, Decimal("77.00"), "USD",
    )  # fmt: skip
    assert (placed.envelope.occurred_at, placed.envelope.time_precision) == (datetime(1997, 1, 12, tzinfo=UTC), "day")


def test_identical_lines_are_distinct_and_found_again_in_a_longer_file(executor: CommandExecutor, log: Log) -> None:
    # When
    first = imported(executor, "cdnow", FIRST + SECOND + FIRST)
    # Then
    assert first.said == "imported 3, unchanged 0, rejected 0"
    assert names(everything(log)).count("placed") == 3
    assert names(everything(log)).count("registered") == 2
    # When
    longer = imported(executor, "cdnow", HEADER + FIRST + SECOND + FIRST + FIRST.replace("  5  ", " 5 "))
    # Then
    assert longer.said == "imported 1, unchanged 3, rejected 0"


def test_a_dry_run_adds_nothing_and_says_the_same(executor: CommandExecutor, log: Log) -> None:
    # Given
    imported(executor, "cdnow", FIRST)
    end = log.position()
    file = FIRST + FIRST + SECOND + "garbage\n"
    # When
    dry = imported(executor, "cdnow", file, dry=True)
    # Then
    assert log.position() == end
    assert dry.said == "imported 2, unchanged 1, rejected 1"
    assert imported(executor, "cdnow", file).said == dry.said
    assert imported(executor, "cdnow", file, dry=True).said == "imported 0, unchanged 3, rejected 1"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (" 00009 19970231  1   11.77", "date-impossible"),
        (" 00009 29970201  1   11.77", "date-impossible"),
        (" 00009 19970201  1", "cut-short"),
        (" 00009 19970201  1   11.7", "cut-short"),
        (" 00009 19970201  1   11", "cut-short"),
        (" 00009 19970201  1   11.77  3", "too-many-columns"),
        (" 00009 19970201  one 11.77", "value-invalid"),
        (" 0000\x009 19970201  1   11.77", "nul-byte"),
        (" 0000\udcff 19970201  1   11.77", "not-utf8"),
        (" 00009 19970201  -1   11.77", "value-invalid"),
    ],
)
def test_a_bad_line_is_rejected_and_its_neighbours_go_in(bad: str, code: str) -> None:
    # When
    file = (HEADER + FIRST + bad + "\r\n" + SECOND).encode("utf-8", "surrogateescape")
    found = read("cdnow", file)
    # Then
    assert wrong(found) == [(3, code)]
    assert len(found) == 3
    assert found[1].place.raw == bad + "\r\n"


def test_a_file_of_another_kind_is_refused(executor: CommandExecutor) -> None:
    with pytest.raises(Refusal, match="file-unrecognised"):
        imported(executor, "cdnow", "text,category\n")
