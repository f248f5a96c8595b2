"""A resolution is an answer, too: it can be judged, and put in other words without being lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.conversation.commands import (
    ChangeStatus,
    ConversationCommand,
    JudgeAnswer,
    OpenConversation,
    ReceiveMessage,
)
from domain.conversation.decisions import decide
from domain.conversation.state import Conversation, evolve
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OPEN = OpenConversation(customer_id="customer-1", kind="complaint", channel="web")


def after(*commands: ConversationCommand) -> Conversation | None:
    state = None
    for command in commands:
        events: list[Any] = decide(state, command, NOW)
        for event in events:
            state = evolve(state, event)
    return state


def stored_names(events: list[Event]) -> list[str]:
    return [event.stored_name for event in events]


def test_a_resolution_without_a_message_can_be_disputed() -> None:
    # Given
    resolved = after(OPEN, ChangeStatus(status="resolved", resolution="Closed with explanation"))
    # When
    events = decide(resolved, JudgeAnswer(answered=False), NOW)
    # Then
    assert stored_names(events) == ["conversation.answer-judged"]


def test_without_answer_or_resolution_there_is_nothing_to_judge() -> None:
    with pytest.raises(Refusal, match="nothing-to-judge"):
        decide(after(OPEN), JudgeAnswer(answered=False), NOW)


def test_resolving_again_keeps_new_words_and_without_changes_nothing() -> None:
    # Given
    resolved = after(OPEN, ChangeStatus(status="resolved", resolution="Closed with explanation"))
    # When
    (changed,) = decide(resolved, ChangeStatus(status="resolved", resolution="Closed with monetary relief"), NOW)
    # Then
    assert changed.model_dump() == {
        "customer_id": "customer-1",
        "status": "resolved",
        "previous": "resolved",
        "resolution": "Closed with monetary relief",
        "cause": "command",
    }
    assert decide(resolved, ChangeStatus(status="resolved"), NOW) == []


def test_words_that_come_in_late_leave_a_resolved_conversation_resolved() -> None:
    # Given
    resolved = after(OPEN, ChangeStatus(status="resolved"))
    # Then
    assert stored_names(decide(resolved, ReceiveMessage(body="late", reopens=False), NOW)) == [
        "conversation.message-received"
    ]
    assert stored_names(decide(resolved, ReceiveMessage(body="new"), NOW)) == [
        "conversation.message-received",
        "conversation.status-changed",
    ]
