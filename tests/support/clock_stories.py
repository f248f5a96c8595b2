"""Conversations to which the same few things happen again and again, under a policy with all targets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.conversation import events as c
from domain.kernel.event import Actor, Draft, Envelope, Event, Recorded
from domain.service_level import calendar as calendars
from domain.service_level import policy as policies
from domain.service_level.clock import REPLIES, UPDATES
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import METRICS, ReopenMode
from domain.service_level.policy_decisions import WritePolicy, decide

BEGAN = datetime(2026, 6, 1, 7, tzinfo=UTC)
ADA: dict[str, Any] = {"customer_id": "customer-ada"}
SAID = c.MessageReceived(**ADA, message_id="m1", channel="mail", body="x", effect="none")
SENT = c.MessageSent(**ADA, message_id="m2", channel="mail", body="y", effect="none")


def moved(status: c.Status) -> Event:
    """Somebody changed the status."""
    return c.StatusChanged(**ADA, status=status, previous="open", cause="command")


def ranked(priority: c.Priority) -> Event:
    """Somebody changed the priority."""
    return c.PriorityChanged(**ADA, priority=priority, previous="normal")


STORIES: dict[str, tuple[ReopenMode, tuple[Event, ...]]] = {
    "talk": ("freeze", (SAID, SENT)),
    "pauses": ("freeze", (moved("waiting_on_customer"), moved("open"))),
    "new cycles": ("new_cycle", (moved("resolved"), moved("open"))),
    "resolved again": ("continue_including_solved", (moved("resolved"), moved("open"))),
    "priority flips": ("freeze", (ranked("urgent"), ranked("low"))),
    "all of it": ("new_cycle", (SAID, moved("waiting_on_customer"), SENT, ranked("urgent"), moved("resolved"), SAID)),
}


def story(name: str, length: int) -> tuple[list[Recorded[Event]], datetime]:
    """A conversation of so many events under a policy with all targets, and when the last of them happened."""
    reopen, again = STORIES[name]
    told: list[Recorded[Event]] = []

    def tell(id: str, version: int, event: Event, at: datetime) -> None:
        envelope = Envelope(event_id="e", actor=Actor(id="somebody", kind="agent"))
        told.append(Draft(id, version, event, envelope).recorded(len(told) + 1, at))

    hours = OpeningHours(zone="Europe/Berlin", hours={"mon-fri": ("09:00-17:00",)})
    written = calendars.decide(None, calendars.WriteCalendar(name="BER", opening_hours=hours), BEGAN)
    tell("calendar-1", 1, written[0], BEGAN)
    # What is not missed is looked at with each event.
    lasting = {metric: timedelta(hours=4 if metric in (*REPLIES, *UPDATES) else 1_000) for metric in METRICS}
    urgent = {metric: target / 2 for metric, target in lasting.items()}
    terms = policies.Terms(
        calendar_id="calendar-1",
        targets=lasting,
        by_priority={"urgent": urgent},
        reopen=reopen,
        selects=policies.Selects(),
    )
    write = WritePolicy(name="standard", terms=terms)
    tell("policy-1", 1, decide(None, write, BEGAN, "UTC")[0], BEGAN)
    opened = c.Opened(**ADA, opened_by="customer", channel="mail")
    tell("conversation-1", 1, opened, BEGAN)
    tell("conversation-1", 2, c.InteractionAdded(**ADA, interaction_id="i1", kind="inquiry"), BEGAN)
    at = BEGAN
    for number in range(length):
        at += timedelta(minutes=3)
        tell("conversation-1", number + 3, again[number % len(again)], at)
    return told, at
