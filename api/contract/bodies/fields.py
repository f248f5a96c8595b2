"""The fields that bodies of several subjects have: ids, what a customer sent, and when it happened."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.edge.parts import ID
from commands.executor.context import Context, happened
from domain.conversation.as_sent import MOST_SENT, OF_ANY_LENGTH, SentAttachment
from domain.conversation.inline_files import DeliveredAttachment
from domain.conversation.interaction import BODY_CHARACTERS
from domain.customer.commands import NAME_CHARACTERS
from domain.kernel.adjusted import BROUGHT_INTO_FORM, Sent, cut_at
from domain.kernel.time import TimePrecision, WrittenDayOrInstant
from domain.kernel.values import REMARK_CHARACTERS, Reported
from domain.order.limits import NUMBER_CHARACTERS

IdText = Annotated[str, Field(pattern=ID)]

# What a customer sent is not refused for its form (`domain/conversation/as_sent.py`).
SentBody = Annotated[Sent, cut_at(BODY_CHARACTERS)]
SentRemark = Annotated[Sent, cut_at(REMARK_CHARACTERS)]
SentName = Annotated[Sent, cut_at(NAME_CHARACTERS)]
SentContact = Annotated[Sent, BROUGHT_INTO_FORM]
SentContactKind = Annotated[Sent, BROUGHT_INTO_FORM]
SentKind = Annotated[Sent, BROUGHT_INTO_FORM]
SentChannel = Annotated[Sent, BROUGHT_INTO_FORM]
SentNumber = Annotated[Sent, cut_at(NUMBER_CHARACTERS)]
SentLanguage = Annotated[Sent, BROUGHT_INTO_FORM]
SentArea = Annotated[Sent, BROUGHT_INTO_FORM]
SentAttachments = Annotated[tuple[SentAttachment, ...], Field(max_length=MOST_SENT, fail_fast=True)]
DeliveredAttachments = Annotated[tuple[DeliveredAttachment, ...], Field(max_length=MOST_SENT, fail_fast=True)]
SentId = Annotated[Sent, OF_ANY_LENGTH]
"""An id in the channel, of any length. One that a channel can have is kept, sealed, and told with answers."""
SentThread = Annotated[Sent, Field(json_schema_extra={"x-of-any-length": True})]
"""The channel's id of an exchange, of any length; one in which nothing can be seen is none."""


class Dated(Reported):
    """When it happened, if the caller knows better than the log. A date means that day in the company's zone."""

    occurred_at: WrittenDayOrInstant | None = None
    time_precision: TimePrecision = "exact"

    def dated(self, context: Context, zone: str) -> Context:
        """The context of the command, with the time that this body gives."""
        return happened(context, self.occurred_at, self.time_precision, zone)
