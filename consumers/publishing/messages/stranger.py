"""The integration events of strangers, without anything that identifies a person."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import StrangerId
from domain import stranger


class StrangerMet(Message, of=stranger.StrangerMet):
    """Somebody who is no customer wrote in a customer's conversation; the event does not say from which address."""

    stranger_id: StrangerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]


class StrangerErased(Message, of=stranger.StrangerErased):
    """The stranger was erased: subscribers erase what they keep of the stranger, too."""

    stranger_id: StrangerId
