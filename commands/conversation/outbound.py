"""Replies as they leave for gateways: the text, where it goes, and the exchange of the channel to which it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import structlog
from pydantic import BaseModel, ConfigDict, Field

from commands.conversation.addressing import Addressed, Destination, Exchanges, Person
from commands.customer.contact_points import points_of
from commands.customer.links import linked
from commands.executor.executor import CommandExecutor
from domain.conversation.events import MessageSent
from domain.conversation.interaction import ID_CHARACTERS, TYPE_CHARACTERS, RecordedAttachment
from domain.customer import ContactPointAdded, NameChanged, Registered
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.text import Text
from domain.kernel.values import Fields, Frozen, Remark, Whole
from domain.message import leaves
from domain.staff import STAFF, StaffJoined
from domain.stranger import STRANGER, StrangerMet, StrangerNamed
from infra.log.mapper import UnreadableEvent

_LOGGER = structlog.get_logger("outbound")

TYPE = "antiphon.outbound.message.v1"

MOST_BYTES = 4 << 20
"""How much the replies may hold that are read at once."""


class Contact(BaseModel):
    """A way to reach the customer or participant."""

    model_config = ConfigDict(frozen=True)

    kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]
    value: str


class Attachment(Frozen):
    """A file that goes with the reply: name, type, `size` in bytes, `sha256` in hex."""

    id: Annotated[Text, Field(max_length=ID_CHARACTERS)]
    name: Remark
    type: Annotated[Text, Field(max_length=TYPE_CHARACTERS)]
    size: Whole = Field(ge=0, lt=2**63)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Recipient(Contact):
    """The contact point to which a reply goes. `name`: what the person there is called."""

    name: Annotated[str | None, Field(examples=["Ada"])]


class OutboundMessage(BaseModel):
    """A reply over `channel`, to the customer of the conversation or to another participant of it, `participant_id`.
    `contacts`: all ways to reach them. `contents`: for each of the `attachments`, the path of the API that gives the
    file; null for one that is named only.

    `to`: the contact point from which they wrote last in the conversation over this channel, or another that somebody
    chose; null where neither is known. `thread`, `in_reply_to`, `references`: the channel's own ids of the exchange, of
    the message that is answered, and of those of the exchange up to that one, the last ones. `subject`: of the
    exchange, as it began. `sender_name`: who answers, where a person does. `language`: of the text;
    `conversation_language`: of the conversation. What outsiders wrote is as they wrote it: encode it for the channel.
    """

    model_config = ConfigDict(frozen=True)

    message_id: str
    conversation_id: str
    customer_id: str
    channel: str
    contacts: tuple[Contact, ...]
    body: str
    language: str | None
    attachments: tuple[Attachment, ...]
    automatic: bool
    participant_id: str | None
    to: Recipient | None
    subject: str | None
    thread: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    sender_name: str | None
    conversation_language: str | None
    contents: tuple[str | None, ...] = ()


EXAMPLE: Mapping[str, Any] = {  # Any: a document as JSON has it
    "message_id": "message-01990000-0000-7000-8000-000000000001",
    "conversation_id": "conversation-01990000-0000-7000-8000-000000000001",
    "customer_id": "customer-01990000-0000-7000-8000-000000000001",
    "channel": "mail",
    "contacts": [{"kind": "mail", "value": "ada@example.org"}],
    "body": "We are sorry. A new kettle leaves our house today.",
    "language": "en",
    "attachments": [],
    "automatic": False,
    "participant_id": None,
    "to": {"kind": "mail", "value": "ada@example.org", "name": "Ada"},
    "subject": "The kettle drips",
    "thread": "<4700@mail.example>",
    "in_reply_to": "<4711@mail.example>",
    "references": ["<4700@mail.example>", "<4711@mail.example>"],
    "sender_name": "Mia Jansen",
    "conversation_language": "en",
    "contents": [],
}
"""An example message, for the contract."""


Leaving = tuple[Recorded[Event], OutboundMessage]
"""A reply that leaves, as recorded and as the gateway gets it."""


class Replies:
    """Makes of recorded replies what gateways get. Thread-safe."""

    def __init__(self, executor: CommandExecutor) -> None:
        self._executor = executor

    def leaving(self, recorded_events: Iterable[Recorded[Event]]) -> list[Leaving]:
        """The replies among these events that leave, in order: not those to somebody who was erased, nor those that
        were taken out. Raises UnreadableEvent, Overloaded."""
        replies = [
            (recorded, recorded.event)
            for recorded in recorded_events
            if isinstance(recorded.event, MessageSent) and leaves(recorded.envelope)
        ]
        people = {sent.whose for _, sent in replies}
        # Keys are fetched anew: another process may have destroyed a cached key.
        erased = self._executor.log.vault.destroyed(people)
        withheld = self._executor.log.vault.withheld()
        left = [
            (recorded, sent)
            for recorded, sent in replies
            if sent.whose not in erased
            and (recorded.originator_id, recorded.originator_version) not in withheld  # it was taken out
        ]
        if not left:
            return []
        persons = self._persons(people - erased)
        exchanges = Exchanges(self._executor, {recorded.originator_id for recorded, _ in left})
        names = self._names({recorded.envelope.actor.id for recorded, sent in left if not sent.automatic})
        return [
            (
                recorded,
                _message(
                    recorded,
                    sent,
                    persons[sent.whose],
                    exchanges.addressed(recorded, sent, persons[sent.whose]),
                    None if sent.automatic else names.get(recorded.envelope.actor.id),
                ),
            )
            for recorded, sent in left
        ]

    def leaving_at(self, positions: Iterable[int]) -> tuple[list[Leaving], int]:
        """The replies at these rising positions of the log that leave, in order, as `leaving`; and the last position
        that was read, since they end at `MOST_BYTES`. A reply that cannot be read is left out, and logged: it must not
        keep the others. Raises Overloaded."""
        recorded: list[Recorded[Event]] = []
        size = last = 0
        for position in positions:
            records = [each for each in self._executor.log.read(position - 1, 1) if each.id == position]
            size += sum(len(each.state) for each in records)
            if recorded and size > MOST_BYTES:
                break
            last = position
            try:
                recorded += self._executor.log.recorded_events(records)
            except UnreadableEvent as error:
                _LOGGER.warning("reply-unreadable", position=position, code=error.code)
        return self.leaving(recorded), last

    def _persons(self, people: Iterable[str]) -> dict[str, Person]:
        """Who is answered: each customer, under all ids of merged customers, and each stranger."""
        who = {id: [id] if kind_of(id) == STRANGER.kind else linked(self._executor.read, id) for id in sorted(people)}
        streams = self._executor.log.streams({one for same in who.values() for one in same})
        return {
            id: Person(
                ids=frozenset(same),
                name=next((name for one in same if (name := _name(streams[one]))), None),
                contacts=tuple(
                    dict.fromkeys(
                        Destination(each.contact_kind, each.value) for one in same for each in _ways(streams[one])
                    )
                ),
            )
            for id, same in who.items()
        }

    def _names(self, actors: Iterable[str]) -> dict[str, str]:
        """The names of these staff members; nobody else has one."""
        staff = [id for id in actors if kind_of(id) == STAFF.kind]
        joined = self._executor.log.last_of(staff, [StaffJoined.stored_name], 1)
        events = {id: each.event for id, last in joined.items() for each in last}
        return {id: event.name for id, event in events.items() if isinstance(event, StaffJoined)}


def _message(
    recorded: Recorded[Event],
    event: MessageSent,
    person: Person,
    addressed: Addressed,
    sender_name: str | None,
) -> OutboundMessage:
    to = addressed.to
    return OutboundMessage(
        message_id=event.message_id,
        conversation_id=recorded.originator_id,
        customer_id=event.customer_id,
        channel=event.channel,
        contacts=tuple(Contact(kind=each.kind, value=each.value) for each in person.contacts),
        body=event.body,
        language=event.language,
        # As recorded: values that an earlier limit allowed are published, too.
        attachments=tuple(Attachment.model_construct(**_named(each)) for each in event.attachments),
        automatic=event.automatic,
        participant_id=event.participant_id,
        to=Recipient(kind=to.kind, value=to.value, name=person.name) if to else None,
        subject=addressed.subject,
        thread=addressed.thread,
        in_reply_to=addressed.in_reply_to,
        references=addressed.references,
        sender_name=sender_name,
        conversation_language=addressed.language,
        contents=tuple(_path(recorded, each.content_id) for each in event.attachments),
    )


def _ways(stream: Sequence[Recorded[Event]]) -> Iterator[StrangerMet | ContactPointAdded]:
    yield from (recorded.event for recorded in stream if isinstance(recorded.event, StrangerMet))
    yield from points_of(stream)


def _name(stream: Sequence[Recorded[Event]]) -> str | None:
    """What the customer or stranger is called, by the whole stream."""
    name = None
    for recorded in stream:
        if isinstance(recorded.event, Registered | NameChanged | StrangerMet | StrangerNamed):
            name = recorded.event.name
    return name


def _named(attachment: RecordedAttachment) -> Fields:
    return {name: getattr(attachment, name) for name in Attachment.model_fields}


def _path(recorded: Recorded[Event], content_id: str | None) -> str | None:
    if content_id is None:
        return None
    line = f"/conversations/{recorded.originator_id}/content?version={recorded.originator_version}"
    return f"{line}&content_id={content_id}"
