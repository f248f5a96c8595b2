"""What people are to decide about customers is read in pages, and gone once they have decided."""

from __future__ import annotations

import httpx

from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.customer import MergeCustomer
from infra.postgres.database import Database
from process.customer import ContactComparisons
from tests.commands.test_proposals import SPELLINGS, recorded_formerly
from tests.support.companies import AGENT
from tests.support.reacting import react


def test_proposals_are_read_in_pages_until_they_are_decided(
    api: str, agent: httpx.Client, executor: CommandExecutor, projector: Database
) -> None:
    # Given
    first, *others = (recorded_formerly(executor, ContactPoint("phone", each)) for each in SPELLINGS[:5])
    react(ContactComparisons(), executor, projector)

    def proposed() -> list[str]:
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            answer = agent.get("/proposals", params=query, headers={"At-Least": str(executor.log.position())})
            page = answer.raise_for_status().json()
            assert len(page["proposals"]) <= 2
            found += [each["customer_id"] for each in page["proposals"] if each["other_id"] == first]
            cursor = page["cursor"]
        return found

    assert proposed() == others
    # When one is dismissed, one is merged, and two are the same person by merges with somebody else
    somebody = customers.register(executor, [ContactPoint("mail", "d@example.org")], AGENT).id
    dismissal = {"what": "same-person", "other_id": first, "reason": "father and son"}
    for _ in range(2):
        agent.post(f"/customers/{others[0]}/proposals/dismissal", json=dismissal).raise_for_status()
    agent.post(f"/customers/{others[1]}/merge", json={"into": first}).raise_for_status()
    for each in (first, others[2]):
        customers.act(executor, MergeCustomer(customer_id=each, into=somebody), AGENT)
    # Then
    assert proposed() == [others[3]]
    # When what made two of them one is undone
    agent.post(f"/customers/{first}/separation", json={}).raise_for_status()
    # Then
    assert proposed() == others[2:]
    again = agent.post(f"/customers/{first}/proposals/dismissal", json=dismissal | {"other_id": "customer-none"})
    assert (again.status_code, again.json()["code"]) == (404, "not-found")
