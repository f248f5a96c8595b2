"""A signal's evidence knows whom surveys asked, by segment: that nobody of a segment was asked is said."""

from __future__ import annotations

from typing import Any

import pytest

from commands.attention.contacting import review
from commands.customer import handlers as customers
from commands.decision_table import publish
from commands.executor.executor import CommandExecutor
from commands.survey import handlers as surveys
from domain.attention.contacts import ReviewContacts
from domain.customer import ChangeSegment, GiveConsent
from domain.signal.assessment import Reason, assess
from domain.survey import OpenSurvey, OweQuestion, Reachable
from infra.log.application import Log
from infra.postgres.database import Database
from tests.projections.test_signals import Company
from tests.support.companies import AGENT
from tests.support.contacting import AT_ONCE_AND_ALWAYS, DAY, SYSTEM
from tests.support.feedback import LEAKS
from tests.support.signal_evidence import Given


@pytest.fixture
def company(executor: CommandExecutor, log: Log, projector: Database) -> Company:
    """Ada, a private customer, and Bo, a trader, say that kettles leak."""
    found = Company(executor, log, projector)
    for who, segment in (("ada", "private"), ("bo", "trade")):
        customers.act(executor, ChangeSegment(customer_id=found.customer(who), segment=segment), AGENT)
        found.says(who)
    publish(executor, AT_ONCE_AND_ALWAYS, AGENT)
    return found


def asks(company: Company, who: str, segment: str, **about: Any) -> None:
    """A survey of kettles, unless it is about something else, asks this one."""
    executor, id = company.executor, company.customer(who)
    customers.act(executor, GiveConsent(customer_id=id, purpose="surveys"), AGENT)
    evidence = Given()
    evidence.audience = [Reachable(id, id, company.opened(who), segment)]
    said: dict[str, Any] = {"question": "yes-no", "texts": {"otherwise": "? {token}"}, "product_area": "kettles"}
    opening = OpenSurvey(**{**said, **about}, closes_at=executor.clock() + 14 * DAY)
    survey_id = surveys.open_(executor, opening, AGENT, evidence).id
    surveys.owe(executor, OweQuestion(customer_id=id, survey_id=survey_id), SYSTEM)
    review(executor, ReviewContacts(customer_id=id), SYSTEM)


def not_asked(company: Company) -> Reason | None:
    found = company.evidence.evidence(LEAKS)
    assert found is not None
    return next((each for each in assess(found).reasons if each.code == "not-asked"), None)


def test_a_segment_of_which_a_survey_asked_nobody_is_named(company: Company) -> None:
    assert not_asked(company) is None
    # When
    asks(company, "ada", "private")
    # Then
    found = not_asked(company)
    assert found is not None
    assert (found.against, found.names, found.numbers["asked"]) == (None, ("trade",), 1)
    # When they are asked, too
    asks(company, "bo", "trade")
    # Then
    found = not_asked(company)
    assert found is not None
    assert (found.names, found.numbers["asked"]) == ((), 2)


def test_a_survey_of_another_area_asked_nobody_of_this_one(company: Company) -> None:
    asks(company, "ada", "private", product_area="lamps")
    assert not_asked(company) is None
