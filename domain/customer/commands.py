"""The commands of a customer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.customer.contact_point import ContactKind
from domain.customer.events import Dismissible
from domain.kernel.text import Text
from domain.kernel.time import Zone
from domain.kernel.values import LATER, Channel, Frozen, Label, Language

NAME_CHARACTERS = 500
Name = Annotated[Text, Field(min_length=1, max_length=NAME_CHARACTERS)]
"""A person's name, an address or a number, as the person gave it."""
Purpose = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[a-z][a-z0-9_-]*$")]
"""What a consent is for, in the company's own word: `newsletter`, `surveys`. Lower case, so that each has one
spelling."""


class CustomerCommand(Frozen):
    """A command about one customer. Whoever registers the customer draws the id."""

    customer_id: str


class RegisterCustomer(CustomerCommand):
    """Register a customer, with the contact points known so far."""

    name: Name | None = None
    language: Language | None = None
    segment: Label | None = None


class ChangeName(CustomerCommand):
    """Set or change the name; None: none is known."""

    name: Name | None


class ChangeLanguage(CustomerCommand):
    """Set or change the language in which the customer writes."""

    language: Language | None


class ChangeSegment(CustomerCommand):
    """Set or change the company's own grouping of the customer."""

    segment: Label | None


class AddContactPoint(CustomerCommand):
    """Add a contact point. `compared`: the form in which it is compared with others."""

    contact_kind: ContactKind
    value: Name
    compared: Annotated[Text | None, LATER] = None


class RemoveContactPoint(CustomerCommand):
    """Take a contact point away from the customer. Whoever writes from there is somebody new."""

    contact_kind: ContactKind
    value: Name


class MoveContactPoint(CustomerCommand):
    """Give a contact point of the customer to another one, `into`, such as a number that has a new owner."""

    contact_kind: ContactKind
    value: Name
    into: str


class ShareContactPoint(CustomerCommand):
    """Mark a contact point of the customer as one that several people use, or (`shared` is False) undo that."""

    contact_kind: ContactKind
    value: Name
    shared: bool = True


class ClearContactPoint(CustomerCommand):
    """Let a contact point of the customer count as one that fails no longer: somebody knows that it works."""

    contact_kind: ContactKind
    value: Name


class CompareContactPoints(CustomerCommand):
    """Compare the customer's contact points by the present rules, where they were compared otherwise."""


class DismissProposal(CustomerCommand):
    """Leave everything as it is: the customer and `other_id` are two people (`same-person`), or the words of the
    customer's record are the customer's, and not `other_id`'s or somebody unknown's (`two-people`)."""

    what: Dismissible
    other_id: str | None = None


class ChoosePreferences(CustomerCommand):
    """Choose how to be reached. All former choices are replaced."""

    channel: Channel | None = None
    language: Language | None = None
    quiet: bool = False


class ChangeZone(CustomerCommand):
    """Set or change the time zone in which the customer lives; None: none is known, and the company's counts."""

    zone: Zone | None


class GiveConsent(CustomerCommand):
    """Consent to one purpose."""

    purpose: Purpose


class WithdrawConsent(CustomerCommand):
    """Refuse or withdraw the consent to one purpose, given before or not."""

    purpose: Purpose


class EraseCustomer(CustomerCommand):
    """Erase the person. What happened still counts. `requested_by`: the customer or stranger who asked for it."""

    requested_by: Annotated[str | None, LATER] = None


class MergeCustomer(CustomerCommand):
    """Merge the customer with another, who is the same person. Both streams stay as they are."""

    into: str


class SeparateCustomer(CustomerCommand):
    """Undo a merge: the two are not the same person."""
