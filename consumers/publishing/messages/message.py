"""The integration events of messages on their way to a customer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import ConversationId, CustomerId, MessageId
from domain import message


class DeliveryChanged(Message, of=message.DeliveryChanged):
    """A message to a customer came further: queued, sent, failed, delivered or read."""

    customer_id: CustomerId
    conversation_id: ConversationId
    message_id: MessageId
    state: Annotated[str, Field(examples=["delivered", "queued", "sent", "failed", "read"])]
    code: Annotated[str, Field(examples=["mailbox-full"])] | None
