"""The integration events of strangers, without anything that identifies a person."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import CustomerId, StrangerId
from domain import stranger


class StrangerMet(Message, of=stranger.StrangerMet):
    """Somebody who is no customer wrote in a customer's conversation; the event does not say from which address."""

    stranger_id: StrangerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]


class StrangerNamed(Message, of=stranger.StrangerNamed):
    """A later message told the stranger's name; the event does not say which."""

    stranger_id: StrangerId


class StrangerMerged(Message, of=stranger.StrangerMerged):
    """The stranger turned out to be a customer, or became one."""

    stranger_id: StrangerId
    into: CustomerId


class StrangerSeparated(Message, of=stranger.StrangerSeparated):
    """A merge was undone."""

    stranger_id: StrangerId
    out_of: CustomerId


class StrangerLeftApart(Message, of=stranger.StrangerLeftApart):
    """Somebody looked at whether the stranger and `other_id` are one person, and leaves them apart."""

    stranger_id: StrangerId
    other_id: CustomerId | StrangerId


class StrangerErased(Message, of=stranger.StrangerErased):
    """The stranger was erased: subscribers erase what they keep of the stranger, too."""

    stranger_id: StrangerId
