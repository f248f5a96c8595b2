"""The unit of work of a command: all that it wants appended; and its answer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from commands.executor.context import Context, envelope_fields
from commands.executor.state_cache import Loaded, evolved
from domain.kernel.adjusted import Adjusted
from domain.kernel.event import Draft, Envelope, Event
from domain.kernel.ids import new_id
from infra.keys.sealing import fields_of

KeyKind = Literal[
    "command",  # a caller's Idempotency-Key, or the id a reaction or import derived
    "channel-message",  # a gateway's id of one message
    "channel-message-otherwise",  # a message with the id of an earlier one, by its content
    "source-record",  # one fact of one record of an imported source
    "channel-thread",
    "contact-point",  # under which former releases took a contact point; only read
    "compared-contact-point",
    "stranger",  # a contact point of nobody who is a customer
    "shared-contact-point",  # one that several people use, so that nobody is known by it
    "order",  # an order's number, normalised
    "order-reference",  # the order, placed or not, that a customer means by a number
    "order-part",  # the part of an order that has a number of its own; names the part's number within the order
    "order-reason",  # a step of an order with its reason, by its content
    "report-as-told",  # a report on a message in words of the channel's, by its content
    "order-number",  # an order's number as written: of a former release, looked up only
    "staff-handle",
    "staff-joined",  # with which content the owner of a handle joined
    "team-name",
    "calendar-name",
    "policy-name",
    "table-name",
    "item-text",  # the first feedback item with a text, by a mark of the text
    "mail-automatic",  # the automatic mail to an address on a day
    "inbound-message",  # a message of a topic; its hash tells messages apart and is never stored as a unique key
]

OUTLIVES_ERASURE: frozenset[KeyKind] = frozenset(
    {"command", "channel-message", "source-record", "shared-contact-point"}
)
"""Keys of one message, request or record. They outlive an erasure, so that a channel, a caller or an import that
repeats itself brings nothing back. A contact point that several people use stays theirs when one of them is erased.
Keys of the other kinds lead to a person and are erased with that person."""

REPEATS: frozenset[KeyKind] = frozenset({"command", "channel-message", "channel-message-otherwise"})
"""A command that brings one of these keys again is a repeat and gets the first answer; with another content, as far as
that is known, it is decided anew. Keys of the other kinds are names: a command that finds one taken is decided anew,
about the thing that has the name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a command: the id, and the position from which on readers see the effect. `repeated`: a repeat.
    `adjusted`: as of `UnitOfWork`; None in a repeat."""

    id: str
    position: int
    repeated: bool = False
    adjusted: Sequence[Adjusted] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """Events for one stream, decided on exactly the state `before`. `context`: if it is not the command's own."""

    stream_id: str
    before: Loaded[object]
    events: Sequence[Event]
    context: Context | None = None

    def after(self, position: int = 0) -> Loaded[object]:
        """The state of the stream after these events, the last of them at `position`."""
        return evolved(self.stream_id, self.before, self.events, position)


@dataclass(slots=True)
class UnitOfWork:
    """What a command wants appended: changes of streams, their unique keys, and the people it is about: the customer
    `subject`, and another `participant` of the customer's conversation whose texts it holds."""

    id: str
    changes: Sequence[Change]
    unique_keys: list[tuple[KeyKind, str, str]] = field(default_factory=list)
    """(kind, value, the id it shall name)"""
    subject: str | None = None
    participant: str | None = None
    forget: Sequence[str] = ()
    contents: Mapping[tuple[KeyKind, str], bytes] = field(default_factory=dict)
    """by unique key, the fingerprint (`CommandExecutor.fingerprint`) of what a repeat has to bring again"""
    files: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    """by content id, the events that record files which came with the command; none where one is known already"""
    release: Sequence[tuple[KeyKind, str]] = ()
    """The unique keys that are free from then on, unless they are among `unique_keys`: then they name another id."""
    unchanged: Mapping[str, Loaded[object]] = field(default_factory=dict)
    """by id, the streams that were decided on and get no event: where one of them went on meanwhile, the command is
    decided anew"""
    adjusted: Sequence[Adjusted] | None = None
    """What the message that it records does not hold as it was sent; None where it records no customer's message."""

    @property
    def people(self) -> tuple[str, ...]:
        """The people whose tombstones refuse this unit of work, and whose erasure deletes its unique keys. None for an
        erasure: its own unique key is kept, so that erasing again is a repeat."""
        return () if self.forget else tuple(filter(None, (self.subject, self.participant)))

    @property
    def speaker(self) -> str | None:
        """The one of the people whose words it holds, if any."""
        return self.people[-1] if self.people else None

    def owner(self, kind: KeyKind, value: str, id: str) -> str | None:
        """The person with whose erasure a unique key is deleted, or loses its fingerprint; None: it stays as it is."""
        if (kind, value) in self.contents or kind in ("channel-message-otherwise", "item-text"):
            return self.speaker
        if kind in OUTLIVES_ERASURE or not self.people:
            return None
        return id if id in self.people else self.people[0]

    def changes_nothing(self) -> bool:
        """Whether no stream gets an event. Then no version conflict would show that a state was old."""
        return not all(change.events for change in self.changes) or not self.changes

    def has_personal_text(self) -> bool:
        """Whether any text of the unit has to be sealed."""
        return any(fields_of(type(event)) for change in self.changes for event in change.events)

    def touches(self) -> set[Hashable]:
        """What no two units of work in one append may share; as `Append.exclusive`, before sealing."""
        touched: set[Hashable] = {change.stream_id for change in self.changes if change.events}
        touched.update(self.unchanged)
        touched.update(self.forget, self.release, ((kind, value) for kind, value, _ in self.unique_keys))
        return touched.union(filter(None, (self.subject, self.participant)))

    def drafts(self, context: Context, now: datetime) -> list[Draft[Event]]:
        """Its draft events, each with its stream version and envelope. Raises Refusal as `envelope_fields`."""
        drafts: list[Draft[Event]] = []
        for change in (change for change in self.changes if change.events):
            fields = envelope_fields(change.context or context, context.reported_by or context.actor, now)
            for version, event in enumerate(change.events, start=change.before.version + 1):
                envelope = Envelope(event_id=new_id("event"), **fields)
                drafts.append(Draft(change.stream_id, version, event, envelope))
        return drafts
