"""A message with many files that are brought within our limits is decided in a time that grows with their number only:
commands are decided one after the other, and everybody waits for one that takes seconds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.conversation.commands import OpenConversation
from domain.conversation.decisions import decide
from domain.conversation.events import MessageReceived, Opened
from domain.kernel.adjusted import Adjusted


def test_no_adjusted_field_is_compared_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    files = [{"id": "f" * 201, "size": 1, "sha256": "0" * 64} for _ in range(200)]
    command = OpenConversation.model_validate(
        {
            "customer_id": "customer-1",
            "kind": "inquiry",
            "channel": "mail",
            "subject": "s" * 2_001,
            "attachments": files,
        }
    )
    compared = 0
    equal = Adjusted.__eq__

    def counting(self: Adjusted, other: object) -> bool:
        nonlocal compared
        compared += 1
        return equal(self, other)

    monkeypatch.setattr(Adjusted, "__eq__", counting)
    # When
    events = decide(None, command, datetime(2026, 1, 1, tzinfo=UTC))
    # Then
    assert compared <= len(files)
    opened, said = events[0], events[2]
    assert isinstance(opened, Opened)
    assert isinstance(said, MessageReceived)
    assert [each.field for each in opened.adjusted] == ["subject"]
    assert len(said.adjusted) == len(files) + 1
