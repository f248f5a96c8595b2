"""The events of conversations as clocks count them: without merges and splits that were undone, and each message where
it is shown now (S24, S28)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.conversation import events as c
from domain.conversation.standing import brought_by_merges
from domain.kernel.event import Event, Recorded
from domain.service_level.inexact import as_told

REARRANGE = (c.ConversationSeparated, c.MessageSplit, c.MessagePlaced, c.MessageReturned, c.MessageTaken)
"""The events by which earlier events count otherwise."""


@dataclass(frozen=True, slots=True)
class UndoneSplit:
    """A conversation that an undone split began. `source`: where all counts that was said in it. `undone_at`: the log
    position of the undo. `opens`: somebody waited in it, so that the undo opened the source again."""

    source: str
    undone_at: int
    opens: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The events, in the order of their streams. `undone_splits`: by the conversations that they began."""

    events: Sequence[Recorded[Event]]
    undone_splits: Mapping[str, UndoneSplit]


class Placement:
    """Where each conversation is shown, as an evaluation goes on. `into`: parts and what undone splits began, each with
    what it was merged into or split off."""

    def __init__(self) -> None:
        self.into: dict[str, str] = {}
        self._undone_splits: dict[str, UndoneSplit] = {}

    def take(self, undone_splits: Mapping[str, UndoneSplit]) -> None:
        """Place what undone splits began at the sources."""
        self._undone_splits |= undone_splits
        self.into |= {id: split.source for id, split in undone_splits.items()}

    def shown_at(self, id: str) -> str:
        """The conversation at which a conversation is shown."""
        while id in self.into:
            id = self.into[id]
        return id

    def undone_split(self, id: str) -> UndoneSplit | None:
        """The undone split that began this conversation."""
        return self._undone_splits.get(id)

    def was_elsewhere(self, recorded: Recorded[Event]) -> bool:
        """Whether an event was recorded in what a split began, before the split was undone: such an event left the
        status of the source as it was."""
        id = recorded.originator_id
        while (into := self.into.get(id)) is not None:
            split = self._undone_splits.get(id)
            if split is not None and recorded.position < split.undone_at:
                return True
            id = into
        return False


def as_shown(recorded_events: Sequence[Recorded[Event]], zone: str) -> Shown:
    """The events as clocks count them. `zone`: in which a day is a local date."""
    in_streams = sorted(recorded_events, key=lambda each: (each.originator_id, each.originator_version))
    in_streams = list(as_told(in_streams, zone))
    events = list(_without_undone_merges(in_streams))
    undone = _undone_splits(events, recorded_events)
    return Shown(list(_counted(events, undone, _moved_messages(events))), undone)


def _counted(
    events: Sequence[Recorded[Event]], undone: Collection[str], moved: set[tuple[str, str]]
) -> Iterator[Recorded[Event]]:
    reopened_by_moved: tuple[str, int] | None = None
    for recorded in events:
        event, id = recorded.event, recorded.originator_id
        if id in undone:
            # A conversation that never was has no opening, no status and no policy.
            if isinstance(event, c.MessageReceived | c.MessageSent | c.NoteAdded | c.ConversationMerged):
                yield recorded
        elif isinstance(event, c.MessagePlaced) and (id, event.message_id) in moved:
            pass  # it went back, and what its split began was taken out again
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
    """The messages that another conversation shows, each as (the conversation that showed it before, its id)."""
    found: set[tuple[str, str]] = set()
    for recorded in events:
        match recorded.event:
            case c.MessageSplit() | c.MessageTaken() as event:
                found.add((recorded.originator_id, event.message_id))
            case c.MessageReturned() as event:
                found.discard((recorded.originator_id, event.message_id))
            case _:
                pass
    return found


def _undone_splits(
    events: Sequence[Recorded[Event]], recorded_events: Sequence[Recorded[Event]]
) -> dict[str, UndoneSplit]:
    """The conversations that an undone split began, and that are still shown at the source. `events`: those of
    `recorded_events` without merges that were undone."""
    # A merge that comes later, of what was taken out again, is one as any other.
    taken = {(e.originator_id, e.originator_version + 1) for e in events if isinstance(e.event, c.MessageTaken)}
    if not taken:
        return {}
    brought = brought_by_merges(sorted(recorded_events, key=lambda each: each.position))
    found = {}
    for recorded in events:
        id, event = recorded.originator_id, recorded.event
        place = id, recorded.originator_version
        if place in taken and isinstance(event, c.ConversationMerged):
            shares = brought[place]
            found[id] = UndoneSplit(event.into, recorded.position, any(share.reopened for share in shares))
    return found


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
