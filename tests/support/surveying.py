"""A survey of a company's customers."""

from __future__ import annotations

from typing import Any

import pytest

from commands.survey import handlers as surveys
from commands.survey.token import token
from domain.customer import GiveConsent
from domain.kernel.refusal import Refusal
from domain.survey import AnswerSurvey, OpenSurvey, OweQuestion, Reachable
from tests.support.companies import AGENT, GATEWAY
from tests.support.contacting import DAY, SYSTEM, Company
from tests.support.signal_evidence import Given


class Asking:
    """A survey of some customers, each with a conversation, who consented to be asked."""

    def __init__(self, company: Company, number: int, **given: Any) -> None:
        self.company = company
        self.customers = [company.customer() for _ in range(number)]
        self.there = {each: company.conversation(each) for each in self.customers}
        for each in self.customers:
            company.does(GiveConsent(customer_id=each, purpose="surveys"))
        self.id = self.open(**given)

    def open(self, **given: Any) -> str:
        """One more survey of them, of which each of them is owed the question."""
        said: dict[str, Any] = {
            "question": "yes-no", "texts": {"de": "Gut? {token}"}, "product_area": "kettles", "themes": {"no": "leaks"},
            "closes_at": self.company.now + 14 * DAY,
        }  # fmt: skip
        evidence = Given()
        evidence.audience = [Reachable(each, each, there, "trade") for each, there in self.there.items()]
        id = surveys.open_(self.company.executor, OpenSurvey(**{**said, **given}), AGENT, evidence).id
        for each in self.customers:
            surveys.owe(self.company.executor, OweQuestion(customer_id=each, survey_id=id), SYSTEM)
        return id

    def bodies(self, customer_id: str) -> list[str]:
        """What the customer was sent."""
        return self.company.bodies([self.there[customer_id]])

    def answers(self, customer_id: str, said: str, survey_id: str | None = None) -> str:
        """What the customer answers, with their token."""
        command = AnswerSurvey(token=token(self.company.executor, survey_id or self.id, customer_id), answer=said)
        return surveys.answer(self.company.executor, command, GATEWAY).id

    def refused(self, customer_id: str, said: str, survey_id: str | None = None) -> str:
        """The code with which an answer is refused."""
        with pytest.raises(Refusal) as why:
            self.answers(customer_id, said, survey_id)
        return why.value.code
