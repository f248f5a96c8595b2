"""Whether a conversation's merge with itself is relied on: nothing is recorded, and nothing breaks."""

from __future__ import annotations

import pytest

from commands.conversation.delivering import deliver
from commands.conversation.merging import record_reliance
from commands.executor.executor import CommandExecutor
from domain.conversation.merging import RecordReliance
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_nothing_relies_on_a_merge_with_itself(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    end = log.position()
    # When
    record_reliance(executor, id, RecordReliance(into=id), AGENT)
    # Then
    assert log.position() == end
