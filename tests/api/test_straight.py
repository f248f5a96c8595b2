"""A read that asks for nothing but its id is answered as if it had gone the usual way."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import httpx
import pytest

from api.server import routes
from tests.support.serving import Company, client

READS = sorted(
    path
    for path, methods in routes().openapi()["paths"].items()
    if "get" in methods and not path.endswith("/live") and "x-roles" in methods["get"]
)
USUAL = {"At-Least": "0"}
"""What a call that goes straight does not say."""


def told(answer: httpx.Response) -> tuple[int, Any, str | None, str | None]:
    body = answer.json()
    if "correlation_id" in body:
        body["correlation_id"] = ANY
    return answer.status_code, body, answer.headers.get("ETag"), answer.headers.get("Position")


@pytest.mark.parametrize("path", READS)
def test_both_ways_give_the_same_answer(path: str, api: str, company: Company) -> None:
    # Given things of each kind, unknown ones, and ids that are none
    own = company.conversation if "conversations" in path else company.customer
    ids = [own, own[:-1] + "!", own + "%0A", "conversation-unknown", "x" * 200] if "{id}" in path else [""]
    callers = [company.agent, company.auditor, company.design, company.customer, None]
    with client(api, company.agent) as first:
        noted = first.post(f"/conversations/{company.conversation}/notes", json={"body": "seen"}).json()["position"]
        for path_of_a_view in ("/inbox", f"/customers/{company.customer}", "/staff"):
            first.get(path_of_a_view, headers={"At-Least": str(noted)}).raise_for_status()
        first.get(f"/conversations/{company.conversation}", headers={"At-Least": str(noted)}).raise_for_status()
    for caller in callers:
        with client(api, caller) as calling:
            for id in ids:
                # When each is read by each of them, either way
                url = path.replace("{id}", id)
                straight, usual = calling.get(url), calling.get(url, headers=USUAL)
                # Then
                assert told(straight) == told(usual), (caller, id)
