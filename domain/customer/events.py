"""The events of a customer. Texts are sealed under a key of the customer's own, destroyed on erasure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from domain.customer.contact_point import ContactKind
from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.personal import Personal
from domain.kernel.text import Text

Dismissible = Literal["same-person", "two-people"]
"""What people are asked to decide about customers: whether two are one person, and whether one is two people."""


class Registered(Event, name="customer.registered", published_as="customers.v1"):
    """The company heard of a customer for the first time."""

    customer_id: str
    name: Annotated[Text | None, Personal("customer_id")] = None
    language: str | None = None
    segment: Text | None = None


class ContactPointAdded(Event, name="customer.contact-point-added", published_as="customers.v1"):
    """A contact point of the customer became known. `compared`: the form in which it was compared with others
    (`domain.customer.contact_point`); former releases recorded none."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    customer_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("customer_id")]
    compared: Annotated[Text | None, Personal("customer_id")] = None


class NameChanged(Event, name="customer.name-changed", published_as="customers.v1"):
    """The customer's name became known or was put right; None: the company knows none."""

    customer_id: str
    name: Annotated[Text | None, Personal("customer_id")] = None


class LanguageChanged(Event, name="customer.language-changed", published_as="customers.v1"):
    """The language in which the customer writes was put right. (`PreferencesChosen` is what the customer chose.)"""

    customer_id: str
    language: str | None


class SegmentChanged(Event, name="customer.segment-changed", published_as="customers.v1"):
    """The company's own grouping of the customer changed."""

    customer_id: str
    segment: Text | None


class ContactPointRemoved(Event, name="customer.contact-point-removed", published_as="customers.v1"):
    """A contact point is the customer's no longer: it never was, or somebody else has it by now. `value`: as it was
    recorded when it was added."""

    wipes = True

    customer_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("customer_id")]


class ContactPointShared(Event, name="customer.contact-point-shared", published_as="customers.v1"):
    """Several people use this contact point of the customer's, so that nobody is known by it; or (`shared` is False)
    the customer alone does. `value`: as it was recorded when it was added."""

    customer_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("customer_id")]
    shared: bool


class ContactPointFailed(Event, name="customer.contact-point-failed", published_as="customers.v1"):
    """A reply to this contact point of the customer's did not arrive. `value`: as it was recorded when it was added.
    `code`: why, as the receipt of `message_id` has it. `in_a_row`: how many did not arrive in a row, with this one.
    `failing`: from now on, or from before, the contact point counts as one that fails."""

    customer_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("customer_id")]
    conversation_id: str
    message_id: str
    code: str
    in_a_row: int
    failing: bool


class ContactPointCleared(Event, name="customer.contact-point-cleared", published_as="customers.v1"):
    """A contact point of the customer's counts no longer as one that fails, nor do its failures so far: a later reply,
    `message_id`, arrived; or a person said so, or took the contact point away (None). `conversation_ids`: where replies
    did not arrive while it counted as failing."""

    customer_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("customer_id")]
    conversation_ids: tuple[str, ...] = ()
    message_id: str | None = None


class ContactPointContested(Event, name="customer.contact-point-contested", published_as="customers.v1"):
    """Somebody was told of with a contact point of this customer's and one of `other_id`'s, and taken for this one:
    perhaps the two are one person. People decide."""

    customer_id: str
    contact_kind: ContactKind
    other_id: str


class ContactPointCompared(Event, name="customer.contact-point-compared", published_as="customers.v1"):
    """A contact point of the customer was compared by the present rules: its form is `compared` from now on. A former
    release recorded none, or phone numbers are of another region by now. `value`: as it was recorded when it was
    added."""

    customer_id: str
    contact_kind: ContactKind
    value: Annotated[Text, Personal("customer_id")]
    compared: Annotated[Text, Personal("customer_id")]


class WordsContested(Event, name="customer.words-contested", published_as="customers.v1"):
    """A former release took other contact points for one of the customer's, so that somebody else's words may be among
    the customer's. `other_id`: who has such another contact point, where that is known. People decide."""

    customer_id: str
    contact_kind: ContactKind
    other_id: str | None = None


class ProposalDismissed(Event, name="customer.proposal-dismissed", published_as="customers.v1"):
    """People looked at a proposal about the customer, and leave everything as it is. `same-person`: the customer and
    `other_id` are two people. `two-people`: the words of the customer's record are the customer's."""

    customer_id: str
    what: Dismissible
    other_id: str | None = None


class PreferencesChosen(Event, name="customer.preferences-chosen", published_as="customers.v1"):
    """The customer chose how to be reached; None leaves it to the company. `quiet`: only about what they asked."""

    customer_id: str
    channel: str | None
    language: str | None
    quiet: bool


class ZoneChanged(Event, name="customer.zone-changed", published_as="customers.v1"):
    """The time zone in which the customer lives became known or was put right; None: none is known. Quiet hours go by
    it."""

    customer_id: str
    zone: Text | None


class ConsentGiven(Event, name="customer.consent-given", published_as="customers.v1"):
    """The customer consented to one purpose."""

    customer_id: str
    purpose: str


class ConsentWithdrawn(Event, name="customer.consent-withdrawn", published_as="customers.v1"):
    """The customer refused or withdrew the consent to one purpose."""

    customer_id: str
    purpose: str


class Erased(Event, name="customer.erased", published_as="customers.v1"):
    """The customer was erased: the key is destroyed, and every view wipes the customer's text."""

    keeps_reason = True
    wipes = True

    customer_id: str


class CustomerMerged(Event, name="customer.merged", published_as="customers.v1"):
    """The customer turned out to be the same person as `into`, and is shown there from then on."""

    customer_id: str
    into: str


class CustomersJoined(Event, name="customer.joined", published_as="customers.v1"):
    """The other side of a merge: `part_id`, a customer or a stranger, is shown with this customer."""

    customer_id: str
    part_id: str


class CustomerSeparated(Event, name="customer.separated", published_as="customers.v1"):
    """A merge was undone: the customer and `out_of` are two people."""

    customer_id: str
    out_of: str


class Parted(Event, name="customer.parted", published_as="customers.v1"):
    """The other side of an undone merge: `part_id` is shown with this customer no longer."""

    customer_id: str
    part_id: str


class MergeReliedOn(Event, name="customer.merge-relied-on", published_as="customers.v1"):
    """A conversation was merged into another one across this customer's own merge: because of it, both are one
    person's. While the conversation is merged, so is the customer."""

    customer_id: str
    conversation_id: str
    into: str


class MergeReleased(Event, name="customer.merge-released", published_as="customers.v1"):
    """The conversation that relied on this customer's merge was separated."""

    customer_id: str
    conversation_id: str


CustomerEvent = (
    Registered | NameChanged | LanguageChanged | SegmentChanged
    | ContactPointAdded | ContactPointRemoved | ContactPointShared | ContactPointContested
    | ContactPointFailed | ContactPointCleared
    | ContactPointCompared | WordsContested | ProposalDismissed
    | PreferencesChosen | ZoneChanged | ConsentGiven | ConsentWithdrawn | Erased
    | CustomerMerged | CustomersJoined | CustomerSeparated | Parted | MergeReliedOn | MergeReleased
)  # fmt: skip
