"""`antiphon sla explain` shows why a clock stands as it does."""

from __future__ import annotations

import pytest

from commands.handling import Handling
from tests.cli.conftest import Antiphon
from tests.support.promising import policy_for_inquiries


def test_a_clock_is_explained_as_a_timeline(
    antiphon: Antiphon, handling: Handling, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COLUMNS", "160")
    policy_for_inquiries(handling)
    opened = antiphon("open", "inquiry", "Where is it?", "--from", "ada@example.org", "--name", "Ada")
    # When
    told = antiphon("sla", "explain", opened.id)
    # Then
    assert (told.status, told.err) == (0, "")
    lines = [line.strip() for line in told.out.splitlines()]
    (head,) = [line for line in lines if line.startswith("first_reply 1: running; promised within 1:00:00")]
    assert "version 1" in head
    assert [line.split("  ")[-1].split(",")[0] for line in lines if "  " in line] == [
        "started",
        "counted",
        "now",
        "due",
    ]
    assert lines[-1].startswith("judged by the events at ")


def test_who_is_not_there_is_not_found(antiphon: Antiphon) -> None:
    told = antiphon("sla", "explain", "conversation-nobody")
    assert told.status == 2
    assert "not-found" in told.err
