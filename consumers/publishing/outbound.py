"""The publisher of replies to gateways, with text and destination: the one topic that carries text.

Only replies made here are published. Replies that an import or a gateway reported with a time have reached the customer
some other way; and so has everything that was in the log before the first start with Kafka.
"""

from __future__ import annotations

from collections.abc import Sequence

from commands.conversation.outbound import TYPE, Replies
from commands.executor.executor import CommandExecutor
from consumers.publishing.cloudevents import headers
from consumers.publishing.publisher import Outgoing, Publisher
from domain.conversation.events import MessageSent
from domain.kernel.event import Event, Recorded
from infra.kafka.clients import Kafka
from infra.postgres.database import Database
from infra.subscriptions.lease import begin_at_end

NAME, VERSION = "outbound", 1
TOPIC = "outbound.messages.v1"


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
        self._replies = Replies(executor)

    def _messages(self, recorded_events: Sequence[Recorded[Event]]) -> Sequence[Outgoing]:
        return [
            (
                self._topic,
                recorded.originator_id.encode(),
                message.model_dump_json().encode(),
                headers(recorded, TYPE, message.message_id),
            )
            for recorded, message in self._replies.leaving(recorded_events)
        ]
