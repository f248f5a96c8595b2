"""The key goes before the event that sets the contact point free: a message in between is not refused for that."""

from __future__ import annotations

from typing import Any

import pytest

from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from infra.keys.vault import SubjectErased
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_message_between_the_keys_end_and_the_event_is_somebody_news(
    executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a customer whose key is destroyed, and whose erasure is not in the log yet
    first = deliver(executor, mail(1, "t1"), GATEWAY).id
    customer_id = executor.read(first).state.customer_id
    executor.log.vault.destroy(customer_id)
    asked, ask = [0], executor._batcher.ask

    def slowly(*arguments: Any) -> Any:
        asked[0] += 1
        if asked[0] == 3:  # it gets there after the message was looked at twice
            customers.erase(executor, customer_id, {customer_id}, AGENT)
        return ask(*arguments)

    monkeypatch.setattr(executor._batcher, "ask", slowly)
    # When they write once more
    second = deliver(executor, mail(2, "t1"), GATEWAY).id
    # Then
    assert second != first
    assert executor.read(second).state.customer_id != customer_id


def test_what_stays_erased_is_refused(executor: CommandExecutor) -> None:
    # Given
    first = deliver(executor, mail(1, "t1"), GATEWAY).id
    executor.log.vault.destroy(executor.read(first).state.customer_id)
    # Then, as long as its erasure does not get into the log
    with pytest.raises(SubjectErased):
        deliver(executor, mail(2, "t1"), GATEWAY)
