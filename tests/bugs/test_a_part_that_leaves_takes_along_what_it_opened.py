"""A conversation was left open by a part of its part, also after that one had been taken out.

Words in a part open what shows it. With words in a part of a part, the part counted as open by itself where it was
merged further, and had the target open for good.
"""

from __future__ import annotations

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ChangeStatus, ReceiveMessage
from domain.conversation.merging import MergeInto, Separate
from infra.log.application import Log
from infra.views.view import fold_in_memory
from projections.conversation.inbox import INBOX
from tests.support.companies import AGENT, GATEWAY, mail


@pytest.fixture
def log(memory_log: Log) -> Log:
    return memory_log


def test_what_a_part_of_a_part_has_open_is_closed_without_it(executor: CommandExecutor, log: Log) -> None:
    # Given
    target, part, far = (deliver(executor, mail(number, f"t{number}"), GATEWAY).id for number in range(3))
    for id in (target, part, far):
        conversations.act(executor, id, ChangeStatus(status="resolved"), AGENT)
    merging.merge(executor, far, MergeInto(into=part), AGENT)
    merging.merge(executor, part, MergeInto(into=target), AGENT)

    def stands() -> tuple[str, str]:
        recorded_events = [recorded for id in (target, part, far) for recorded in log.streams([id])[id]]
        rows = fold_in_memory(INBOX, sorted(recorded_events, key=lambda recorded: recorded.position))
        row = rows[target,][0]
        assert row is not None
        return row.status, executor.read(target).state.status

    assert stands() == ("resolved", "resolved")
    conversations.act(executor, far, ReceiveMessage(body="And now?"), GATEWAY)
    assert stands() == ("open", "open")
    # When
    merging.separate(executor, far, Separate(), AGENT)
    # Then
    assert stands() == ("resolved", "resolved")
