"""A read that asks for nothing but its id is answered as if it had gone the usual way."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import httpx

from tests.support.contract import CONTRACT
from tests.support.serving import Company, client

READS = sorted(
    path
    for path, methods in CONTRACT["paths"].items()
    if "get" in methods and not path.endswith("/live") and "x-roles" in methods["get"]
)
USUAL = {"At-Least": "0"}
"""What a call that goes straight does not say."""


def parts_of(answer: httpx.Response) -> tuple[int, Any, str | None, str | None]:
    body = answer.json()
    if "correlation_id" in body:
        body["correlation_id"] = ANY
    if "now" in body:  # what is worked out of now was of another one
        body["now"] = ANY
    return answer.status_code, body, answer.headers.get("ETag"), answer.headers.get("Position")


def test_both_ways_give_the_same_answer(api: str, company: Company) -> None:
    # Given views that know what there is
    with client(api, company.agent) as first:
        noted = first.post(f"/conversations/{company.conversation}/notes", json={"body": "seen"}).json()["position"]
        for known in ("/inbox", f"/customers/{company.customer}", "/staff", f"/conversations/{company.conversation}"):
            first.get(known, headers={"At-Least": str(noted)}).raise_for_status()
    for caller in (company.agent, company.auditor, company.design, company.customer, None):
        with client(api, caller) as calling:
            for path in READS:
                # When things of each kind, unknown ones, and ids that are none are read by each of them, either way
                own = company.conversation if "conversations" in path else company.customer
                ids = [own, own[:-1] + "!", own + "%0A", "conversation-unknown", "x" * 200] if "{id}" in path else [""]
                for id in ids:
                    url = path.replace("{id}", id)
                    straight, usual = calling.get(url), calling.get(url, headers=USUAL)
                    # Then
                    assert parts_of(straight) == parts_of(usual), (caller, url)
