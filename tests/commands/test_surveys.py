"""A sample is asked within the attention budget, once each, and each answer is taken in once, by its token."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.survey import handlers as surveys
from commands.survey.token import token
from domain.attention.contacts import QuestionAnswered, stream_of
from domain.conversation.events import MessageReceived
from domain.customer import ChoosePreferences, MergeCustomer, SeparateCustomer, WithdrawConsent
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.survey import AnswerSurvey, CloseSurvey, OweQuestion
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, names
from tests.support.contacting import DAY, SYSTEM, Company, texts
from tests.support.recorded import events_of
from tests.support.surveying import Asking


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def company(log: Log) -> Company:
    return Company(log)


def test_who_is_drawn_is_asked_once_with_a_token_for_the_answer(company: Company) -> None:
    # Given
    asking = Asking(company, 2)
    ada, bea = asking.customers
    # When
    for _ in range(2):
        surveys.owe(company.executor, OweQuestion(customer_id=ada, survey_id=asking.id), SYSTEM)
        company.review(ada)
    # Then
    assert asking.bodies(ada) == [f"Gut? {token(company.executor, asking.id, ada)}"]
    assert asking.bodies(bea) == []
    with pytest.raises(Refusal, match="not-found"):
        surveys.owe(company.executor, OweQuestion(customer_id=company.customer(), survey_id=asking.id), SYSTEM)


def test_nobody_is_asked_against_their_wish_or_beyond_the_budget(company: Company) -> None:
    # Given
    asking = Asking(company, 3)
    ada, bea, cy = asking.customers
    company.does(ChoosePreferences(customer_id=ada, quiet=True))
    company.does(WithdrawConsent(customer_id=bea, purpose="surveys"))
    company.now += timedelta(hours=10)  # late in the evening
    # When
    for each in asking.customers:
        company.review(each)
    # Then
    assert [company.blocked(each)[0][0] for each in asking.customers] == ["quiet", "consent-refused", "quiet-hours"]
    # When
    company.review(cy, timedelta(hours=12))
    two_more = [asking.open(), asking.open()]
    for _ in range(3):
        company.review(cy, DAY)
    # Then the standard budget of surveys is two in 90 days, and a third one closes before it may be sent
    assert len(asking.bodies(cy)) == 2
    assert company.blocked(cy)[-1][0] == "budget-spent"
    company.review(cy, 14 * DAY)
    assert company.blocked(cy)[-1] == ("survey-closed", None)
    end = company.log.position()
    company.review(cy, DAY)
    assert company.log.position() == end
    assert two_more[0] != two_more[1]
    # And whoever wishes otherwise in time is asked
    assert asking.bodies(ada) == []


def test_a_wish_that_changes_in_time_has_the_question_asked(company: Company) -> None:
    asking = Asking(company, 1)
    (ada,) = asking.customers
    company.does(ChoosePreferences(customer_id=ada, quiet=True))
    company.review(ada)
    assert asking.bodies(ada) == []
    company.does(ChoosePreferences(customer_id=ada))
    company.review(ada)
    assert len(asking.bodies(ada)) == 1


def test_an_answer_is_taken_in_once_and_only_by_its_token(company: Company) -> None:
    # Given
    asking = Asking(company, 2)
    ada, bea = asking.customers
    company.review(ada)
    # When
    assert [asking.answers(ada, "no"), asking.answers(ada, " no ")] == [asking.id] * 2
    # Then
    assert names(company.log, stream_of(ada)).count("attention.question-answered") == 1
    answered = events_of(company.log, stream_of(ada))[-1]
    assert isinstance(answered, QuestionAnswered)
    assert (answered.answer, answered.theme, answered.product_area) == ("no", "leaks", "kettles")
    assert asking.refused(ada, "yes") == "survey-answered"
    # And who was not asked, an unknown answer, and a token of nobody are refused
    assert asking.refused(bea, "no") == "survey-token-invalid"
    given = token(company.executor, asking.id, ada)
    for forged in (given[:-1], given.replace(".", "..", 1), "é.é.é", "survey-1.customer-1.x", f"{given}x"):
        with pytest.raises(Refusal) as why:
            surveys.answer(company.executor, AnswerSurvey(token=forged, answer="no"), GATEWAY)
        assert why.value.code == "survey-token-invalid"
    company.review(bea)
    assert asking.refused(bea, "perhaps") == "answer-invalid"
    # And so is a token that a customer has from somebody else
    as_ada = replace(GATEWAY, actor=Actor(id=ada, kind="customer"))
    with pytest.raises(Refusal) as why:
        surveys.answer(
            company.executor, AnswerSurvey(token=token(company.executor, asking.id, bea), answer="no"), as_ada
        )
    assert why.value.code == "survey-token-invalid"
    assert surveys.answer(company.executor, AnswerSurvey(token=given, answer="no"), as_ada).id == asking.id
    # And a token expires with its survey, but for a repeat of what was said
    company.now += 15 * DAY
    assert asking.refused(bea, "no") == "survey-closed"
    assert asking.answers(ada, "no") == asking.id


def test_a_text_is_a_message_of_the_customer(company: Company) -> None:
    # Given
    asking = Asking(company, 1, question="text", themes={})
    (ada,) = asking.customers
    company.review(ada)
    # When
    for _ in range(2):
        asking.answers(ada, "It still drips")
    # Then
    said = [e for e in events_of(company.log, asking.there[ada]) if isinstance(e, MessageReceived)]
    answered = events_of(company.log, stream_of(ada))[-1]
    assert isinstance(answered, QuestionAnswered)
    assert [(each.body, each.message_id) for each in said[1:]] == [("It still drips", answered.message_id)]
    assert answered.answer is None
    assert asking.refused(ada, "It drips no more") == "survey-answered"


def test_customers_who_are_one_person_are_asked_once(company: Company) -> None:
    # Given
    asking = Asking(company, 2)
    ada, work = asking.customers
    company.does(MergeCustomer(customer_id=work, into=ada))
    # When
    for each in (work, ada, work):
        company.review(each)
    # Then
    assert len(asking.bodies(ada) + asking.bodies(work)) == 1
    # When
    company.does(SeparateCustomer(customer_id=work))
    for each in (ada, work):
        company.review(each)
    # Then
    assert [len(asking.bodies(each)) for each in (ada, work)] == [1, 1]


def test_closing_messages_go_first_and_share_the_budget(company: Company) -> None:
    # Given
    asking = Asking(company, 1)
    (ada,) = asking.customers
    company.publish(texts(de="Ja."))
    company.owe(ada, 1, asking.there[ada])
    # When
    company.review(ada, DAY)
    # Then
    assert asking.bodies(ada) == ["Ja."]
    company.review(ada, DAY)
    assert len(asking.bodies(ada)) == 2


def test_a_survey_that_is_closed_asks_nobody_and_takes_nothing_in(company: Company) -> None:
    # Given
    asking = Asking(company, 3)
    ada, bea, cy = asking.customers
    company.review(ada)
    company.review(bea)
    asking.answers(ada, "yes")
    before = company.now
    company.now += DAY
    # When
    why = replace(AGENT, reason="the spout was changed")
    for _ in range(2):
        surveys.close(company.executor, asking.id, CloseSurvey(), why)
    company.review(cy)
    company.review(cy, DAY)
    # Then
    assert names(company.log, asking.id) == ["survey.opened", "survey.closed"]
    assert asking.bodies(cy) == []
    assert company.blocked(cy) == [("survey-closed", None)]
    assert asking.refused(bea, "no") == "survey-closed"
    assert asking.answers(ada, "yes") == asking.id
    # And who answered before is taken in, however late it is told
    command = AnswerSurvey(token=token(company.executor, asking.id, bea), answer="no")
    surveys.answer(company.executor, command, replace(GATEWAY, occurred_at=before))
    assert names(company.log, stream_of(bea))[-1] == "attention.question-answered"
    # And where there is none, or it is over, there is nothing to close
    with pytest.raises(Refusal, match="not-found"):
        surveys.close(company.executor, "survey-1", CloseSurvey(), why)
    other = asking.open()
    company.now += 15 * DAY
    surveys.close(company.executor, other, CloseSurvey(), why)
    assert names(company.log, other) == ["survey.opened"]


def test_capital_letters_make_no_other_answer(company: Company) -> None:
    # Given
    asking = Asking(company, 2, question="choice", choices=("Red", "red", "Blue"), themes={})
    ada, bea = asking.customers
    for each in asking.customers:
        company.review(each)
    # When
    asking.answers(ada, "red")
    asking.answers(bea, "BLUE")
    # Then
    said = [events_of(company.log, stream_of(each))[-1] for each in asking.customers]
    assert [each.answer for each in said if isinstance(each, QuestionAnswered)] == ["red", "Blue"]
    assert asking.refused(bea, "RED") == "answer-invalid"
