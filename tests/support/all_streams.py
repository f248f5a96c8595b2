"""A second reading of where a conversation stands: slow, without a fold, and with nothing of the first one's code.

For each conversation that is shown, it collects what counts for that one, from all streams, and then asks of the whole:
what was the first thing said after the last answer?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from domain.conversation import events as c
from domain.kernel.event import Event, Recorded

Log = Sequence[Recorded[Event]]
CLOSED = ("resolved", "withdrawn")


def reading(log: Log, id: str) -> dict[str, Any]:
    """What a row of the inbox says of a conversation, by all streams."""
    own = [recorded for recorded in log if recorded.originator_id == id]
    parts = _parts(own)
    each = {id: _counting(log, id, [])}
    for part in parts:
        each[part] = _counting(log, part, [(id, _joined_at(own, part))])
    waits = [since for member, counted in each.items() if (since := _waiting_since(log, member, counted, id))]
    persons = [since for counted in each.values() if (since := _person_since(counted))]
    return {
        "status": _status(log, id),
        "waiting_since": min(waits, default=None),
        "person_requested_at": min(persons, default=None),
        "messages_in": sum(_messages_in(log, member, id) for member in each),
        "messages_out": sum(
            isinstance(recorded.event, c.MessageSent) for counted in each for recorded in _of(log, counted)
        ),
        "interactions": tuple(found for member in each for found in _interactions(log, member, id)),
    }


def _of(log: Log, id: str) -> Log:
    return [recorded for recorded in log if recorded.originator_id == id]


def _parts(own: Log) -> Sequence[str]:
    links = [recorded.event for recorded in own if isinstance(recorded.event, (c.PartJoined, c.PartLeft))]
    return links[-1].parts if links else ()


def _joined_at(own: Log, part: str) -> int:
    """The position at which a part, or what it was merged into before, joined last."""
    return [
        recorded.position
        for recorded in own
        if isinstance(recorded.event, c.PartJoined) and part in recorded.event.joining
    ][-1]


def _status(log: Log, id: str) -> str:
    own = _of(log, id)
    status = _own_status(own)
    opened = any(_opens(log, own, part, _joined_at(own, part)) for part in _parts(own))
    return "open" if opened and status != "on_hold" else status


def _own_status(own: Log) -> str:
    status = "open"
    for recorded in own:
        if isinstance(recorded.event, c.StatusChanged):
            status = recorded.event.status
        elif isinstance(recorded.event, c.ConversationWithdrawn):
            status = "withdrawn"
    return status


def _merges(log: Log, id: str, before: int) -> Iterator[tuple[str, int]]:
    """What a conversation is shown at, the nearest first, each with since when; as of a position."""
    into = None
    for recorded in _of(log, id):
        if recorded.position < before:
            if isinstance(recorded.event, c.ConversationMerged):
                into = recorded.event.into
            elif isinstance(recorded.event, c.ConversationSeparated):
                into = None
    shown_at = [each for each in _of(log, into or "") if each.position < before]
    # The part's event comes first: what it is merged into just now knows nothing of it yet.
    if into is not None and id in _parts(shown_at):
        yield into, _joined_at(shown_at, id)
        yield from _merges(log, into, before)


def _counting(log: Log, id: str, shown: list[tuple[str, int]]) -> list[tuple[Recorded[Event], bool]]:
    """What counts for a conversation, in order, each with whether it happened in itself.

    Beside its own events, those of what it was shown at: of each until it was shown at the next one, and of the last
    until now. `shown`: the last, with since when.
    """
    levels = [*_merges(log, id, shown[0][1]), *shown] if shown else []
    # Where it is shown at a part of the last, both are known to it from when they joined.
    levels = sorted(dict(levels).items(), key=lambda level: level[1])
    found = []
    for recorded in log:
        if recorded.originator_id == id:
            found.append((recorded, True))
        for number, (level, since) in enumerate(levels):
            until = levels[number + 1][1] if number + 1 < len(levels) else recorded.position + 1
            if recorded.originator_id != level:
                continue
            # What joins an open one, and others that join later, are nothing to it.
            joins = recorded.position == since and _status(_until(log, since), level) in CLOSED
            later = since < recorded.position < until and not isinstance(recorded.event, c.PartJoined)
            if joins or later:
                found.append((recorded, False))
    return found


def _until(log: Log, position: int) -> Log:
    return [recorded for recorded in log if recorded.position <= position]


def _rests(counted: Sequence[tuple[Recorded[Event], bool]]) -> Iterator[tuple[int, bool]]:
    """After which of these nobody waits any more, and whether because of an answer."""
    wanted = False
    for number, (recorded, own) in enumerate(counted):
        event = recorded.event
        if isinstance(event, c.PersonRequested) and own:
            wanted = True
        # It counts that something was merged into what is closed.
        closes = isinstance(event, c.ConversationWithdrawn) or (isinstance(event, c.PartJoined) and not own)
        closes |= isinstance(event, c.StatusChanged) and event.status in CLOSED
        answers = isinstance(event, c.MessageSent) and not event.automatic and not event.aside_by
        if closes or (answers and (not wanted or recorded.envelope.actor.kind == "agent")):
            wanted = False
            yield number, not closes


def _waiting_since(
    log: Log, id: str, counted: Sequence[tuple[Recorded[Event], bool]], shown_at: str
) -> datetime | None:
    last = max((number for number, _ in _rests(counted)), default=-1)
    elsewhere = _elsewhere(log, id)
    brought = 0
    status = "open"
    for number, (recorded, own) in enumerate(counted):
        event = recorded.event
        if not own:
            continue
        if isinstance(event, c.InteractionAdded):
            brought += 1
        asks = (
            (isinstance(event, c.Opened) and event.opened_by == "customer")
            or isinstance(event, c.PersonRequested)
            or (isinstance(event, c.MessageReceived) and not event.aside_by and event.message_id not in elsewhere)
            or (isinstance(event, c.MessagePlaced) and event.message_id not in elsewhere)
            or (isinstance(event, c.InteractionAdded) and brought > 1 and recorded.envelope.actor.kind == "customer")
            or (isinstance(event, c.AnswerJudged) and not event.answered and status not in CLOSED)
        )
        if isinstance(event, c.StatusChanged):
            status = event.status
        elif isinstance(event, c.ConversationWithdrawn):
            status = "withdrawn"
        if asks and number > last:
            return event.said_at if isinstance(event, c.MessagePlaced) else recorded.at
    return None


def _person_since(counted: Sequence[tuple[Recorded[Event], bool]]) -> datetime | None:
    last = max((number for number, _ in _rests(counted)), default=-1)
    return next(
        (
            recorded.at
            for n, (recorded, own) in enumerate(counted)
            if own and n > last and isinstance(recorded.event, c.PersonRequested)
        ),
        None,
    )


def _elsewhere(log: Log, id: str) -> set[str]:
    found = set()
    for recorded in _of(log, id):
        match recorded.event:
            case c.MessageSplit() | c.MessageTaken() as event:
                found.add(event.message_id)
            case c.MessageReturned() as event:
                found.discard(event.message_id)
    return found


def _messages_in(log: Log, id: str, shown_at: str) -> int:
    said = [e.event.message_id for e in _of(log, id) if isinstance(e.event, (c.MessageReceived, c.MessagePlaced))]
    return len(said) - len(_elsewhere(log, id))


def _taken(log: Log, id: str) -> bool:
    """Whether it was merged because its message is shown where it was said again."""
    links = [e for e in _of(log, id) if isinstance(e.event, (c.ConversationMerged, c.ConversationSeparated))]
    if not links or isinstance(links[-1].event, c.ConversationSeparated):
        return False
    version = links[-1].originator_version
    before = [e.event for e in _of(log, id) if e.originator_version == version - 1]
    return isinstance(before[0], c.MessageTaken)


def _interactions(log: Log, id: str, shown_at: str) -> Sequence[str]:
    found = [e.event.interaction_id for e in _of(log, id) if isinstance(e.event, c.InteractionAdded)]
    return found[1:] if id != shown_at and _taken(log, id) else found


def _opens(log: Log, own: Log, part: str, joined: int) -> bool:
    """Whether a part has the one open that it is shown at: by what was said in it since it joined, or as it joined by
    the undo of a split."""
    moves = [e.position for e in own if isinstance(e.event, (c.StatusChanged, c.ConversationWithdrawn))]
    moved = max(moves, default=0)
    if any(
        isinstance(e.event, c.PartHeard)
        and e.event.part == part
        and e.event.reopens
        and e.position > max(moved, joined)
        for e in own
    ):
        return True
    if moved > joined:
        return False
    before = [recorded for recorded in log if recorded.position < joined]
    (direct,) = [e.event.joining[0] for e in own if isinstance(e.event, c.PartJoined) and e.position == joined]
    if not _taken(before, direct):
        return False
    if direct != part:
        there = _of(before, direct)
        return _opens(before, there, part, _joined_at(there, part))
    waits = _waiting_since(before, part, _counting(before, part, []), part) is not None
    return waits and _own_status(_of(before, part)) == "open"
