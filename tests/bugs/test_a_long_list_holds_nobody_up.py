"""A list longer than any body has is refused before its items are looked at, and of a list that is wrong throughout one
item is told of: each of a million faults, put into words, kept everybody waiting."""

from __future__ import annotations

import json

import pytest

from commands.executor.executor import CommandExecutor
from domain.conversation.as_sent import MOST_SENT
from infra.embedded.postgres import Urls
from tests.support.serving import Company, client, served


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([{}] * 600_000, "values"),
        ([[0] * (MOST_SENT + 1)], f"body: a list in it has more than {MOST_SENT} items"),
    ],
    ids=["too many", "too many inside"],
)
def test_many_items_are_refused_in_few_words(
    executor: CommandExecutor, database_urls: Urls, items: list[object], told: str
) -> None:
    company = Company.founded(executor)
    with served(executor, database_urls) as url, client(url, company.customer) as customer:
        # When
        body = json.dumps({"body": "x", "attachments": items}, separators=(",", ":"))
        path = f"/conversations/{company.conversation}/messages"
        answer = customer.post(path, content=body, headers={"Content-Type": "application/json"})
    # Then
    assert (answer.status_code, answer.json().get("code")) == (422, "input-invalid"), answer.text
    assert told in answer.json()["detail"]
    assert "attachments.1" not in answer.json()["detail"]


def test_of_many_items_that_are_all_wrong_few_words_are_said(executor: CommandExecutor, database_urls: Urls) -> None:
    company = Company.founded(executor)
    wrong = [{str(name): 0 for name in range(99)}] * 50
    with served(executor, database_urls) as url, client(url, company.customer) as customer:
        # When
        answer = customer.post(
            f"/conversations/{company.conversation}/messages", json={"body": "x", "attachments": wrong}
        )
    # Then
    assert (answer.status_code, answer.json()["adjusted"]) == (201, [{"field": "attachments", "how": "dropped"}])


def test_a_calendar_has_as_many_dates_as_a_calendar_may_have(executor: CommandExecutor, database_urls: Urls) -> None:
    company = Company.founded(executor)
    calendar = {"name": "all", "zone": "Europe/Berlin", "hours": {"mon": ["09:00-17:00"]}}
    with served(executor, database_urls) as url, client(url, company.lead) as lead:
        for closed in (["2026-12-24"] * 1_001, [0]):
            answer = lead.post("/calendars", json={**calendar, "closed": closed})
            assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid"), closed[:1]
