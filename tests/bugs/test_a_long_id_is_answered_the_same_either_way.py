"""Whatever is too long to be an id is `input-invalid`, also where a read goes straight to its function."""

from __future__ import annotations

import pytest

from commands.executor.executor import CommandExecutor
from infra.embedded.postgres import Urls
from tests.support.serving import Company, client, served


@pytest.mark.parametrize(
    ("id", "code"),
    [
        ("a" * 19 + "-" + "1" * 80, "not-found"),
        ("a" * 20 + "-" + "1" * 5, "input-invalid"),
        ("a" * 200 + "-1", "input-invalid"),
        ("order-" + "1" * 81, "input-invalid"),
    ],
    ids=lambda text: text[:24],
)
def test_the_answer_is_that_of_the_usual_way(
    executor: CommandExecutor, database_urls: Urls, id: str, code: str
) -> None:
    # Given
    company = Company.founded(executor)
    with served(executor, database_urls) as url, client(url, company.agent) as agent:
        # When
        straight = agent.get(f"/orders/{id}")
        usual = agent.get(f"/orders/{id}", headers={"At-Least": "0"})
        sent = agent.put(f"/orders/{id}/shipment", json={})
        named = agent.post("/orders", json={"customer_id": id})
    # Then
    assert {answer.json()["code"] for answer in (straight, usual, sent, named)} == {code}
