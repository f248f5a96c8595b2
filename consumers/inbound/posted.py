"""What a gateway posts to us, signed by the Standard Webhooks specification, is taken in as from a topic."""

from __future__ import annotations

from contextlib import suppress

from pydantic_core import to_json

from commands.executor.executor import CommandExecutor
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
_OTHERWISE = "inbound.messages.v1"


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
            _check_channel(webhook, received)
            try:
                take_in(self._executor, received)
            except TimeAhead:
                take_in(self._executor, received, however_far_ahead=True)
        except Exception as error:
            refusal = dead_letter_refusal(error)
            self._letters.add([(received, refusal)])
            return refusal.code
        return None


def _received(webhook: Webhook, id: str, body: bytes) -> Received:
    """The post as a record of the topic of its type; as it came, where it is none."""
    told, kind, value, key = None, "", body, None
    with suppress(ValueError):
        told = strict_json.decoded(body)
    if isinstance(told, dict) and isinstance(told.get("data"), dict):
        kind, value = str(told.get("type", "")), to_json(told["data"])
    topic = _TOPICS.get(kind, _OTHERWISE)
    head = {
        "ce_specversion": "1.0",
        "ce_type": kind or "none",
        "ce_source": f"/webhooks/{webhook.webhook_id}",
        "ce_id": id,
    }
    headers = [(name, text.encode()[:500]) for name, text in head.items()]
    unkeyed = Received(topic, NO_PARTITION, 0, key, value, headers)
    try:
        key = TYPES[topic][1].validate_python(strict_json.decoded(value)).key.encode()
    except ValueError:  # whoever reads it says what is wrong
        return unkeyed
    return Received(topic, NO_PARTITION, 0, key, value, headers)


def _check_channel(webhook: Webhook, received: Received) -> None:
    """Check that the post is about a channel of its webhook. Raises Refusal `forbidden`, and as `read`."""
    message, _ = read(received)
    if isinstance(message, InboundMessage) and as_channel(message.channel) in webhook.channels:
        return
    if isinstance(message, InboundDelivery) and webhook.channels:
        return
    raise Refusal("forbidden", f"this webhook brings messages and reports of {', '.join(webhook.channels) or 'none'}")
