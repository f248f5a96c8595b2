"""A complaint that names an order which nobody has told us yet, or a mistyped number, is feedback all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.conversation.delivering import deliver
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from domain.decision_table.written import TableWritten
from domain.signal.item import ItemFiled
from infra.log.application import Log
from tests.process.test_signal_items import THEMES, react
from tests.support.companies import AGENT, GATEWAY, mail


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what follows from events, nothing of a database."""
    return memory_log


def test_an_order_that_is_not_known_yet_keeps_no_complaint_back(executor: CommandExecutor) -> None:
    # Given
    put(executor, {"themes": TableWritten.model_validate(THEMES)}, AGENT)
    deliver(executor, replace(mail(1), kind="complaint", order_number="4711"), GATEWAY)
    # When
    events = [each.event for each in react(executor)]
    # Then
    (filed,) = [each for each in events if isinstance(each, ItemFiled)]
    assert filed.kind == "complaint"
    assert filed.source.order_id is not None
