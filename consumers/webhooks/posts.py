"""What is posted to a webhook: a reply as its gateway gets it, or a published event, in the form of the Standard
Webhooks specification."""

from __future__ import annotations

import json
from dataclasses import dataclass

from commands.conversation.outbound import TYPE, Replies
from commands.executor.executor import CommandExecutor
from consumers.publishing.cloudevents import zulu
from consumers.publishing.messages.catalogue import PUBLISHED, as_message
from domain.kernel.event import Event, Recorded
from domain.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Post:
    """The body of a post. `message_id`: of a reply."""

    body: bytes
    conversation_id: str
    message_id: str | None


class Posts:
    """Makes the bodies. Thread-safe."""

    def __init__(self, executor: CommandExecutor) -> None:
        self._log = executor.log
        self._replies = Replies(executor)

    def made(self, webhook: Webhook, position: int) -> Post | None:
        """What is posted of the event at a position; None where what it would tell of is erased or taken out. Raises
        UnreadableEvent, Overloaded."""
        records = [each for each in self._log.read(position - 1, 1) if each.id == position]
        if webhook.events:
            (recorded,) = self._log.recorded_events(records, opened=False)
            value, _ = as_message(recorded)
            kind = PUBLISHED[recorded.event.stored_name].type_name()
            return Post(_body(recorded, kind, json.loads(value)), recorded.originator_id, None)
        for recorded, message in self._replies.leaving(self._log.recorded_events(records)):
            body = _body(recorded, TYPE, message.model_dump(mode="json"))
            return Post(body, message.conversation_id, message.message_id)
        return None


def _body(recorded: Recorded[Event], kind: str, data: object) -> bytes:
    body = {
        "type": kind,
        "timestamp": zulu(recorded.at),
        "event_id": recorded.envelope.event_id,
        "position": recorded.position,
        "stream_id": recorded.originator_id,
        "stream_version": recorded.originator_version,
        "data": data,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
