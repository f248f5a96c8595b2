"""The standing of a conversation: its own share and the shares of its parts.

An answer or a closing at the conversation holds for its parts, too; an answer in a part holds for that part only. So a
part can be taken out again without a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.conversation import events as c
from domain.conversation.events import Status
from domain.conversation.interaction import InteractionKind
from domain.conversation.waiting import Share, by_customer, by_person, waits_since
from domain.kernel.event import Event, Recorded


@dataclass(frozen=True, slots=True)
class Standing:
    """The share of the conversation itself, and the shares of its parts. The properties sum up all of them."""

    own: Share
    parts: tuple[Share, ...] = ()

    @property
    def shares(self) -> tuple[Share, ...]:
        """All shares, the conversation's own first."""
        return self.own, *self.parts

    @property
    def status(self) -> Status:
        """The status that the conversation shows."""
        return status_of_all(self.own.status, reopened=any(part.reopened for part in self.parts))

    @property
    def waiting_since(self) -> datetime | None:
        """Since when the customer waits: the longest wait in any share."""
        return min((each.waiting_since for each in self.shares if each.waiting_since), default=None)

    @property
    def stands_at(self) -> datetime | None:
        """Where the customer stands among those who wait: the first place in any share."""
        return min((each.stands_at for each in self.shares if each.stands_at), default=None)

    @property
    def person_requested_at(self) -> datetime | None:
        """Since when the customer waits for a person: the longest wait in any share."""
        return min((each.person_requested_at for each in self.shares if each.person_requested_at), default=None)

    @property
    def answered_at(self) -> datetime | None:
        """When the last answer came; None while somebody waits in any share."""
        return None if self.waiting_since else self.own.answered_at

    @property
    def closed_at(self) -> datetime | None:
        """Since when the conversation is closed; None while a part has reopened it."""
        return self.own.closed_at if self.status in c.CLOSED else None

    @property
    def messages_in(self) -> int:
        """How many messages of the customer the conversation shows."""
        return sum(each.messages_in for each in self.shares)

    @property
    def messages_out(self) -> int:
        """How many messages of the company the conversation shows."""
        return sum(each.messages_out for each in self.shares)

    @property
    def interactions(self) -> tuple[str, ...]:
        """The ids of all interactions; `kinds` is in the same order."""
        return tuple(id for each in self.shares for id in each.interactions)

    @property
    def kinds(self) -> tuple[InteractionKind, ...]:
        """The kinds of all interactions."""
        return tuple(kind for each in self.shares for kind in each.kinds)

    def after(self, recorded: Recorded[Event], joining: Sequence[Share] = ()) -> Standing:
        """The standing after one more event of the conversation's own stream. `joining`: the shares that a part brings
        along, as `brings` answers."""
        event = recorded.event
        match event:
            case c.PartJoined():
                brought = {share.conversation_id: share for share in joining}
                # Nothing is known of a part whose merge was skipped by a subscription.
                shares = tuple(brought.get(id) or Share(id) for id in event.joining)
                if self.status in c.CLOSED and not any(share.reopened for share in shares):
                    # The status of the target is theirs, for its clocks, too (docs/sla.md, S23).
                    shares = tuple(share.at_rest() for share in shares)
                return replace(self, parts=(*self.parts, *shares))
            case c.PartLeft():
                return replace(
                    self, parts=tuple(part for part in self.parts if part.conversation_id not in event.leaving)
                )
            case c.PartHeard():
                closed = self.status in c.CLOSED
                return replace(
                    self,
                    parts=tuple(
                        _heard(part, event, recorded, closed=closed) if part.conversation_id == event.part else part
                        for part in self.parts
                    ),
                )
            case _:
                own = self.own.after(recorded)
                if own is self.own and not self.parts:
                    return self
                return Standing(own, tuple(_under(part, recorded) for part in self.parts))

    def brings(self) -> tuple[Share, ...]:
        """The shares that join a target when this conversation is merged into it: its own and those of its parts. Only
        an undone split opens the target again, if somebody waits here."""
        own = self.own
        waiting = own.waiting_since
        # After an undone split, the interaction that only showed the message stays behind.
        begun = 1 if own.taken else 0
        share = Share(
            own.conversation_id,
            unanswered=waits_since(waiting, own.stands_at),
            person_requested_at=own.person_requested_at,
            messages_in=own.messages_in,
            messages_out=own.messages_out,
            interactions=own.interactions[begun:],
            kinds=own.kinds[begun:],
            reopened=own.taken and own.status == "open" and waiting is not None,
            for_person=own.for_person,
        )
        return share, *(replace(part, reopened=own.taken and part.reopened) for part in self.parts)


def _heard(part: Share, event: c.PartHeard, recorded: Recorded[Event], *, closed: bool) -> Share:
    """A part after an event in the part. `closed`: what shows it was closed before."""
    heard = _said(part, event, recorded, closed=closed).placed_since(part, recorded)
    return heard.asking_as(part) if recorded.envelope.history else heard


def _said(part: Share, event: c.PartHeard, recorded: Recorded[Event], *, closed: bool) -> Share:
    at = recorded.at
    part = replace(part, reopened=part.reopened or event.reopens)
    match event.what:
        case "received":
            return part.received(at, waits=event.reopens or not closed)
        case "automatic" | "aside":
            return part.received_aside()
        case "answered":
            return part.sent().answered(at, by_person=by_person(recorded))
        case "sent":
            return part.sent()
        case "disputed":
            return part.asked(at)
        case "person-requested":
            return part.requested_person(at)
        case "brought":
            assert event.interaction_id is not None
            assert event.kind is not None
            brought = part.brought(event.interaction_id, event.kind)
            return brought.asked(at) if by_customer(recorded) else brought


def _under(part: Share, recorded: Recorded[Event]) -> Share:
    """A part after an event at the conversation that shows it."""
    event = recorded.event
    match event:
        case c.MessageSent() if not (event.automatic or event.aside_by):
            return part.answered(recorded.at, by_person=by_person(recorded))
        case c.StatusChanged() | c.ConversationWithdrawn():
            closed = isinstance(event, c.ConversationWithdrawn) or event.status in c.CLOSED
            return replace(part.at_rest() if closed else part, reopened=False)
        case _:
            return part


def status_of_all(own: Status, *, reopened: bool) -> Status:
    """The status that a conversation shows with its parts. "On hold" stays, as when the customer writes to it
    directly."""
    return "open" if reopened and own != "on_hold" else own


def standings(recorded_events: Iterable[Recorded[Event]]) -> Mapping[str, Standing]:
    """The standing of each conversation, by id. `recorded_events`: whole streams, in the order of the log, with the
    streams of all that ever joined."""
    found, _ = _replayed(recorded_events)
    return found


def brought_by_merges(recorded_events: Iterable[Recorded[Event]]) -> Mapping[tuple[str, int], tuple[Share, ...]]:
    """What each part brought along when it was merged, by the part's id and the version of the merge in the part's
    stream. `recorded_events`: as for `standings`."""
    _, brought = _replayed(recorded_events)
    return brought


def _replayed(
    recorded_events: Iterable[Recorded[Event]],
) -> tuple[dict[str, Standing], dict[tuple[str, int], tuple[Share, ...]]]:
    found: dict[str, Standing] = {}
    merged: dict[str, tuple[Share, ...]] = {}
    brought: dict[tuple[str, int], tuple[Share, ...]] = {}
    for recorded in recorded_events:
        id, event = recorded.originator_id, recorded.event
        before = found.get(id) or Standing(Share(id))
        if isinstance(event, c.ConversationMerged):
            merged[id] = brought[id, recorded.originator_version] = before.brings()
        joining = merged.get(event.joining[0], ()) if isinstance(event, c.PartJoined) else ()
        found[id] = before.after(recorded, joining)
    return found, brought
