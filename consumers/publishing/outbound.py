"""The publisher of replies to gateways, with text and destination: the one topic that carries text.

Only replies made here are published. Replies that an import or a gateway reported with a time have reached the customer
some other way; and so has everything that was in the log before the first start with Kafka.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from commands.customer.contact_points import points_of
from commands.customer.links import linked
from commands.executor.executor import CommandExecutor
from consumers.publishing.cloudevents import headers
from consumers.publishing.publisher import Outgoing, Publisher
from domain.conversation.events import MessageSent
from domain.conversation.interaction import Attachment
from domain.customer import ContactPointAdded
from domain.kernel.event import Envelope, Event, Recorded
from domain.kernel.ids import kind_of
from domain.stranger import STRANGER, StrangerMet
from infra.kafka.clients import Kafka
from infra.postgres.database import Database
from infra.subscriptions.lease import begin_at_end

NAME, VERSION = "outbound", 1
TOPIC = "outbound.messages.v1"
TYPE = "antiphon.outbound.message.v1"
_IMPORT = "import"


class Contact(BaseModel):
    """A way to reach the customer or participant."""

    model_config = ConfigDict(frozen=True)

    kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]
    value: str


class OutboundMessage(BaseModel):
    """A reply over `channel`, to the customer of the conversation or to another participant of it, `participant_id`.
    `contacts`: all ways to reach them."""

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


EXAMPLE: Mapping[str, Any] = {
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
}
"""An example message, for the contract."""


def begin(database: Database) -> None:
    """Set the position to the log's end at the first start, so that earlier replies are not sent again. `database` is
    the projector's. Raises Overloaded."""
    with database.connection() as connection:
        begin_at_end(connection, NAME, VERSION)


class Outbound(Publisher):
    """The publisher: one message for each reply, at least once; receivers drop a repeated `ce_id`."""

    name = NAME
    version = VERSION
    orders = NAME
    reads = frozenset({MessageSent.stored_name})
    opened = True

    def __init__(self, kafka: Kafka, executor: CommandExecutor) -> None:
        super().__init__(kafka)
        self._topic = kafka.topic(TOPIC)
        self._executor = executor

    def _messages(self, recorded_events: Sequence[Recorded[Event]]) -> Sequence[Outgoing]:
        replies = [
            (recorded, recorded.event)
            for recorded in recorded_events
            if isinstance(recorded.event, MessageSent) and _here(recorded.envelope)
        ]
        people = {sent.whose for _, sent in replies}
        # Keys are fetched anew: another process may have destroyed a cached key.
        erased = self._executor.log.vault.destroyed(people)
        withheld = self._executor.log.vault.withheld()
        contacts = self._contacts(people - erased)
        return [
            self._message(recorded, sent, contacts[sent.whose])
            for recorded, sent in replies
            if sent.whose not in erased
            and (recorded.originator_id, recorded.originator_version) not in withheld  # it was taken out
        ]

    def _contacts(self, people: Iterable[str]) -> dict[str, tuple[Contact, ...]]:
        """All ways to reach each customer, under all ids of merged customers, and each stranger."""
        who = {id: [id] if kind_of(id) == STRANGER.kind else linked(self._executor.read, id) for id in sorted(people)}
        streams = self._executor.log.streams({one for same in who.values() for one in same})
        return {
            id: tuple(
                dict.fromkeys(
                    Contact(kind=each.contact_kind, value=each.value) for one in same for each in _ways(streams[one])
                )
            )
            for id, same in who.items()
        }

    def _message(self, recorded: Recorded[Event], event: MessageSent, contacts: tuple[Contact, ...]) -> Outgoing:
        message = OutboundMessage(
            message_id=event.message_id,
            conversation_id=recorded.originator_id,
            customer_id=event.customer_id,
            channel=event.channel,
            contacts=contacts,
            body=event.body,
            language=event.language,
            # As recorded: values that an earlier limit allowed are published, too.
            attachments=tuple(Attachment.model_construct(**dict(each)) for each in event.attachments),
            automatic=event.automatic,
            participant_id=event.participant_id,
        )
        return (
            self._topic,
            recorded.originator_id.encode(),
            message.model_dump_json().encode(),
            headers(recorded, TYPE, event.message_id),
        )


def _ways(stream: Sequence[Recorded[Event]]) -> Iterator[StrangerMet | ContactPointAdded]:
    yield from (recorded.event for recorded in stream if isinstance(recorded.event, StrangerMet))
    yield from points_of(stream)


def _here(envelope: Envelope) -> bool:
    """Whether the reply was made here and now, and still has to be sent."""
    return envelope.occurred_at is None and envelope.client != _IMPORT
