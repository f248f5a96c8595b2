"""The integration events of customers, without anything that identifies a person."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import (
    Channel,
    ConversationId,
    CustomerId,
    Label,
    Language,
    MessageId,
    ParticipantId,
    Yes,
)
from domain import customer


class CustomerRegistered(Message, of=customer.Registered):
    """The company heard of a customer for the first time."""

    customer_id: CustomerId
    language: Language | None
    segment: Label | None


class ContactPointAdded(Message, of=customer.ContactPointAdded):
    """A contact point of the customer became known; the event does not say which."""

    customer_id: CustomerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]


class NameChanged(Message, of=customer.NameChanged):
    """The customer's name became known or was put right; the event does not say which."""

    customer_id: CustomerId


class LanguageChanged(Message, of=customer.LanguageChanged):
    """The language in which the customer writes was put right; null: none is known."""

    customer_id: CustomerId
    language: Language | None


class SegmentChanged(Message, of=customer.SegmentChanged):
    """The company's own grouping of the customer changed."""

    customer_id: CustomerId
    segment: Label | None


class ContactPointRemoved(Message, of=customer.ContactPointRemoved):
    """A contact point is the customer's no longer; the event does not say which."""

    customer_id: CustomerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]


class ContactPointShared(Message, of=customer.ContactPointShared):
    """Several people use a contact point of the customer's, or the customer alone again; the event does not say which
    contact point."""

    customer_id: CustomerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]
    shared: Yes


class ContactPointFailed(Message, of=customer.ContactPointFailed):
    """A reply to a contact point of the customer's did not arrive; the event does not say which contact point.
    `failing`: it counts as one that fails."""

    customer_id: CustomerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]
    conversation_id: ConversationId
    message_id: MessageId
    code: Annotated[str, Field(examples=["bounced-5-1-1"])]
    in_a_row: Annotated[int, Field(ge=1, examples=[1])]
    failing: Yes


class ContactPointCleared(Message, of=customer.ContactPointCleared):
    """A contact point of the customer's counts no longer as one that fails; the event does not say which one.
    `message_id`: the reply that arrived there; null where a person said so."""

    customer_id: CustomerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]
    message_id: MessageId | None


class ContactPointContested(Message, of=customer.ContactPointContested):
    """Somebody was told of with a contact point of the customer's and one of another's: perhaps they are one person."""

    customer_id: CustomerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]
    other_id: CustomerId


class PreferencesChosen(Message, of=customer.PreferencesChosen):
    """The customer chose how to be reached; null leaves it to the company."""

    customer_id: CustomerId
    channel: Channel | None
    language: Language | None
    quiet: Yes


class ZoneChanged(Message, of=customer.ZoneChanged):
    """The time zone in which the customer lives became known or was put right; null: none is known."""

    customer_id: CustomerId
    zone: Annotated[str | None, Field(examples=["Europe/Berlin"])]


class ConsentGiven(Message, of=customer.ConsentGiven):
    """The customer consented to one purpose."""

    customer_id: CustomerId
    purpose: Annotated[str, Field(examples=["newsletter"])]


class ConsentWithdrawn(Message, of=customer.ConsentWithdrawn):
    """The customer refused or withdrew the consent to one purpose."""

    customer_id: CustomerId
    purpose: Annotated[str, Field(examples=["newsletter"])]


class CustomerErased(Message, of=customer.Erased):
    """The customer was erased: subscribers erase what they keep of the customer, too."""

    customer_id: CustomerId


class CustomerMerged(Message, of=customer.CustomerMerged):
    """The customer turned out to be the same person as another."""

    customer_id: CustomerId
    into: CustomerId


class CustomerJoined(Message, of=customer.CustomersJoined):
    """The other side of a merge: `part_id`, a customer or a stranger, is shown with this customer."""

    customer_id: CustomerId
    part_id: ParticipantId


class CustomerSeparated(Message, of=customer.CustomerSeparated):
    """A merge was undone."""

    customer_id: CustomerId
    out_of: CustomerId


class CustomerParted(Message, of=customer.Parted):
    """The other side of an undone merge."""

    customer_id: CustomerId
    part_id: ParticipantId


class MergeReliedOn(Message, of=customer.MergeReliedOn):
    """A conversation was merged into another one because the customer was merged: while the conversation is, so is the
    customer."""

    customer_id: CustomerId
    conversation_id: ConversationId
    into: ConversationId


class MergeReleased(Message, of=customer.MergeReleased):
    """The conversation that relied on the customer's merge was separated."""

    customer_id: CustomerId
    conversation_id: ConversationId
