"""Surveys over the API: opened by leads, answered through services and customers, read by whoever reads signals."""

from __future__ import annotations

import httpx

from commands.attention.contacting import review
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.survey import handlers as surveys
from commands.survey.token import token
from domain.attention.contacts import ReviewContacts
from domain.customer import GiveConsent
from domain.survey import OweQuestion
from tests.support import contacting
from tests.support.companies import AGENT
from tests.support.feedback import THEMES, complain
from tests.support.serving import Company, client

OPENING = {
    "question": "effort", "texts": {"otherwise": "How hard was it? {token}"}, "product_area": "kettles",
    "closes_at": "2100-01-01",
}  # fmt: skip


def test_a_survey_is_opened_answered_and_read(api: str, company: Company, executor: CommandExecutor) -> None:
    # Given
    there = contacting.Company(executor.log, executor)
    there.publish(contacting.AT_ONCE_AND_ALWAYS)
    put(executor, {"themes": THEMES}, AGENT)
    ada, bea = (complain(executor, who) for who in ("ada", "bea"))
    there.does(GiveConsent(customer_id=ada, purpose="surveys"))
    with (
        client(api, company.lead) as lead,
        client(api, company.service) as service,
        client(api, company.design) as design,
    ):
        assert _code(design.post("/surveys", json=OPENING)) == "forbidden"
        assert _code(lead.post("/surveys", json={**OPENING, "signal_id": "signal-1"})) == "input-invalid"
        assert _code(lead.post("/surveys", json={**OPENING, "product_area": "toasters"})) == "audience-empty"
        # When
        opened = lead.post("/surveys", json=OPENING, headers={"At-Least": str(executor.log.position())})
        assert opened.status_code == 201, opened.text
        id = opened.json()["id"]
        for each in (ada, bea):
            surveys.owe(executor, OweQuestion(customer_id=each, survey_id=id), contacting.SYSTEM)
            review(executor, ReviewContacts(customer_id=each), contacting.SYSTEM)
        answer = {"token": token(executor, id, ada), "answer": "2"}
        answered = [service.post("/survey-answers", json=answer) for _ in range(2)]
        # Then
        assert [each.status_code for each in answered] == [201, 201]
        assert _code(service.post("/survey-answers", json={**answer, "answer": "7"})) == "survey-answered"
        assert _code(service.post("/survey-answers", json={**answer, "token": "a.b.c"})) == "survey-token-invalid"
        design.headers["At-Least"] = str(executor.log.position())
        found = design.get(f"/surveys/{id}").json()
        result = found["result"]
        assert (found["question"], found["product_area"]) == ("effort", "kettles")
        assert [result[name] for name in ("needed", "drawn", "asked", "answered", "enough")] == [2, 2, 1, 1, False]
        assert [each["people"] for each in result["answers"]] == [0, 1, 0, 0, 0, 0, 0]
        assert [each["not_asked"] for each in result["segments"]] == [{"consent-missing": 1}]
        assert (result["answers"][1]["weighted"], result["effective"], result["unheard"]) == (1, 1, 0)
        # And surveys are listed, the newest first, and closed
        newer = lead.post("/surveys", json=OPENING, headers={"At-Least": str(executor.log.position())}).json()["id"]
        assert _code(design.put(f"/surveys/{newer}/closing", json={"reason": "a slip"})) == "forbidden"
        assert lead.put(f"/surveys/{newer}/closing", json={"reason": "a slip"}).status_code == 200
        assert _code(lead.put("/surveys/survey-1/closing", json={"reason": "a slip"})) == "not-found"
        design.headers["At-Least"] = str(executor.log.position())
        listed = design.get("/surveys").json()["surveys"]
        assert [(each["survey_id"], each["closed_early"]) for each in listed] == [(newer, True), (id, False)]
        assert [(each["drawn"], each["asked"], each["answered"]) for each in listed] == [(2, 0, 0), (2, 1, 1)]
        assert [each["survey_id"] for each in design.get("/surveys", params={"open": True}).json()["surveys"]] == [id]
        page = design.get("/surveys", params={"limit": 1}).json()
        further = design.get("/surveys", params={"limit": 1, "cursor": page["cursor"]}).json()
        assert [each["survey_id"] for each in (*page["surveys"], *further["surveys"])] == [newer, id]
        assert design.get(f"/surveys/{newer}").json()["closed_early"] is True
        assert _code(design.get("/surveys/survey-1")) == "not-found"


def _code(answer: httpx.Response) -> str:
    assert not answer.is_success, answer.text
    return str(answer.json()["code"])
