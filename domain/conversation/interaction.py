"""Interactions: what the customer brings (an inquiry, a complaint, an order, feedback). Kept in the conversation's
stream."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.personal import Personal
from domain.kernel.text import Text
from domain.kernel.values import LATER, WRITTEN, RecordedValue, Remark, Whole

InteractionKind = Literal["inquiry", "complaint", "order", "feedback"]

BODY_CHARACTERS = 100_000
ID_CHARACTERS = 200
TYPE_CHARACTERS = 255
MOST_ATTACHMENTS = 50
"""How many attachments a message shows."""
Body = Annotated[Text, Field(min_length=1, max_length=BODY_CHARACTERS), WRITTEN]
"""What somebody says."""


CONTENT_ID = r"^content-[0-9a-f]{64}$"


class RecordedAttachment(RecordedValue):
    """An attachment in events. `size`, `sha256`: None where the sender told none. `content_id`: the file itself, where
    the company keeps it."""

    # Older versions of the events have not sealed id and type (`Event.sealed_since`).
    id: Annotated[Text, Personal("customer_id", rather="participant_id")]
    name: Annotated[Text, Personal("customer_id", rather="participant_id")]
    type: Annotated[Text, Personal("customer_id", rather="participant_id")]
    size: Whole | None
    sha256: str | None
    content_id: Annotated[str | None, LATER] = None


class Attachment(RecordedAttachment):
    """A file that goes with a message: name, type, `size` in bytes, `sha256` in hex. `content_id`: the file itself,
    where it was sent before; without one, the file is named only."""

    id: Annotated[Text, Field(max_length=ID_CHARACTERS)]
    name: Remark
    type: Annotated[Text, Field(max_length=TYPE_CHARACTERS)]
    size: Whole = Field(ge=0, lt=2**63)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    content_id: Annotated[str | None, Field(pattern=CONTENT_ID), LATER] = None


Attachments = Annotated[tuple[Attachment, ...], Field(max_length=MOST_ATTACHMENTS, fail_fast=True)]
