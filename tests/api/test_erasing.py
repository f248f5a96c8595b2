"""Forgetting a customer over HTTP leaves nothing that waits for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from commands.executor.executor import CommandExecutor
from domain.kernel.personal import ERASED
from tests.support.serving import Company, client


def test_what_waits_for_the_forgotten_is_ended(api: str, company: Company, executor: CommandExecutor) -> None:
    with client(api, company.lead) as lead:
        # Given somebody who waits, and was promised something
        promise = lead.post(
            "/promises",
            json={
                "customer_id": company.customer,
                "conversation_id": company.conversation,
                "text": "A new one comes",
                "due_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
            },
        ).json()["id"]
        # When
        erased = lead.post(f"/customers/{company.customer}/erasure", json={"reason": "they asked"})
        assert erased.status_code == 200, erased.text
        headers = {"At-Least": erased.headers["Position"]}
        # Then
        found = lead.get(f"/promises/{promise}", headers=headers).json()["promise"]
        assert (found["state"], found["text"]) == ("withdrawn", ERASED)
        item = lead.get(f"/conversations/{company.conversation}", headers=headers).json()["conversation"]
        assert (item["status"], item["waiting_since"]) == ("resolved", None)
