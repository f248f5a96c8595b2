"""Four eyes over HTTP: who asked cannot confirm, and another person can."""

from __future__ import annotations

from commands.executor.executor import CommandExecutor
from domain.confirmation import stream_of
from tests.commands.test_four_eyes import policy
from tests.support.companies import names
from tests.support.serving import Company, client


def test_an_erasure_waits_for_another_person(api: str, company: Company, executor: CommandExecutor) -> None:
    # Given
    policy(executor, "erasure")
    customer = company.customer
    with client(api, company.privacy) as officer, client(api, company.lead) as lead:
        # When
        asking = {"reason": "they asked", "requested_by": customer}
        asked = officer.post(f"/customers/{customer}/erasure", json=asking).raise_for_status()
        # Then
        waits = asked.json()["waits"]
        assert waits.startswith("confirmation-")
        assert asked.json()["erased"] == []
        assert not executor.read(customer).state.erased
        at_least = {"At-Least": asked.headers["Position"]}
        (listed,) = lead.get("/confirmations", headers=at_least).raise_for_status().json()["confirmations"]
        assert (listed["confirmation_id"], listed["asked_by"], listed["requested_by"], listed["reason"]) == (
            waits, company.privacy, customer, "they asked",
        )  # fmt: skip
        # When who asked confirms
        refused = officer.post(f"/confirmations/{waits}/confirmation", json={})
        assert (refused.status_code, refused.json()["code"]) == (422, "confirmation-by-asker")
        # And another person
        lead.post(f"/confirmations/{waits}/confirmation", json={"reason": "seen"}).raise_for_status()
        # Then
        assert names(executor.log, stream_of(customer)) == ["confirmations.requested", "confirmations.given"]
