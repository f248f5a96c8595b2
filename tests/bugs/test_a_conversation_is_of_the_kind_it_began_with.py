"""What chooses a policy is the kind of what a conversation began with, whatever else is brought into it."""

from __future__ import annotations

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import AddInteraction, ChangeKind
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.promising import policy_for_inquiries


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_another_kind_of_what_came_later_chooses_no_other_policy(executor: CommandExecutor, log: Log) -> None:
    # Given an inquiry, into which a complaint was brought
    policy_for_inquiries(executor)
    id = deliver(executor, mail(1), GATEWAY).id
    brought = AddInteraction(kind="complaint")
    conversations.act(executor, id, brought, AGENT)
    # When that turns out to be feedback
    change = ChangeKind(kind="feedback", interaction_id=brought.interaction_id)
    conversations.act(executor, id, change, AGENT)
    # Then its clocks go on
    clocks = ClockFacts(log, "UTC").of(id).conversations(log.now())[id].clocks
    assert [(clock.metric, clock.state) for clock in clocks] == [("first_reply", "running")]
