"""Who looks at clocks by what has been overtaken meanwhile takes nothing back of what others noted by more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level import clocks
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import OpenConversation, SendReply
from domain.kernel.event import Actor
from domain.service_level.detection import Knowledge
from domain.service_level.verdicts import stream_of
from domain.service_level.versioned_policies import always
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.promising import policy_for_inquiries

HOUR = timedelta(hours=1)
WATCH = Context(Actor(id="system-sla-watch", kind="system"))


class Interrupted(ClockFacts):
    """Something happens between what it reads and what is made of that."""

    def __init__(self, log: Log, happens: Callable[[], object]) -> None:
        super().__init__(log, "UTC")
        self._happens = [happens]

    def of(self, conversation_id: str, *, detected: bool = True, go_on: Callable[[], None] = always) -> Knowledge:
        known = super().of(conversation_id, detected=detected, go_on=go_on)
        if self._happens:
            self._happens.pop()()
        return known


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_what_another_watch_noted_meanwhile_by_more_stays_so(executor: CommandExecutor, log: Log) -> None:
    # Given an inquiry that seems to be late
    policy_for_inquiries(executor)
    customer_id = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    opening = OpenConversation(customer_id=customer_id, kind="inquiry", channel="web", body="Where is it?")
    ago = {hours: replace(GATEWAY, occurred_at=log.now() - hours * HOUR) for hours in (3, 2.5)}
    conversation_id = conversations.open_conversation(executor, opening, ago[3]).id

    def answered_as_is_told_late() -> None:
        said = replace(AGENT, occurred_at=ago[2.5].occurred_at, reported_by=GATEWAY.actor)
        conversations.act(executor, conversation_id, SendReply(body="On the phone"), said)
        clocks.evaluate(executor, ClockFacts(log, "UTC"), conversation_id, WATCH)

    # When
    answer = clocks.evaluate(executor, Interrupted(log, answered_as_is_told_late), conversation_id, WATCH)
    # Then
    assert answer.id == stream_of(conversation_id)
    assert names(log, stream_of(conversation_id)) == ["clocks.seen", "clocks.met"]
