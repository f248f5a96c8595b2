"""The same key with another time or another reason is another command, as with any other content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import erase

MAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


def refused(ask: Callable[[Context], Answer], context: Context) -> str:
    with pytest.raises(Refusal) as refusal:
        ask(context)
    return refusal.value.code


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_another_time_is_another_delivery(executor: CommandExecutor, log: Log) -> None:
    # Given
    in_may = replace(GATEWAY, command_id="k1", occurred_at=MAY, time_precision="day")

    def ask(context: Context) -> Answer:
        return deliver(executor, mail(1), context)

    first = ask(in_may)
    end = log.position()
    # When
    others = [
        replace(in_may, occurred_at=MAY + timedelta(seconds=1)),
        replace(in_may, occurred_at=None),
        replace(in_may, time_precision="exact"),
    ]
    # Then
    assert {refused(ask, other) for other in others} == {"idempotency-key-reused"}
    assert ask(in_may) == replace(first, repeated=True)
    assert log.position() == end


def test_another_reason_is_another_erasure(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(conversation_id).state.customer_id
    asked = Context(AGENT.actor, command_id="k1", reason="they asked")

    def ask(context: Context) -> Answer:
        return erase(executor, customer_id, context)

    first = ask(asked)
    end = log.position()
    # Then
    assert refused(ask, replace(asked, reason="too old")) == "idempotency-key-reused"
    assert ask(asked) == replace(first, repeated=True)
    assert log.position() == end
