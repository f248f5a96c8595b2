"""A conversation that leaves the policy it was under, and comes under none, keeps the clocks it had: what had ended, as
it ended, and what ran, cancelled."""

from __future__ import annotations

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangeKind, SendReply
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_clocks_stay_when_no_policy_fits_any_more(executor: CommandExecutor, log: Log) -> None:
    # Given one that was answered in time, and one that waits
    policy = policy_for_inquiries(executor)
    answered, waiting = (deliver(executor, mail(n, f"t{n}"), GATEWAY).id for n in (1, 2))
    conversations.act(executor, answered, SendReply(body="Here you are"), AGENT)
    # When they turn out to be complaints, for which there is no policy
    for each in (answered, waiting):
        conversations.act(executor, each, ChangeKind(kind="complaint"), AGENT)
    # Then
    found = {
        id: [
            (clock.metric, clock.state, clock.policy_id)
            for clock in ClockFacts(log, "UTC").of(id).at(executor.clock()).conversations[id].clocks
        ]
        for id in (answered, waiting)
    }
    assert found == {
        answered: [("first_reply", "met", policy)],
        waiting: [("first_reply", "cancelled", policy)],
    }
