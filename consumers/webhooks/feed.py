"""The subscription of one webhook: what the log has for the endpoint is queued, together with the position."""

from __future__ import annotations

from collections.abc import Sequence

from domain.conversation.events import MessageSent
from domain.kernel.event import Event, Recorded
from domain.message import leaves
from domain.webhook import Webhook, WebhookRetryRequested
from infra.postgres.database import Connection
from infra.webhooks import deliveries


class Feed:
    """The subscription. A replay is its next version, which begins at another position."""

    shard = 0
    shards = 1
    opened = False
    at_once: frozenset[str] = frozenset()

    def __init__(self, webhook: Webhook) -> None:
        self.name = self.orders = webhook.webhook_id
        self.version = webhook.replay
        self._webhook = webhook
        wanted = webhook.events or (MessageSent.stored_name,)
        self.reads = frozenset({*wanted, WebhookRetryRequested.stored_name})

    def take(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> None:
        """Queue what is for the endpoint, in order; let quarantined deliveries wait again where somebody asked."""
        queued: list[tuple[int, str, str]] = []
        for recorded in recorded_events:
            if isinstance(event := recorded.event, WebhookRetryRequested):
                if event.webhook_id == self.name:
                    self._add(connection, queued)
                    queued = []
                    deliveries.release(connection, self.name, event.stream_id)
            elif self._is_for_it(recorded):
                queued.append((recorded.position, recorded.originator_id, recorded.envelope.event_id))
        self._add(connection, queued)

    def announce(self, recorded_events: Sequence[Recorded[Event]], position: int, connection: Connection) -> None:
        """Do nothing: nobody reads what a subscription of a webhook does."""

    def reached_end(self, position: int, connection: Connection) -> bool:
        """Do nothing: nobody waits for the log's end."""
        return True

    def _add(self, connection: Connection, queued: Sequence[tuple[int, str, str]]) -> None:
        if queued:
            deliveries.add(connection, self.name, queued)

    def _is_for_it(self, recorded: Recorded[Event]) -> bool:
        if self._webhook.events:
            return recorded.event.stored_name in self._webhook.events
        sent = recorded.event
        return isinstance(sent, MessageSent) and sent.channel in self._webhook.channels and leaves(recorded.envelope)
