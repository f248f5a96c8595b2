"""What a customer decides: taken up once, merged and separated, forgotten for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain import customer as u
from domain.customer import Customer, decide, evolve, other_side
from tests.support.given import Aggregate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
customer = Aggregate[Customer](evolve, lambda state, command: decide(state, command, NOW))
side = Aggregate[Customer](evolve, other_side)
"""of the other one, to whom a merge happens too"""
ADA: dict[str, Any] = {"customer_id": "customer-ada"}
REGISTERED = u.Registered(**ADA, name="Ada", language="en", segment="gold")
ERASED = u.Erased(**ADA)
MERGED = u.CustomerMerged(**ADA, into="customer-bo")
CHOSEN = u.PreferencesChosen(**ADA, channel="chat", language="de", quiet=True)
GIVEN, WITHDRAWN = u.ConsentGiven(**ADA, purpose="surveys"), u.ConsentWithdrawn(**ADA, purpose="surveys")
NAMED: dict[str, Any] = {"name": "Ada", "language": "en", "segment": "gold"}

AFTER = [
    u.AddContactPoint(**ADA, contact_kind="mail", value="ada@example.org"),
    u.ChoosePreferences(**ADA),
    u.ChangeZone(**ADA, zone="Asia/Tokyo"),
    u.GiveConsent(**ADA, purpose="surveys"),
    u.WithdrawConsent(**ADA, purpose="surveys"),
    u.MergeCustomer(**ADA, into="customer-bo"),
    u.SeparateCustomer(**ADA),
]


def test_a_customer_is_taken_up_once_with_what_is_known() -> None:
    customer.given().when(u.RegisterCustomer(**ADA, **NAMED)).then(REGISTERED)
    customer.given(REGISTERED).when(u.RegisterCustomer(**ADA)).then("customer-exists")
    known = Customer(named=True, native_language="en", segment="gold")
    assert customer.given(REGISTERED).state == known


@pytest.mark.parametrize("command", [*AFTER, u.EraseCustomer(**ADA)], ids=lambda command: type(command).__name__)
def test_nothing_is_asked_of_who_was_never_taken_up(command: u.CustomerCommand) -> None:
    customer.given().when(command).then("not-found")
    # What stands before that makes nobody.
    before = [
        ERASED,
        CHOSEN,
        GIVEN,
        WITHDRAWN,
        MERGED,
        u.CustomerSeparated(**ADA, out_of="x"),
        u.CustomersJoined(**ADA, part_id="x"),
    ]
    customer.given(*before, u.Parted(**ADA, part_id="x")).when(command).then("not-found")


@pytest.mark.parametrize("command", [*AFTER, u.RegisterCustomer(**ADA)], ids=lambda command: type(command).__name__)
def test_nothing_is_said_of_who_was_forgotten(command: u.CustomerCommand) -> None:
    customer.given(REGISTERED, ERASED).when(command).then("customer-erased")


def test_a_customer_is_forgotten_once() -> None:
    customer.given(REGISTERED).when(u.EraseCustomer(**ADA)).then(ERASED)
    customer.given(REGISTERED, ERASED).when(u.EraseCustomer(**ADA)).then()


def test_each_contact_point_is_noted() -> None:
    added = u.ContactPointAdded(**ADA, contact_kind="mail", value="ada@example.org")
    customer.given(REGISTERED).when(AFTER[0]).then(added)
    assert customer.given(REGISTERED, added).state == customer.given(REGISTERED).state


@pytest.mark.parametrize(
    "other", [{"channel": "mail"}, {"language": "en"}, {"quiet": False}, {"channel": None, "language": None}]
)
def test_preferences_are_recorded_where_any_of_them_changes(other: dict[str, Any]) -> None:
    wish: dict[str, Any] = {"channel": "chat", "language": "de", "quiet": True}
    customer.given(REGISTERED).when(u.ChoosePreferences(**ADA, **wish)).then(CHOSEN)
    customer.given(REGISTERED, CHOSEN).when(u.ChoosePreferences(**ADA, **wish)).then()
    changed = u.PreferencesChosen(**ADA, **(wish | other))
    customer.given(REGISTERED, CHOSEN).when(u.ChoosePreferences(**ADA, **(wish | other))).then(changed)
    customer.given(REGISTERED).when(u.ChoosePreferences(**ADA)).then()


def test_a_time_zone_is_recorded_where_it_changes() -> None:
    there, nowhere = u.ChangeZone(**ADA, zone="Asia/Tokyo"), u.ChangeZone(**ADA, zone=None)
    moved = u.ZoneChanged(**ADA, zone="Asia/Tokyo")
    customer.given(REGISTERED).when(there).then(moved)
    customer.given(REGISTERED, moved).when(there).then()
    customer.given(REGISTERED, moved).when(nowhere).then(u.ZoneChanged(**ADA, zone=None))
    assert customer.given(REGISTERED, moved).state == Customer(
        named=True, native_language="en", segment="gold", zone="Asia/Tokyo"
    )


def test_a_consent_is_recorded_where_it_changes_each_purpose_by_itself() -> None:
    give, withdraw = u.GiveConsent(**ADA, purpose="surveys"), u.WithdrawConsent(**ADA, purpose="surveys")
    customer.given(REGISTERED).when(give).then(GIVEN)
    customer.given(REGISTERED).when(withdraw).then(WITHDRAWN)  # refused, though nobody asked
    customer.given(REGISTERED, GIVEN).when(give).then()
    customer.given(REGISTERED, GIVEN).when(withdraw).then(WITHDRAWN)
    customer.given(REGISTERED, GIVEN, WITHDRAWN).when(withdraw).then()
    other = u.ConsentGiven(**ADA, purpose="newsletter")
    both = customer.given(REGISTERED, other, WITHDRAWN)
    both.when(u.GiveConsent(**ADA, purpose="newsletter")).then()
    both.when(give).then(GIVEN)


def test_a_merge_is_refused_with_oneself_and_twice() -> None:
    customer.given(REGISTERED).when(u.MergeCustomer(**ADA, into="customer-bo")).then(MERGED)
    customer.given(REGISTERED).when(u.MergeCustomer(**ADA, into="customer-ada")).then("merge-with-itself")
    customer.given(REGISTERED, MERGED).when(u.MergeCustomer(**ADA, into="customer-cy")).then("merged-already")


def test_a_merge_is_taken_back_once() -> None:
    separated = u.CustomerSeparated(**ADA, out_of="customer-bo")
    customer.given(REGISTERED).when(u.SeparateCustomer(**ADA)).then("not-merged")
    customer.given(REGISTERED, MERGED).when(u.SeparateCustomer(**ADA)).then(separated)
    customer.given(REGISTERED, MERGED, separated).when(u.SeparateCustomer(**ADA)).then("not-merged")


BO = u.Registered(customer_id="customer-bo")
JOINED = u.CustomersJoined(customer_id="customer-bo", part_id="customer-ada")
PARTED = u.Parted(customer_id="customer-bo", part_id="customer-ada")


def test_the_other_side_of_a_merge_is_somebody_who_stands_for_themselves() -> None:
    side.given(BO).when(MERGED).then(JOINED)
    side.given().when(MERGED).then("not-found")
    side.given(BO, u.Erased(customer_id="customer-bo")).when(MERGED).then("customer-erased")
    side.given(BO, u.CustomerMerged(customer_id="customer-bo", into="customer-cy")).when(MERGED).then("target-merged")


def test_the_other_side_of_a_separation_hears_of_it() -> None:
    separated = u.CustomerSeparated(**ADA, out_of="customer-bo")
    side.given(BO, JOINED).when(separated).then(PARTED)
    side.given().when(separated).then("not-found")
    side.given(BO, u.Erased(customer_id="customer-bo")).when(separated).then("customer-erased")
    merged = u.CustomerMerged(customer_id="customer-bo", into="customer-cy")
    side.given(BO, JOINED, merged).when(separated).then(PARTED)


def test_parts_come_and_go() -> None:
    more = u.CustomersJoined(customer_id="customer-bo", part_id="customer-cy")
    both = side.given(BO, JOINED, more).state
    one = side.given(BO, JOINED, more, PARTED).state
    assert both is not None
    assert one is not None
    assert both.parts == frozenset({"customer-ada", "customer-cy"})
    assert one.parts == frozenset({"customer-cy"})
