"""The waiting rule: who waits in one conversation, and since when; what was said and brought there.

The rule is written once, here. It serves a conversation by itself and each part of a conversation
(`domain/conversation/standing.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.conversation import events as c
from domain.conversation.events import Status
from domain.conversation.interaction import InteractionKind
from domain.kernel.event import Event, Recorded
from domain.kernel.replace import replace
from domain.kernel.time import RecordedPrecision

MOST_UNANSWERED = 1_000
"""How many unanswered messages a conversation remembers one by one. One more counts as something that cannot be split
off: the customer waits until an answer or a closing, whatever is split off meanwhile."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Something that the customer said, brought or asked for since the last answer.

    `message_id`: the message, if it is one; a message may be split off. `elsewhere`: another conversation shows the
    message, and nobody waits here because of it. `waits`: the conversation was not closed since. `stands_at`: its place
    among others, where `at` is not known exactly; None: `at`.
    """

    at: datetime
    message_id: str | None = None
    waits: bool = True
    elsewhere: bool = False
    stands_at: datetime | None = None


def waits_since(since: datetime | None, stands_at: datetime | None) -> tuple[Unanswered, ...]:
    """What is unanswered where nothing more is known of it than since when somebody waits, and their place."""
    return (Unanswered(since, stands_at=None if stands_at == since else stands_at),) if since else ()


SHORTEST_DAY = timedelta(hours=23)
"""How long each day has at least, in any zone."""


def place(at: datetime, precision: RecordedPrecision, recorded_at: datetime) -> datetime:
    """Where words stand among others whose times are known: where they were told, and not after their day. So a letter
    of a day stands before nothing that came on that day before it, and no later day makes up for a late telling."""
    match precision:
        case "day":
            # A view knows no zone, in which the day ends; this is within the day.
            return max(at, min(recorded_at, at + SHORTEST_DAY))
        case "unknown":
            return max(at, recorded_at)
        case _:
            return at


@dataclass(frozen=True, slots=True)
class Share:
    """What one conversation adds to the standing of the conversation that shows it, or of itself.

    `reopened`: the part has the conversation open that shows it, whatever its own status. `for_person`: the customer
    asked for a person since the last closing. `taken`: the split that it began with was undone.
    """

    conversation_id: str
    status: Status = "open"
    unanswered: tuple[Unanswered, ...] = ()
    last_answer_at: datetime | None = None
    person_requested_at: datetime | None = None
    taken_up_at: datetime | None = None
    closed_at: datetime | None = None
    messages_in: int = 0
    messages_out: int = 0
    interactions: tuple[str, ...] = ()
    kinds: tuple[InteractionKind, ...] = ()
    reopened: bool = False
    for_person: bool = False
    taken: bool = False

    @property
    def waiting_since(self) -> datetime | None:
        """When the customer said the first unanswered thing; None if nobody waits."""
        return next((each.at for each in self.unanswered if each.waits and not each.elsewhere), None)

    @property
    def stands_at(self) -> datetime | None:
        """Where the customer stands among those who wait; None if nobody waits. See `place`."""
        waiting = (each for each in self.unanswered if each.waits and not each.elsewhere)
        return min((each.stands_at or each.at for each in waiting), default=None)

    @property
    def answered_at(self) -> datetime | None:
        """When the last answer came, if nothing was said since; else None."""
        return None if any(not each.elsewhere for each in self.unanswered) else self.last_answer_at

    # -- what happens

    def received(self, at: datetime, message_id: str | None = None, *, waits: bool = True) -> Share:
        """The customer said something. `waits`: and waits for an answer, as nobody does in what stays closed."""
        unanswered = self._asked(at, message_id)
        if not waits:
            unanswered = tuple(replace(each, waits=False) for each in unanswered)
        return replace(self, unanswered=unanswered, messages_in=self.messages_in + 1)

    def received_aside(self) -> Share:
        """Something came for which nobody waits: no person wrote it, or somebody who does not count."""
        return replace(self, messages_in=self.messages_in + 1)

    def placed(self, said_at: datetime, message_id: str) -> Share:
        """A message is shown here that the customer said in another conversation, at `said_at`."""
        since, new = self.waiting_since, Unanswered(said_at, message_id)
        before = since is None or said_at < since
        unanswered = (new, *self.unanswered) if before else (*self.unanswered, new)
        return replace(self, unanswered=unanswered, messages_in=self.messages_in + 1)

    def asked(self, at: datetime) -> Share:
        """The customer waits from now on, if they do not wait already."""
        return replace(self, unanswered=self._asked(at))

    def requested_person(self, at: datetime) -> Share:
        """The customer waits for a person from now on."""
        since = self.person_requested_at or at
        return replace(self, unanswered=self._asked(at), person_requested_at=since, for_person=True)

    def disputed(self, at: datetime) -> Share:
        """The customer disputes an answer, and waits for another one, unless the conversation is closed."""
        if self.status not in c.CLOSED:
            return self.asked(at)
        if any(each.message_id is None for each in self.unanswered):
            return self
        return replace(self, unanswered=(*self.unanswered, Unanswered(at, waits=False)))

    def sent(self) -> Share:
        """The company said something."""
        return replace(self, messages_out=self.messages_out + 1)

    def answered(self, at: datetime, *, by_person: bool) -> Share:
        """The company answered. A customer who asked for a person is answered by a person only."""
        if self.person_requested_at is not None and not by_person:
            return self
        return replace(
            self, unanswered=(), person_requested_at=None, last_answer_at=at, taken_up_at=self.taken_up_at or at
        )

    def brought(self, interaction_id: str, kind: InteractionKind) -> Share:
        """The customer brought an interaction."""
        return replace(self, interactions=(*self.interactions, interaction_id), kinds=(*self.kinds, kind))

    def kind_changed(self, interaction_id: str, kind: InteractionKind) -> Share:
        """The kind of an interaction changed."""
        pairs = zip(self.interactions, self.kinds, strict=True)
        return replace(self, kinds=tuple(kind if id == interaction_id else before for id, before in pairs))

    def moved(self, status: Status, at: datetime) -> Share:
        """The status changed. Nobody waits in a closed conversation."""
        if status in c.CLOSED:
            return replace(self.at_rest(), status=status, closed_at=self.closed_at or at)
        return replace(self, status=status, closed_at=None)

    def at_rest(self) -> Share:
        """Nobody waits any longer, answered or not."""
        unanswered = tuple(replace(each, waits=False) for each in self.unanswered)
        lasting = next((each for each in unanswered if each.message_id is None), None)
        # One entry that cannot be split off says that not all is answered: the others add nothing to that.
        unanswered = unanswered if lasting is None else (lasting,)
        return replace(self, unanswered=unanswered, person_requested_at=None, for_person=False)

    def shown_elsewhere(self, message_id: str, elsewhere: bool) -> Share:
        """Another conversation shows a message of this one from now on, or no longer."""
        unanswered = tuple(
            replace(each, elsewhere=elsewhere) if each.message_id == message_id else each for each in self.unanswered
        )
        return replace(self, unanswered=unanswered, messages_in=self.messages_in + (-1 if elsewhere else 1))

    def _asked(self, at: datetime, message_id: str | None = None) -> tuple[Unanswered, ...]:
        # The customer waits for an answer to something that cannot be split off: later entries change nothing until
        # the answer or the closing, so the list stays short.
        if any(each.waits and each.message_id is None for each in self.unanswered):
            return self.unanswered
        full = len(self.unanswered) >= MOST_UNANSWERED
        return (*self.unanswered, Unanswered(at, None if full else message_id))

    # -- events

    def after(self, recorded: Recorded[Event]) -> Share:
        """The share after one more event of the conversation's own stream."""
        share = self._after(recorded).placed_since(self, recorded)
        return share.asking_as(self) if recorded.envelope.history and share is not self else share

    def placed_since(self, before: Share, recorded: Recorded[Event]) -> Share:
        """The share, in which what was asked by this event, since `before`, has its place among others."""
        event, envelope = recorded.event, recorded.envelope
        if isinstance(event, c.MessagePlaced):
            at, precision, told_at = event.said_at, event.said_precision, event.heard_at or event.said_at
        else:
            at, precision, told_at = recorded.at, envelope.time_precision, recorded.recorded_at
        if self is before or (stands_at := place(at, precision, told_at)) == at:
            return self
        return replace(
            self,
            unanswered=tuple(
                each if each in before.unanswered or each.at != at else replace(each, stands_at=stands_at)
                for each in self.unanswered
            ),
        )

    def asking_as(self, before: Share) -> Share:
        """The share without what was asked since `before`: nobody waits because of what is imported as history."""
        return replace(
            self,
            unanswered=tuple(each for each in self.unanswered if each in before.unanswered),
            person_requested_at=before.person_requested_at and self.person_requested_at,
            for_person=before.for_person and self.for_person,
        )

    def _after(self, recorded: Recorded[Event]) -> Share:
        event, at = recorded.event, recorded.at
        match event:
            case c.Opened():
                # A complaint without a text waits for an answer, too.
                return self.asked(at) if event.opened_by == "customer" and not event.automatic else self
            case c.MessageReceived(automatic=True) | c.MessagePlaced(automatic=True):
                return self.received_aside()
            case c.MessageReceived() if event.aside_by:
                return self.received_aside()
            case c.MessageReceived():
                return self.received(at, event.message_id, waits=event.kept_by is None or self.status not in c.CLOSED)
            case c.MessageSent():
                sent = self.sent()
                return sent if event.automatic or event.aside_by else sent.answered(at, by_person=by_person(recorded))
            case c.MessagePlaced():
                return self.placed(event.said_at, event.message_id)
            case c.MessageSplit():
                return self.shown_elsewhere(event.message_id, True)
            case c.MessageReturned():
                return self.shown_elsewhere(event.message_id, False)
            case c.MessageTaken():
                return replace(self.shown_elsewhere(event.message_id, True), taken=True)
            case c.ConversationSeparated():
                return replace(self, taken=False)
            case c.InteractionAdded():
                brought = self.brought(event.interaction_id, event.kind)
                # The first interaction comes with the opening, which says whether the customer waits.
                return brought.asked(at) if self.interactions and by_customer(recorded) else brought
            case c.KindChanged():
                return self.kind_changed(event.interaction_id, event.kind)
            case c.StatusChanged():
                return self.moved(event.status, at)
            case c.ConversationWithdrawn():
                return self.moved("withdrawn", at)
            case c.PersonRequested():
                return self.requested_person(at)
            case c.AnswerJudged() if not event.answered:
                return self.disputed(at)
            case _:
                return self


def by_person(recorded: Recorded[Event]) -> bool:
    """Whether a person of the company acted, and no bot."""
    return recorded.envelope.actor.kind == "agent"


def by_customer(recorded: Recorded[Event]) -> bool:
    """Whether the customer acted."""
    return recorded.envelope.actor.kind == "customer"
