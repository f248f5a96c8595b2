"""Messages say their effect and changes of status their cause; of old events, the neighbours in the stream tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.conversation.events import (
    Assigned,
    InteractionAdded,
    MessageReceived,
    MessageSent,
    NoteAdded,
    Opened,
    PersonRequested,
    StatusChanged,
)
from domain.kernel.event import Actor, Envelope, Event, Recorded
from domain.service_level.causes import with_causes

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)
ADA: dict[str, Any] = {"customer_id": "customer-1"}
OPENED = Opened(**ADA, opened_by="customer", channel="mail")
BY_US = Opened(**ADA, opened_by="company", channel="mail")
BROUGHT = InteractionAdded(**ADA, interaction_id="i", kind="inquiry")
SAID = MessageReceived(**ADA, message_id="m", channel="mail", body="x")
SENT = MessageSent(**ADA, message_id="m", channel="mail", body="x")
NOTED = NoteAdded(**ADA, note_id="n", body="x")
ASKED = PersonRequested(**ADA)
GIVEN_UP = Assigned(**ADA, team_id=None, agent_id=None, previous_team_id=None, previous_agent_id="bot-1")
REOPENED = StatusChanged(**ADA, status="open", previous="resolved")
RESOLVED = StatusChanged(**ADA, status="resolved", previous="open")

How = dict[str, Any]


def stream(*events: Event | tuple[Event, How]) -> list[Recorded[Any]]:
    """Events that are recorded at once by one service, but for what is said of some of them."""
    found = []
    for version, each in enumerate(events, start=1):
        event, how = each if isinstance(each, tuple) else (each, How())
        actor = Actor(id=how.get("by", "service-mail"), kind="service")
        envelope = Envelope(event_id=f"event-{version}", actor=actor, command_id=how.get("command"))
        found.append(Recorded("conversation-1", version, event, envelope, version, how.get("at", NOW)))
    return found


def causes(recorded_events: Sequence[Recorded[Any]]) -> list[str | None]:
    """The effect or the cause of each event that has one."""
    completed = with_causes(recorded_events)
    assert [(each.position, type(each.event)) for each in completed] == [
        (each.position, type(each.event)) for each in recorded_events
    ]
    return [
        getattr(each.event, "effect", getattr(each.event, "cause", None)) for each in completed if _says(each.event)
    ]


def _says(event: Event) -> bool:
    return isinstance(event, MessageReceived | MessageSent | StatusChanged)


def test_what_is_recorded_counts_whatever_stands_beside_it() -> None:
    kept = SAID.model_copy(update={"effect": "kept", "kept_by": "policy-1"})
    commanded = REOPENED.model_copy(update={"cause": "command"})
    completed = stream(OPENED, BROUGHT, kept, commanded, SENT.model_copy(update={"effect": "opened"}))
    assert with_causes(completed) == completed


@pytest.mark.parametrize(
    ("completed", "found"),
    [
        (stream(OPENED, BROUGHT, SAID), ["opened"]),
        (stream(BY_US, BROUGHT, SENT), ["opened"]),
        (stream(BY_US, BROUGHT, SAID), ["none"]),
        (stream(OPENED, BROUGHT, SENT), ["none"]),
        (stream(OPENED, BROUGHT, (SAID, {"at": LATER})), ["none"]),
        (stream(OPENED, BROUGHT, (SAID, {"command": "another"})), ["none"]),
        (stream(OPENED, BROUGHT, NOTED, SAID), ["none"]),
    ],
)
def test_the_message_of_an_opening_is_recorded_with_the_opening(
    completed: list[Recorded[Any]], found: list[str]
) -> None:
    assert causes(completed) == found


def test_an_old_change_of_status_follows_from_what_stands_before_it() -> None:
    late: How = {"at": LATER}
    assert causes(stream(OPENED, BROUGHT, (SAID, late), (REOPENED, late))) == ["reopened", "message"]
    assert causes(stream(OPENED, (BROUGHT, late), (REOPENED, late))) == ["interaction"]
    assert causes(stream(OPENED, (ASKED, late), (REOPENED, late))) == ["person-requested"]
    assert causes(stream(OPENED, (ASKED, late), (GIVEN_UP, late), (REOPENED, late))) == ["person-requested"]


@pytest.mark.parametrize(
    "completed",
    [
        stream(OPENED, REOPENED),
        stream(OPENED, NOTED, REOPENED),
        stream(OPENED, BROUGHT, NOTED, SAID, NOTED, REOPENED),
        stream(OPENED, BROUGHT, NOTED, SAID, GIVEN_UP, REOPENED),
        stream(OPENED, BROUGHT, NOTED, SAID, (REOPENED, {"at": LATER})),
        stream(OPENED, BROUGHT, NOTED, SAID, (REOPENED, {"by": "staff-1"})),
        stream(OPENED, BROUGHT, NOTED, SAID, (REOPENED, {"command": "another"})),
        stream(OPENED, BROUGHT, NOTED, SAID, RESOLVED),
        stream(OPENED, BROUGHT, NOTED, SENT, REOPENED),
    ],
)
def test_an_old_change_of_status_that_stands_alone_was_a_command(completed: list[Recorded[Any]]) -> None:
    *effects, cause = causes(completed)
    assert (effects, cause) in (([], "command"), (["none"], "command"))
