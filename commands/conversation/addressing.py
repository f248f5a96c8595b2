"""Where a reply goes: to which contact point, and in which exchange of its channel; as of the reply's own time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from commands.executor.executor import CommandExecutor
from domain.conversation.events import (
    MessagePlaced,
    MessageReceived,
    MessageReturned,
    MessageSent,
    MessageSplit,
    MessageTaken,
    Opened,
    ParticipantJoined,
)
from domain.conversation.state import CONVERSATION, Conversation
from domain.customer import ContactKind
from domain.customer.contact_point import bare, can_be_reached, compared
from domain.kernel.event import Event, Recorded

MOST_LOOKED_AT = 50
"""How many messages and splits of a conversation are looked at, from the last one back."""
MOST_REFERENCES = 20
"""How many messages of an exchange a reply refers to: the first one, and the last ones."""
_NAMES = [
    each.stored_name
    for each in (MessageReceived, ParticipantJoined, MessageSplit, MessageReturned, MessagePlaced, MessageTaken)
]


@dataclass(frozen=True, slots=True)
class Destination:
    """A contact point as it was said."""

    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is answered: all their ids, their name, and all ways to reach them."""

    ids: Collection[str]
    name: str | None
    contacts: Sequence[Destination]


@dataclass(frozen=True, slots=True)
class Addressed:
    """Where a reply goes, and to what it belongs; None where that is not known. `in_reply_to`, `references`: the
    channel's ids of the message that is answered, and of those of its exchange up to that one."""

    to: Destination | None = None
    subject: str | None = None
    thread: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """A message that came in, and where it was said."""

    recorded: Recorded[Event]
    event: MessageReceived

    @property
    def thread(self) -> str | None:
        return self.event.thread or self.event.channel_message_id

    @property
    def contact(self) -> Destination | None:
        kind, value = self.event.contact_kind, self.event.contact
        return Destination(kind, value) if kind is not None and value is not None else None


class Exchanges:
    """What was said in some conversations, as far back as answers need it."""

    def __init__(self, executor: CommandExecutor, conversation_ids: Iterable[str]) -> None:
        """Read it. Raises UnreadableEvent, Overloaded."""
        self._comparing = executor.comparing
        self._contact_kinds = executor.channels.contact_kinds
        self._states: dict[str, Conversation] = {}
        for id in conversation_ids:
            self._know(executor, id)
        for part in [part for state in self._states.values() for part in state.parts]:
            self._know(executor, part)
        ids = {*self._states, *(state.split_from for state in self._states.values() if state.split_from)}
        self._streams = executor.log.last_of(ids, _NAMES, MOST_LOOKED_AT)
        opened = executor.log.last_of(ids, [Opened.stored_name], 1)
        self._opened = {id: each.event for id, (each,) in opened.items() if isinstance(each.event, Opened)}
        whose = {each.customer_id for each in self._opened.values()}
        whose |= {said.event.whose for stream in self._streams.values() for said in _received(stream)}
        # Keys are fetched anew: another process may have destroyed a cached key.
        self._erased = executor.log.vault.destroyed(whose)
        self._withheld = executor.log.vault.withheld()

    def _know(self, executor: CommandExecutor, id: str) -> None:
        if id not in self._states:
            self._states[id] = executor.read(CONVERSATION, id).existing(CONVERSATION.kind).state

    def addressed(self, recorded: Recorded[Event], sent: MessageSent, person: Person) -> Addressed:
        """Where this reply to this person goes."""
        id = recorded.originator_id
        said = sorted(
            (
                each
                for one in (id, *self._states[id].parts)
                for each in self._shown(one, recorded.position)
                if each.event.channel == sent.channel
            ),
            key=lambda each: (each.recorded.at, each.recorded.position),
        )
        theirs = [each for each in said if each.event.whose in person.ids]
        to = self._to(sent, person, theirs)
        from_there = [each for each in theirs if each.contact and to and self._same(each.contact, to)]
        answered = next((each for each in reversed(from_there or theirs) if each.event.channel_message_id), None)
        subject_of = self._opened.get(answered.recorded.originator_id if answered else id)
        own = self._opened.get(id)
        # People here gave a subject to what was split off; it is for them.
        hidden = subject_of is None or subject_of.customer_id in self._erased
        hidden = hidden or (answered is None and self._states[id].split_from is not None)
        found = Addressed(
            to=Destination(to.kind, bare(to.kind, to.value)) if to else None,
            subject=None if hidden or subject_of is None else subject_of.subject,
            language=own.language if own else None,
        )
        if answered is None:
            return found
        exchange = [each for each in said if each.thread == answered.thread]
        before = exchange[: exchange.index(answered) + 1]
        ids = tuple(dict.fromkeys(one for each in before if (one := each.event.channel_message_id)))
        return replace(
            found,
            thread=answered.thread,
            in_reply_to=answered.event.channel_message_id,
            references=ids if len(ids) <= MOST_REFERENCES else (ids[0], *ids[1 - MOST_REFERENCES :]),
        )

    def _to(self, sent: MessageSent, person: Person, theirs: Sequence[_Said]) -> Destination | None:
        """The contact point that was chosen; else the one from which they wrote last; else their only one. None where
        nothing can be sent there."""
        wrote = [each.contact for each in reversed(theirs) if each.contact]
        if sent.contact_kind is not None and sent.contact is not None:
            wrote = [Destination(sent.contact_kind, sent.contact)]
        for each in wrote:  # by now, it may be theirs no longer
            if any(self._same(each, known) for known in person.contacts):
                return each if can_be_reached(each.kind, each.value) else None
        kind = self._contact_kinds.get(sent.channel)
        if kind is None or sent.contact_kind is not None:
            return None
        known = [each for each in reversed(person.contacts) if each.kind == kind]
        fitting = {self._form(each): each for each in known if can_be_reached(kind, each.value)}
        return next(iter(fitting.values())) if len(fitting) == 1 else None

    def _shown(self, id: str, before: int) -> Iterator[_Said]:
        """The messages that this conversation shows, apart from its parts, and that can be read; up to a position."""
        source = self._states[id].split_from
        elsewhere = {each.event.message_id: each for each in _received(self._streams[source])} if source else {}
        own: dict[str, _Said] = {}
        hidden: set[str] = set()
        for recorded in self._streams[id]:
            if recorded.position >= before:
                break
            match recorded.event:
                case MessageSplit() | MessageTaken() as event:
                    hidden.add(event.message_id)
                case MessageReturned() as event:
                    hidden.discard(event.message_id)
                case MessagePlaced() as event if event.message_id in elsewhere:
                    own[event.message_id] = elsewhere[event.message_id]
        own |= {each.event.message_id: each for each in _received(self._streams[id]) if each.recorded.position < before}
        for message_id, each in own.items():
            place = (each.recorded.originator_id, each.recorded.originator_version)
            if message_id not in hidden and each.event.whose not in self._erased and place not in self._withheld:
                yield each

    def _same(self, one: Destination, other: Destination) -> bool:
        return self._form(one) == self._form(other)

    def _form(self, contact: Destination) -> tuple[ContactKind, str]:
        return contact.kind, compared(contact.kind, contact.value, self._comparing)


def _received(stream: Sequence[Recorded[Event]]) -> Iterator[_Said]:
    """The messages of a stream; those of former releases with the contact point by which a participant came."""
    joined: Mapping[str, ParticipantJoined] = {
        each.event.participant_id: each.event for each in stream if isinstance(each.event, ParticipantJoined)
    }
    for recorded in stream:
        if not isinstance(event := recorded.event, MessageReceived):
            continue
        came = joined.get(event.participant_id or "")
        if event.contact is None and came is not None and came.channel == event.channel:
            event = event.model_copy(update={"contact_kind": came.contact_kind, "contact": came.contact})
        yield _Said(recorded, event)
