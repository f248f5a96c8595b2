"""How bodies name a contact point."""

from __future__ import annotations

from api.contract.bodies.fields import SentContact, SentContactKind, SentName
from domain.customer import ContactKind
from domain.customer import Name as CustomerName
from domain.kernel.told import ToldByOthers
from domain.kernel.values import Frozen, Reported


class ContactBody(Reported):
    """A way to reach a customer; `name` is taken where none is known."""

    kind: ContactKind
    value: CustomerName
    name: CustomerName | None = None


class SenderBody(ToldByOthers):
    """The contact point from which a message came. `kind`: `mail`, `phone`, `handle` or `account`; a contact point of
    any other kind is taken for a handle. `name` is taken where none is known. Nobody is known by an empty value:
    whoever begins a thread is a new customer, and in a known thread its customer speaks."""

    kind: SentContactKind
    value: SentContact
    name: SentName | None = None


class ChosenContactBody(Frozen):
    """One of the contact points of whoever is answered, in any form."""

    kind: ContactKind
    value: CustomerName
