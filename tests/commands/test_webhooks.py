"""What is asked of a webhook is asked of something that there is."""

from __future__ import annotations

import pytest

from commands import webhook as webhooks
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import NotFound
from domain.webhook import RegisterWebhook, RetryWebhook
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_only_a_stream_that_there_is_is_posted_again(executor: CommandExecutor) -> None:
    # Given
    there = RegisterWebhook(url="https://gateway.example/antiphon", channels=("mail",))
    webhook = webhooks.begin(executor, there, AGENT).id
    conversation = deliver(executor, mail(1), GATEWAY).id
    # When
    webhooks.act(executor, webhook, RetryWebhook(stream_id=conversation), AGENT)
    end = executor.log.position()
    # Then
    for unknown in ("conversation-0190d4c3-0000-7000-8000-000000000000", "ghost-1", ""):
        with pytest.raises(NotFound):
            webhooks.act(executor, webhook, RetryWebhook(stream_id=unknown), AGENT)
    assert executor.log.position() == end
