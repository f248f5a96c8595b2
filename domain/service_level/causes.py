"""What events mean for clocks: which message opened a conversation, which status change followed from a message, which
merges were undone, and in which order events count.

Since version 2, events record their cause. For earlier events, and only here, the cause is derived from neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.conversation import events as c
from domain.kernel.event import Envelope, Event, Recorded
from domain.service_level.matter import Matter


def that_stand(recorded_events: Sequence[Recorded[Event]]) -> Iterator[Recorded[Event]]:
    """The events without merges that were undone: after the undo, clocks are as if the merge had never been."""
    undone: set[tuple[str, int]] = set()
    merged: dict[str, list[int]] = {}
    for recorded in sorted(recorded_events, key=lambda each: (each.originator_id, each.originator_version)):
        place = recorded.originator_id, recorded.originator_version
        if isinstance(recorded.event, c.ConversationMerged):
            merged.setdefault(recorded.originator_id, []).append(recorded.originator_version)
        elif isinstance(recorded.event, c.ConversationSeparated) and merged.get(recorded.originator_id):
            undone |= {place, (recorded.originator_id, merged[recorded.originator_id].pop())}
    return (each for each in recorded_events if (each.originator_id, each.originator_version) not in undone)


def order(recorded: Recorded[Event]) -> tuple[datetime, datetime, int]:
    """The sort key of events: when they happened, then when they were recorded."""
    return recorded.at, recorded.recorded_at, recorded.position


def opens(matter: Matter, recorded: Recorded[Event]) -> bool:
    """Whether this is the message with which the conversation was opened."""
    if isinstance(recorded.event, c.MessageReceived | c.MessageSent) and recorded.event.effect is not None:
        return recorded.event.effect == "opened"
    message = c.MessageReceived if matter.opened.opened_by == "customer" else c.MessageSent
    return (
        isinstance(recorded.event, message) and recorded.originator_version <= 3 and _at_once(matter.opening, recorded)
    )


def _at_once(one: Recorded[Event], other: Recorded[Event]) -> bool:
    """Whether two events were recorded at once: by one command id, where there is one."""
    return (
        one.at == other.at
        and one.recorded_at == other.recorded_at
        and one.envelope.command_id == other.envelope.command_id
    )


def by_a_person(sent: c.MessageSent, envelope: Envelope) -> bool:
    """Whether a person sent the message: no bot, no automatic reply."""
    return envelope.actor.kind == "agent" and not sent.automatic


def follows_from_words(recorded: Recorded[Event], change: c.StatusChanged, previous: Recorded[Event] | None) -> bool:
    """Whether a status change only repeats what a customer's message did when it was recorded. The fold itself works
    out what the message did at the time at which it was written."""
    if change.cause is not None:
        return change.cause == "message"
    return (
        change.status == "open"
        and previous is not None
        and isinstance(previous.event, c.MessageReceived)
        and previous.originator_id == recorded.originator_id
        and previous.originator_version + 1 == recorded.originator_version
        and previous.envelope.actor == recorded.envelope.actor
        and _at_once(previous, recorded)
    )
