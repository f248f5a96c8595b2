"""What is published of customers: nothing by which they are known."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from consumers.publishing.messages.base import Message
from consumers.publishing.messages.fields import Channel, CustomerId, Label, Language, Yes
from domain import customer


class CustomerRegistered(Message, of=customer.Registered):
    """The company first heard of this customer."""

    customer_id: CustomerId
    language: Language | None
    segment: Label | None


class ContactPointAdded(Message, of=customer.ContactPointAdded):
    """There is one more way to reach them; which one is not told."""

    customer_id: CustomerId
    contact_kind: Annotated[str, Field(examples=["mail", "phone", "handle", "account"])]


class PreferencesChosen(Message, of=customer.PreferencesChosen):
    """How they want to be reached from now on; null leaves it to the company."""

    customer_id: CustomerId
    channel: Channel | None
    language: Language | None
    quiet: Yes


class ConsentGiven(Message, of=customer.ConsentGiven):
    """They agreed to one purpose."""

    customer_id: CustomerId
    purpose: Annotated[str, Field(examples=["newsletter"])]


class ConsentWithdrawn(Message, of=customer.ConsentWithdrawn):
    """They do not agree to one purpose, or not any more."""

    customer_id: CustomerId
    purpose: Annotated[str, Field(examples=["newsletter"])]


class CustomerErased(Message, of=customer.Erased):
    """They were forgotten: whoever keeps anything of them forgets it, too."""

    customer_id: CustomerId


class CustomerMerged(Message, of=customer.CustomerMerged):
    """They turned out to be the same person as another."""

    customer_id: CustomerId
    into: CustomerId


class CustomerJoined(Message, of=customer.CustomersJoined):
    """The other side of a merge: `part_id` is shown with them."""

    customer_id: CustomerId
    part_id: CustomerId


class CustomerSeparated(Message, of=customer.CustomerSeparated):
    """A merge was taken back."""

    customer_id: CustomerId
    out_of: CustomerId


class CustomerParted(Message, of=customer.Parted):
    """The other side of it."""

    customer_id: CustomerId
    part_id: CustomerId
