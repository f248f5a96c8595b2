"""A record that was imported before and says something else now is amended, or refused and named; never skipped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from commands.customer.handlers import erase
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.kernel.event import Actor
from domain.order.events import Amended, Placed
from infra.log.application import Log
from tests.support.importing import everything, imported

OFFICER = Context(Actor(id="agent-1", kind="agent", roles=("dpo",)))


def dialogue(value: int = 94, flow: str = "product_defect", number: str = "778800", *turns: str) -> str:
    told: dict[str, Any] = {
        "convo_id": 41,
        "scenario": {
            "personal": {"customer_name": "ada quist", "email": "aquist@example.org"},
            "order": {"order_id": number, "purchase_date": "2019-11-06", "num_products": "1"},
            "product": {"names": ["plain jeans"], "amounts": [value]},
            "flow": flow,
            "subflow": "return_size",
        },
        "original": [["customer", "These do not fit."], *(["customer", turn] for turn in turns)],
    }
    return json.dumps([told])


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def amended_values(log: Log) -> list[Any]:
    return [each.event.value for each in everything(log) if isinstance(each.event, Amended)]


def test_an_order_that_a_file_tells_otherwise_is_amended(executor: CommandExecutor, log: Log) -> None:
    # Given
    imported(executor, "abcd", dialogue(94))
    # When
    rehearsed, result = imported(executor, "abcd", dialogue(95), dry=True), imported(executor, "abcd", dialogue(95))
    # Then
    assert rehearsed.said == result.said == "imported 0, unchanged 0, rejected 0, amended 1"
    assert amended_values(log) == [95]
    # And neither the same file nor an older one changes anything
    end = log.position()
    for value in (95, 94):
        assert imported(executor, "abcd", dialogue(value)).said == "imported 0, unchanged 1, rejected 0"
        assert imported(executor, "abcd", dialogue(value), dry=True).said == "imported 0, unchanged 1, rejected 0"
    assert log.position() == end


def test_what_nothing_can_amend_is_refused_and_named(executor: CommandExecutor, log: Log) -> None:
    # Given
    imported(executor, "abcd", dialogue())
    other = dialogue(94, "account_access", "778800", "Are you there?")
    # When: its conversation is told otherwise, and goes on
    rehearsed, result = imported(executor, "abcd", other, dry=True), imported(executor, "abcd", other)
    # Then
    assert rehearsed.said == result.said == "imported 0, unchanged 0, rejected 0, reused 1"
    assert result.wrong == rehearsed.wrong == [(1, "record-reused")]
    assert result.rejects[0].why.startswith("kind, product_area: ")
    # And what the record adds is taken in
    bodies = [each.event.body for each in everything(log) if hasattr(each.event, "body")]
    assert bodies[1:] == ["These do not fit.", "Are you there?"]


def test_an_order_that_is_imported_under_another_number_is_kept_too(executor: CommandExecutor, log: Log) -> None:
    # Given
    imported(executor, "abcd", dialogue(94, number="778800"))
    # When
    result = imported(executor, "abcd", dialogue(94, number="778801"))
    # Then
    assert result.said == "imported 0, unchanged 0, rejected 0, amended 1"
    numbers = [each.event.number for each in everything(log) if isinstance(each.event, Placed)]
    assert numbers == ["778800", "778801"]


def test_a_field_that_a_file_leaves_out_is_not_told_otherwise(executor: CommandExecutor, log: Log) -> None:
    # Given
    full = "Complaint ID,Date received,Product,Issue,Tags\n4,2025-06-01,Mortgage,Late fee,Older American\n"
    short = "Complaint ID,Date received,Product\n4,2025-06-01,Mortgage\n"
    imported(executor, "cfpb", full)
    # When
    result = imported(executor, "cfpb", short)
    # Then
    assert result.said == "imported 0, unchanged 1, rejected 0"


def test_an_erased_customers_record_told_otherwise_brings_nothing(executor: CommandExecutor, log: Log) -> None:
    # Given
    imported(executor, "abcd", dialogue(94))
    whose = next(each.event.customer_id for each in everything(log) if isinstance(each.event, Placed))
    erase(executor, whose, (whose,), OFFICER)
    end = log.position()
    # When
    result = imported(executor, "abcd", dialogue(95, "account_access"))
    # Then
    assert result.said == "imported 0, unchanged 1, rejected 0"
    assert log.position() == end
