"""Whether a change of status follows from words: an event says so, and of an old one its neighbours tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.conversation.events import MessageReceived, NoteAdded, StatusCause, StatusChanged
from domain.kernel.event import Actor, Envelope, Event, Recorded
from domain.service_level.causes import follows_from_words

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA: dict[str, Any] = {"customer_id": "customer-1"}
OPENED = StatusChanged(**ADA, status="open", previous="resolved")
SAID = MessageReceived(**ADA, message_id="m", channel="mail", body="x")


def recorded(version: int, event: Event, *, at: datetime = NOW, by: str = "service-mail") -> Recorded[Event]:
    envelope = Envelope(event_id=f"event-{version}", actor=Actor(id=by, kind="service"))
    return Recorded("conversation-1", version, event, envelope, version, at)


def follows(change: StatusChanged, previous: Recorded[Event] | None, **how: Any) -> bool:
    return follows_from_words(recorded(5, change, **how), change, previous)


@pytest.mark.parametrize(
    ("cause", "words"), [("message", True), ("command", False), ("interaction", False), ("person-requested", False)]
)
def test_a_recorded_cause_counts_whatever_stands_beside_it(cause: StatusCause, words: bool) -> None:
    change = OPENED.model_copy(update={"cause": cause})
    for previous in (None, recorded(4, SAID), recorded(4, NoteAdded(**ADA, note_id="n", body="x"))):
        assert follows(change, previous) is words


def test_of_an_old_event_the_message_just_before_tells() -> None:
    assert follows(OPENED, recorded(4, SAID))


@pytest.mark.parametrize(
    ("previous", "how"),
    [
        (None, {}),
        (recorded(4, NoteAdded(**ADA, note_id="n", body="x")), {}),
        (recorded(3, SAID), {}),
        (recorded(4, SAID), {"at": NOW + timedelta(seconds=1)}),
        (recorded(4, SAID), {"by": "staff-1"}),
    ],
)
def test_an_old_event_that_stands_alone_was_a_command(previous: Recorded[Event] | None, how: dict[str, Any]) -> None:
    assert not follows(OPENED, previous, **how)
    resolved = StatusChanged(**ADA, status="resolved", previous="open")
    assert not follows(resolved, recorded(4, SAID))
