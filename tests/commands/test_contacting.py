"""Who contributed to a signal hears of its outcome once: where they said it, in their language, within the budget."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.attention.settling import MOST_IN_ONE
from domain.customer import ChangeZone, ChoosePreferences, GiveConsent, MergeCustomer, SeparateCustomer, WithdrawConsent
from infra.log.application import Log
from tests.support.companies import AGENT
from tests.support.contacting import DAY, NOON, Company, texts
from tests.support.open_work import erase

HOUR = timedelta(hours=1)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def company(log: Log) -> Iterator[Company]:
    company = Company(log)
    company.publish(texts(de="{area}: {theme} ist da.", en="{area}: {theme} is here."))
    yield company
    company.executor.close()


def test_a_contributor_is_told_once_where_how_and_in_which_language(company: Company) -> None:
    # Given
    ada = company.customer()
    there = company.conversation(ada, "de-AT")
    company.owe(ada, 1, there)
    company.owe(ada, 1, there)
    # When
    company.review(ada)
    assert company.said(there) == [], "other outcomes are gathered"
    company.review(ada, DAY)
    company.review(ada, DAY)
    # Then
    (sent,) = company.said(there)
    assert (sent.body, sent.channel, sent.language) == ("frames: theme-1 ist da.", "mail", "de-AT")
    assert sent.automatic
    assert company.attention(ada).contacts == (NOON + DAY,)
    assert not company.attention(ada).waiting
    company.owe(ada, 1, there)
    company.review(ada, 3 * DAY)
    assert len(company.said(there)) == 1


def test_several_outcomes_within_the_window_are_one_message(company: Company) -> None:
    # Given
    ada = company.customer()
    first, second = company.conversation(ada), company.conversation(ada)
    company.owe(ada, 1, first)
    company.now += DAY / 2
    company.owe(ada, 2, second)
    # When
    company.review(ada, DAY / 2)
    company.review(ada, DAY)
    # Then
    assert company.bodies([first, second]) == ["frames: theme-1 ist da.\n\nframes: theme-2 ist da."]
    assert company.attention(ada).told == {"1", "2"}


def test_what_has_no_text_waits_until_somebody_publishes_one(company: Company) -> None:
    # Given
    ada = company.customer()
    german, polish = (company.conversation(ada, language) for language in ("de", "pl"))
    for number, there in enumerate((german, polish)):
        company.owe(ada, number, there)
    # When
    company.review(ada, DAY)
    # Then
    assert company.bodies([german, polish]) == ["frames: theme-0 ist da."]
    assert company.blocked(ada) == [("no-text", NOON + 2 * DAY)]
    # When
    company.publish(texts(pl="Jest."))
    company.review(ada, DAY)
    # Then
    assert company.bodies([polish]) == ["Jest."]


def test_who_is_told_at_night_is_told_in_the_morning(company: Company) -> None:
    # Given
    ada = company.customer()
    there = company.conversation(ada)
    company.now = NOON.replace(hour=22)
    company.owe(ada, 1, there)
    # When
    company.review(ada, DAY)
    # Then
    morning = (NOON + 2 * DAY).replace(hour=8)
    assert company.blocked(ada) == [("quiet-hours", morning)]
    company.now = morning
    company.review(ada)
    assert len(company.said(there)) == 1


def test_night_is_where_the_person_lives(company: Company) -> None:
    # Given 17 o'clock in Tokyo, and 8 in the zone of the company, when it is due
    ada, bea = company.customer(), company.customer()
    company.does(ChangeZone(customer_id=ada, zone="Asia/Tokyo"))
    company.now = NOON.replace(hour=8)
    there = [company.conversation(each) for each in (ada, bea)]
    for each, conversation in zip((ada, bea), there, strict=True):
        company.owe(each, 1, conversation)
    # When it is 21 o'clock in Tokyo
    company.now += DAY + 4 * HOUR
    company.review(ada)
    company.review(bea)
    # Then
    assert company.blocked(ada) == [("quiet-hours", company.now + 11 * HOUR)]
    assert [len(company.said(each)) for each in there] == [0, 1]
    # When they turn out to be one person, and Bea's own zone is another one
    company.does(ChangeZone(customer_id=bea, zone="America/New_York"))
    company.owe(bea, 2, there[1])
    company.owe(ada, 2, there[0])
    company.does(MergeCustomer(customer_id=bea, into=ada))
    company.review(bea, DAY)
    # Then the zone is that of whom she was merged into
    assert {reason for reason, _ in company.blocked(bea)} == {"quiet-hours"}
    # When Ada's is not known any more
    company.does(ChangeZone(customer_id=ada, zone=None))
    company.review(ada, 11 * HOUR)
    assert len(company.said(*there)) == 2


def test_a_wish_forbids_until_it_is_another_one(company: Company) -> None:
    # Given
    ada = company.customer()
    there = company.conversation(ada)
    company.owe(ada, 1, there)
    company.does(WithdrawConsent(customer_id=ada, purpose="closing-messages"))
    company.does(ChoosePreferences(customer_id=ada, quiet=True))
    # When
    company.review(ada, DAY)
    company.does(ChoosePreferences(customer_id=ada, channel="chat"))
    company.review(ada)
    company.review(ada)
    # Then
    assert [reason for reason, _ in company.blocked(ada)] == ["quiet", "consent-refused"]
    # When
    company.does(GiveConsent(customer_id=ada, purpose="closing-messages"))
    company.review(ada)
    # Then
    assert [each.channel for each in company.said(there)] == ["chat"]


def test_merged_customers_are_told_once_and_apart_again_each_is_told(company: Company) -> None:
    # Given
    ada, bea, cem = (company.customer() for _ in range(3))
    where = {each: company.conversation(each) for each in (ada, bea, cem)}
    for each in (ada, bea, cem):
        company.owe(each, 1, where[each])
    company.does(MergeCustomer(customer_id=cem, into=bea))
    company.does(MergeCustomer(customer_id=bea, into=ada))
    # When
    for each in (cem, bea, ada):
        company.review(each, DAY)
    # Then
    assert [len(company.said(where[each])) for each in (ada, bea, cem)] == [1, 0, 0]
    assert company.blocked(bea) == company.blocked(cem) == [("told-as-one-person", None)]
    # When the merge is undone
    company.does(SeparateCustomer(customer_id=bea))
    for _ in range(2):
        company.review(bea)
        company.review(ada)
    # Then one of the two who still are one person is told
    assert [len(company.said(where[each])) for each in (ada, bea, cem)] == [1, 1, 0]
    # When
    company.does(SeparateCustomer(customer_id=cem))
    for each in (cem, bea, ada):
        company.review(each)
    # Then
    assert [len(company.said(where[each])) for each in (ada, bea, cem)] == [1, 1, 1]


def test_what_has_no_room_in_a_message_is_told_in_the_next(company: Company) -> None:
    # Given
    ada = company.customer()
    there = company.conversation(ada)
    for number in range(MOST_IN_ONE + 1):
        company.owe(ada, number, there)
    # When
    company.review(ada, DAY)
    # Then
    assert company.blocked(ada) == [("next-message", NOON + 2 * DAY)]
    company.review(ada, DAY)
    assert [body.count("ist da") for body in company.bodies([there])] == [MOST_IN_ONE, 1]


def test_who_is_erased_is_told_nothing_and_accounted_for(company: Company) -> None:
    # Given
    ada = company.customer()
    there = company.conversation(ada)
    company.owe(ada, 1, there)
    erase(company.executor, ada, AGENT)
    # When
    company.owe(ada, 2, there)
    company.review(ada, DAY)
    company.review(ada, DAY)
    # Then
    assert company.blocked(ada) == [("erased", None)]
    assert {each.reason for each in company.attention(ada).waiting.values()} == {"erased"}
    assert company.said(there) == []


def test_what_was_not_said_in_a_conversation_is_accounted_for(company: Company) -> None:
    # Given
    ada = company.customer()
    there = company.conversation(ada)
    company.owe(ada, 1, None)
    company.owe(ada, 2, there)
    # When
    company.review(ada, DAY)
    company.review(ada, DAY)
    # Then
    assert company.blocked(ada) == [("no-conversation", None)]
    assert company.bodies([there]) == ["frames: theme-2 ist da."]
