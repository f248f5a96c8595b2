"""What a gateway posts to us, signed by the Standard Webhooks specification, is taken in as from a topic."""

from __future__ import annotations

import json
from contextlib import suppress

from commands.executor.executor import CommandExecutor
from commands.message import channel_of
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.messages import MAJOR, TYPES, InboundDelivery, InboundMessage, Received, read
from consumers.inbound.refused import dead_letter_refusal
from consumers.inbound.taking_in import take_in
from domain.conversation.as_sent import as_channel
from domain.kernel.refusal import Refusal, TimeAhead
from domain.webhook import Webhook
from infra import strict_json

NO_PARTITION = -1
"""The partition of a dead letter that came over HTTP."""
_TOPICS = {f"{type_}.v{MAJOR}": topic for topic, (type_, _) in TYPES.items()}
MESSAGES = "inbound.messages.v1"


class PostedInbound:
    """Takes in posts, once however often each comes. Thread-safe."""

    def __init__(self, executor: CommandExecutor) -> None:
        self._executor = executor
        self._letters = DeadLetters(executor)

    def take(self, webhook: Webhook, id: str, body: bytes) -> str | None:
        """Take in a post whose signature was checked, or keep it as a dead letter: then the answer is its code. Raises
        Overloaded, OutcomeUnknown: it has to come again."""
        received = _received(webhook, id, body)
        try:
            self._check_channel(webhook, received)
            try:
                take_in(self._executor, received)
            except TimeAhead:
                take_in(self._executor, received, however_far_ahead=True)
        except Exception as error:
            refusal = dead_letter_refusal(error)
            self._letters.add([(received, refusal)])
            return refusal.code
        return None

    def _check_channel(self, webhook: Webhook, received: Received) -> None:
        """Check that the post is about a channel of its webhook. Raises Refusal `forbidden`, and as `read`."""
        message, _ = read(received)
        match message:
            case InboundMessage():
                channel: str | None = as_channel(message.channel)
            case InboundDelivery():
                channel = channel_of(self._executor, message.conversation_id, message.message_id)
                if channel is None and webhook.channels:
                    return  # there is no such message, and whoever takes the report in says so
            case _:
                channel = None
        if channel not in webhook.channels:
            only = ", ".join(webhook.channels) or "none"
            raise Refusal("forbidden", f"this webhook brings messages and reports of {only}")


def _received(webhook: Webhook, id: str, body: bytes) -> Received:
    """The post as a record of the topic of its type; as it came, where it is none."""
    told, kind, value, key = None, "", body, None
    with suppress(ValueError):
        told = strict_json.decoded(body)
    if isinstance(told, dict) and isinstance(told.get("data"), dict):
        kind, data = str(told.get("type", "")), told["data"]
        if _TOPICS.get(kind) == MESSAGES and data.get("message_id") is None:
            data = data | {"message_id": id}  # whoever has no id of the message names the post
        with suppress(RecursionError):
            value = json.dumps(data).encode()  # in ASCII, which also writes half of a surrogate pair as it came
    topic = _TOPICS.get(kind, MESSAGES)
    head = {
        "ce_specversion": "1.0",
        "ce_type": kind or "none",
        "ce_source": f"/webhooks/{webhook.webhook_id}",
        "ce_id": id,
    }
    headers = [(name, text.encode(errors="replace")[:500]) for name, text in head.items()]
    unkeyed = Received(topic, NO_PARTITION, 0, key, value, headers)
    try:
        key = TYPES[topic][1].validate_python(strict_json.decoded(value)).key.encode()
    except ValueError:  # whoever reads it says what is wrong
        return unkeyed
    return Received(topic, NO_PARTITION, 0, key, value, headers)
