"""Customers: the people who write to the company."""

from __future__ import annotations

from domain.customer.commands import (
    AddContactPoint,
    ChoosePreferences,
    CustomerCommand,
    EraseCustomer,
    GiveConsent,
    MergeCustomer,
    Name,
    Purpose,
    RegisterCustomer,
    SeparateCustomer,
    WithdrawConsent,
)
from domain.customer.contact_point import (
    ContactKind,
)
from domain.customer.decisions import (
    decide,
    other_side,
    with_stranger,
)
from domain.customer.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactPointAdded,
    CustomerEvent,
    CustomerMerged,
    CustomerSeparated,
    CustomersJoined,
    Erased,
    MergeReleased,
    MergeReliedOn,
    Parted,
    PreferencesChosen,
    Registered,
)
from domain.customer.state import (
    CUSTOMER,
    Customer,
    evolve,
)

__all__ = [
    "CUSTOMER",
    "AddContactPoint",
    "ChoosePreferences",
    "ConsentGiven",
    "ConsentWithdrawn",
    "ContactKind",
    "ContactPointAdded",
    "Customer",
    "CustomerCommand",
    "CustomerEvent",
    "CustomerMerged",
    "CustomerSeparated",
    "CustomersJoined",
    "EraseCustomer",
    "Erased",
    "GiveConsent",
    "MergeCustomer",
    "MergeReleased",
    "MergeReliedOn",
    "Name",
    "Parted",
    "PreferencesChosen",
    "Purpose",
    "RegisterCustomer",
    "Registered",
    "SeparateCustomer",
    "WithdrawConsent",
    "decide",
    "evolve",
    "other_side",
    "with_stranger",
]
