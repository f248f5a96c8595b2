"""The bodies of requests about customers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.contract.bodies.contact import ContactBody
from api.contract.bodies.fields import IdText, SentAttachments, SentBody, SentLanguage, SentNumber, SentRemark
from domain import customer
from domain.conversation.interaction import InteractionKind
from domain.customer import ContactKind, Purpose
from domain.customer import Name as CustomerName
from domain.kernel.time import Zone
from domain.kernel.told import ToldByOthers
from domain.kernel.values import Channel, Flag, Frozen, Label, Language, Remark

KNOWN_WORDS = Field(json_schema_extra={"x-known-words": True})
"""What the contract says of a text that is one of some words of the company's."""


class OwnOpening(ToldByOthers):
    """A matter that a customer opens. `order_id`: one of the customer's orders; `order_number`: an order as the
    customer says it. `product_area`: one of those that customers may name (`ANTIPHON_PRODUCT_AREAS`)."""

    asked = frozenset({"kind", "order_id", "product_area"})

    kind: InteractionKind = "inquiry"
    subject: SentRemark | None = None
    body: SentBody
    language: SentLanguage | None = None
    order_id: IdText | None = None
    order_number: SentNumber | None = None
    product_area: Annotated[Label, KNOWN_WORDS] | None = None
    attachments: SentAttachments = ()


class CustomerBody(Frozen):
    """The contact points of a customer; the first known one says who the customer is."""

    contacts: Annotated[tuple[ContactBody, ...], Field(min_length=1, max_length=20, fail_fast=True)]


class NameBody(Frozen):
    """The customer's name; null: none is known. The reason is kept, and not sealed: no personal text."""

    name: CustomerName | None
    reason: Remark


class LanguageBody(Frozen):
    """The language in which the customer writes; null: none is known. The reason is kept, and not sealed: no personal
    text."""

    language: Language | None
    reason: Remark


class SegmentBody(Frozen):
    """The company's own grouping of the customer; null: none. The reason is kept, and not sealed: no personal text."""

    segment: Label | None
    reason: Remark


class Dismissal(Frozen):
    """A proposal about a customer that people looked at, with the other customer, if it names one. The reason is kept,
    and not sealed: no personal text."""

    what: customer.Dismissible
    other_id: IdText | None = None
    reason: Remark


class ContactPointBody(Frozen):
    """A contact point, in any form. The reason is kept, and not sealed: no personal text."""

    kind: ContactKind
    value: CustomerName
    reason: Remark


class MovedContactPoint(ContactPointBody):
    """A contact point, and the customer whose it is now. The reason is kept, and not sealed: no personal text."""

    into: IdText


class SharedContactPoint(ContactPointBody):
    """A contact point, and whether several people use it. The reason is kept, and not sealed: no personal text."""

    shared: Flag = True


class Preferences(Frozen):
    """How a customer wants to be reached. None leaves it to the company. `quiet`: only about what they asked."""

    channel: Channel | None = None
    language: Language | None = None
    quiet: Flag = False


class ZoneBody(Frozen):
    """The time zone in which a customer lives, by its name in the IANA database; null: none is known, and the
    company's counts."""

    zone: Zone | None


class ConsentBody(Frozen):
    """Whether a customer consents to one purpose, a word of the company's own."""

    purpose: Purpose
    given: Flag

    def command(self, customer_id: str) -> customer.CustomerCommand:
        """The command for this body."""
        command = customer.GiveConsent if self.given else customer.WithdrawConsent
        return command(customer_id=customer_id, purpose=self.purpose)
