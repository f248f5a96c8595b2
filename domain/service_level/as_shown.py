"""The events of conversations as clocks count them: without merges and splits that were undone, and each message where
it is shown now (S24, S28)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.conversation import events as c
from domain.kernel.event import Event, Recorded

REARRANGE = (c.ConversationSeparated, c.MessageSplit, c.MessagePlaced, c.MessageReturned, c.MessageTaken)
"""The events by which earlier events count otherwise."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The events, in the order of their streams. `into`: conversations that an undone split began, each with the
    source, where all counts that was said there."""

    events: Sequence[Recorded[Event]]
    into: Mapping[str, str]


def as_shown(recorded_events: Sequence[Recorded[Event]]) -> Shown:
    """The events as clocks count them."""
    in_streams = sorted(recorded_events, key=lambda each: (each.originator_id, each.originator_version))
    events = list(_without_undone_merges(in_streams))
    into = _undone_splits(events)
    moved = _moved_messages(events)
    return Shown(list(_counted(events, into, moved)), into)


def _counted(
    events: Sequence[Recorded[Event]], into: Mapping[str, str], moved: set[tuple[str, str]]
) -> Iterator[Recorded[Event]]:
    reopened_by_moved: tuple[str, int] | None = None
    for recorded in events:
        event, id = recorded.event, recorded.originator_id
        if id in into:
            # A conversation that never was has no opening, no status and no policy.
            if isinstance(event, c.MessageReceived | c.MessageSent | c.NoteAdded):
                yield recorded
        elif isinstance(event, c.MessageReceived) and (id, event.message_id) in moved:
            if event.effect == "opened":
                yield recorded  # what the customer brought stays here
            reopened_by_moved = id, recorded.originator_version + 1
        elif isinstance(event, c.StatusChanged) and (id, recorded.originator_version) == reopened_by_moved:
            # The message is elsewhere; the status that it changed when it was recorded is not.
            if event.cause == "message":
                recorded = replace(recorded.heard(), event=event.model_copy(update={"cause": "command"}))
            yield recorded
        else:
            yield recorded


def _moved_messages(events: Sequence[Recorded[Event]]) -> set[tuple[str, str]]:
    """The messages that another conversation shows, each as (the conversation in which it was said, its id)."""
    found: set[tuple[str, str]] = set()
    for recorded in events:
        match recorded.event:
            case c.MessageSplit() as event:
                found.add((recorded.originator_id, event.message_id))
            case c.MessageReturned() as event:
                found.discard((recorded.originator_id, event.message_id))
            case _:
                pass
    return found


def _undone_splits(events: Sequence[Recorded[Event]]) -> dict[str, str]:
    """The conversations that an undone split began, and that are still shown at the source."""
    taken = {each.originator_id for each in events if isinstance(each.event, c.MessageTaken)}
    return {
        recorded.originator_id: recorded.event.into
        for recorded in events
        if isinstance(recorded.event, c.ConversationMerged) and recorded.originator_id in taken
    }


def _without_undone_merges(in_streams: Sequence[Recorded[Event]]) -> Iterator[Recorded[Event]]:
    """The events without merges that were undone: after the undo, clocks are as if the merge had never been."""
    undone: set[tuple[str, int]] = set()
    merged: dict[str, list[int]] = {}
    for recorded in in_streams:
        place = recorded.originator_id, recorded.originator_version
        if isinstance(recorded.event, c.ConversationMerged):
            merged.setdefault(recorded.originator_id, []).append(recorded.originator_version)
        elif isinstance(recorded.event, c.ConversationSeparated) and merged.get(recorded.originator_id):
            undone |= {place, (recorded.originator_id, merged[recorded.originator_id].pop())}
    return (each for each in in_streams if (each.originator_id, each.originator_version) not in undone)
