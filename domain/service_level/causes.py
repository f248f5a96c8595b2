"""What events mean for clocks: whether words open a conversation, whether a change of status follows from words, which
merges were undone, and the order in which all of them count.

Events say what they did and why since version 2. For earlier events, and only here, their neighbours tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.conversation import events as c
from domain.kernel.event import Envelope, Event, Recorded
from domain.service_level.matter import Matter


def that_stand(entries: Sequence[Recorded[Event]]) -> Iterator[Recorded[Event]]:
    """Without the merges that were undone: from then on, all is as if they had never been."""
    undone: set[tuple[str, int]] = set()
    merged: dict[str, list[int]] = {}
    for entry in sorted(entries, key=lambda each: (each.originator_id, each.originator_version)):
        place = entry.originator_id, entry.originator_version
        if isinstance(entry.event, c.ConversationMerged):
            merged.setdefault(entry.originator_id, []).append(entry.originator_version)
        elif isinstance(entry.event, c.ConversationSeparated) and merged.get(entry.originator_id):
            undone |= {place, (entry.originator_id, merged[entry.originator_id].pop())}
    return (each for each in entries if (each.originator_id, each.originator_version) not in undone)


def order(entry: Recorded[Event]) -> tuple[datetime, datetime, int]:
    """The order in which events count: when they happened, then when they were recorded."""
    return entry.at, entry.recorded_at, entry.position


def opens(matter: Matter, entry: Recorded[Event]) -> bool:
    """Whether these are the words with which it was opened."""
    if isinstance(entry.event, c.MessageReceived | c.MessageSent) and entry.event.effect is not None:
        return entry.event.effect == "opened"
    said = c.MessageReceived if matter.opened.opened_by == "customer" else c.MessageSent
    return isinstance(entry.event, said) and entry.originator_version <= 3 and _at_once(matter.opening, entry)


def _at_once(one: Recorded[Event], other: Recorded[Event]) -> bool:
    """Whether they were told at once; where commands have ids, by the same."""
    return (
        one.at == other.at
        and one.recorded_at == other.recorded_at
        and one.envelope.command_id == other.envelope.command_id
    )


def by_a_person(sent: c.MessageSent, envelope: Envelope) -> bool:
    """Whether a person sent it: no bot, and no automatic reply."""
    return envelope.actor.kind == "agent" and not sent.automatic


def follows_from_words(entry: Recorded[Event], change: c.StatusChanged, previous: Recorded[Event] | None) -> bool:
    """Whether a change of status only tells what the customer's words did when they were recorded; the fold says what
    they did when they were said."""
    if change.cause is not None:
        return change.cause == "message"
    return (
        change.status == "open"
        and previous is not None
        and isinstance(previous.event, c.MessageReceived)
        and previous.originator_id == entry.originator_id
        and previous.originator_version + 1 == entry.originator_version
        and previous.envelope.actor == entry.envelope.actor
        and _at_once(previous, entry)
    )
