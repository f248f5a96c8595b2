"""People here look through all customers, a page at a time; nobody else does."""

from __future__ import annotations

from typing import Any

import httpx

from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from tests.support.companies import AGENT
from tests.support.serving import Company, client


def test_the_list_of_customers_has_each_once_over_its_pages(
    api: str, agent: httpx.Client, executor: CommandExecutor, company: Company
) -> None:
    # Given
    contacts = [ContactPoint("mail", f"c{number}@example.org", f"C{number}") for number in range(5)]
    answers = [customers.register(executor, [each], AGENT) for each in contacts]
    # When
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = agent.get("/customers", params=query, headers={"At-Least": str(answers[-1].position)})
        page.raise_for_status()
        assert len(page.json()["customers"]) <= 2
        found += page.json()["customers"]
        cursor = page.json()["cursor"]
    # Then
    ids = [each["customer_id"] for each in found]
    assert len(ids) == len(set(ids))
    assert {company.customer, *(each.id for each in answers)} <= set(ids)
    (first,) = (each for each in found if each["customer_id"] == answers[0].id)
    assert (first["name"], [each["value"] for each in first["points"]]) == ("C0", ["c0@example.org"])


def test_only_people_here_look_through_all_customers(api: str, company: Company) -> None:
    for who, expected in (
        (company.lead, 200), (company.auditor, 200), (company.design, 403), (company.customer, 403),
        (company.service, 403),
    ):  # fmt: skip
        with client(api, who) as calling:
            assert calling.get("/customers").status_code == expected, who
