"""Answers to surveys come in by topic: each is taken in once, by its token, in time however late it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from commands.attention.contacting import review
from commands.executor.executor import CommandExecutor
from commands.survey.token import token
from consumers.inbound.consumer import Consumer
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.attention.contacts import QuestionAnswered, ReviewContacts, stream_of
from domain.conversation.events import MessageReceived
from domain.conversation.interaction import BODY_CHARACTERS
from domain.kernel.refusal import Refusal
from infra.kafka.clients import Kafka
from infra.log.application import Log
from tests.support.companies import names
from tests.support.contacting import AT_ONCE_AND_ALWAYS, DAY, SYSTEM, Company
from tests.support.inbound import Gateway, assert_fates, survey_answer, wait_until_taken_in
from tests.support.recorded import events_of
from tests.support.surveying import Asking


class Told:
    """A survey whose customers were all asked, and what the topic tells of them. In memory."""

    def __init__(self, log: Log, number: int, **given: Any) -> None:
        self.company = Company(log)
        self.asking = Asking(self.company, number, **given)
        for each in self.asking.customers:
            self.company.review(each)

    def answer(self, customer_id: str, answer: object, id: str = "1", **more: Any) -> None:
        """A record is taken in."""
        sent = survey_answer(id, token(self.company.executor, self.asking.id, customer_id), answer, **more)
        take_in(self.company.executor, Received(sent.topic, 0, 1, sent.key, sent.value, sent.headers))

    def refused(self, customer_id: str, answer: object, id: str = "1", **more: Any) -> str:
        """The code of the dead letter."""
        with pytest.raises(Refusal) as why:
            self.answer(customer_id, answer, id, **more)
        return why.value.code

    def said(self, customer_id: str) -> list[str | None]:
        """The answers that are recorded."""
        found = events_of(self.company.log, stream_of(customer_id))
        return [each.answer for each in found if isinstance(each, QuestionAnswered)]


def test_an_answer_that_comes_twice_is_taken_in_once(memory_log: Log) -> None:
    # Given
    told = Told(memory_log, 2, question="effort", themes={})
    ada, bea = told.asking.customers
    # When
    for id in ("1", "1", "2"):
        told.answer(ada, 5, id)
    told.answer(bea, "7", occurred_at=None)
    # Then
    assert (told.said(ada), told.said(bea)) == (["5"], ["7"])
    assert told.refused(ada, "6", "3") == "survey-answered"
    assert told.refused(ada, "6", "1") == "survey-answered", "another answer under the id of a former one"
    assert told.refused(bea, True, "4") == "input-invalid"
    assert told.refused(bea, "", "5") == "input-invalid"


def test_an_answer_counts_when_it_was_given(memory_log: Log) -> None:
    # Given
    told = Told(memory_log, 2)
    ada, bea = told.asking.customers
    in_time: datetime = told.company.now + DAY
    # When the survey is over
    told.company.now += 30 * DAY
    told.answer(ada, "no", occurred_at=in_time.isoformat())
    # Then
    assert told.said(ada) == ["no"]
    assert told.refused(bea, "no", occurred_at=told.company.now.isoformat()) == "survey-closed"


def test_a_long_text_is_cut_and_the_rest_is_kept(memory_log: Log) -> None:
    # Given
    told = Told(memory_log, 1, question="text", themes={})
    (ada,) = told.asking.customers
    text = "It drips. " * BODY_CHARACTERS
    # When
    told.answer(ada, text[: BODY_CHARACTERS + 20])
    # Then
    said = events_of(memory_log, told.asking.there[ada])[-1]
    assert isinstance(said, MessageReceived)
    assert said.body == text[:BODY_CHARACTERS]
    assert [(each.field, each.how, each.kept) for each in said.adjusted] == [
        ("body", "cut", text[BODY_CHARACTERS : BODY_CHARACTERS + 20])
    ]


def test_the_consumer_takes_answers_in_and_sets_others_aside(executor: CommandExecutor, log: Log, kafka: Kafka) -> None:
    # Given
    company = Company(log, executor)
    company.publish(AT_ONCE_AND_ALWAYS)
    company.now = executor.clock()
    asking = Asking(company, 2)
    for each in asking.customers:
        review(executor, ReviewContacts(customer_id=each), SYSTEM)
    tokens = [token(executor, asking.id, each) for each in asking.customers]
    # When
    gateway = Gateway(kafka)
    gateway.send([
        survey_answer("1", tokens[0], "no"),
        survey_answer("1", tokens[0], "no"),
        survey_answer("2", tokens[1], "perhaps", fate="answer-invalid"),
        survey_answer("3", "nobody", "no", fate="survey-token-invalid"),
    ])  # fmt: skip
    with Consumer(executor, kafka):
        wait_until_taken_in(kafka, 20)
    gateway.close()
    # Then
    assert_fates(gateway.at, executor)
    answered = [names(log, stream_of(each)).count("attention.question-answered") for each in asking.customers]
    assert answered == [1, 0]
