"""The export of one person over HTTP: whole, on the record, listed, and under four eyes where the policy wants it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import httpx

from commands import content as contents
from commands.executor.executor import CommandExecutor
from commands.order import place
from domain.order.commands import PlaceOrder
from infra.postgres.database import Database
from tests.commands.test_four_eyes import policy
from tests.support.companies import AGENT
from tests.support.serving import Company, client


def unpacked(answer: httpx.Response) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files by name, and the manifest."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip"), answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        files = {name: file.read(name) for name in file.namelist()}
    return files, json.loads(files["manifest.json"])


def test_an_officer_exports_a_person_and_the_trail_has_it(
    api: str, company: Company, executor: CommandExecutor
) -> None:
    # Given
    customer = company.customer
    content_id = contents.keep(executor, customer, [b"a picture" * 100_000], AGENT).answer.id
    place(executor, PlaceOrder(customer_id=customer, number="K-2291"), AGENT)
    with client(api, company.privacy) as officer:
        assert officer.get(f"/customers/{customer}/exports").json()["exports"] == []
        # When
        answer = officer.post(f"/customers/{customer}/exports", json={"reason": "they asked"})
        # Then
        files, manifest = unpacked(answer)
        assert files[f"files/{content_id}"] == b"a picture" * 100_000
        assert b"K-2291" in files["events.jsonl"]
        for each in manifest["files"]:
            assert hashlib.sha256(files[each["name"]]).hexdigest() == each["sha256"]
        # And the next one has it in its list, as everybody may see who may look
        (listed,) = officer.get(f"/customers/{customer}/exports").raise_for_status().json()["exports"]
        assert (listed["actor_id"], listed["roles"], listed["what"]) == (company.privacy, ["privacy"], "exports")
        files, _ = unpacked(officer.post(f"/customers/{customer}/exports", json={}))
        assert [json.loads(line)["roles"] for line in files["exports.jsonl"].splitlines()] == [["privacy"]] * 2
        assert officer.post("/customers/customer-nobody/exports", json={}).status_code == 404
    with client(api, customer) as ada:
        seen = ada.get("/me/looks").raise_for_status().json()["looks"]
        assert [each["what"] for each in seen if each["what"] != "customers"] == ["exports", "exports"]


def test_under_four_eyes_an_export_waits_and_is_fetched_by_who_asked(
    api: str, company: Company, executor: CommandExecutor, projector: Database
) -> None:
    # Given
    policy(executor, "export")
    there = f"/customers/{company.customer}/exports"
    with client(api, company.privacy) as officer, client(api, company.lead) as lead:
        # When
        asked = officer.post(there, json={"reason": "they asked"})
        # Then
        waits = asked.json()["waits"]
        assert (asked.status_code, waits.partition("-")[0]) == (202, "confirmation")
        early = officer.post(there, json={"confirmation_id": waits})
        assert (early.status_code, early.json()["code"]) == (422, "confirmation-missing")
        # When
        lead.post(f"/confirmations/{waits}/confirmation", json={}).raise_for_status()
        keyed = {"Idempotency-Key": "export-1"}
        files, _ = unpacked(officer.post(there, json={"confirmation_id": waits}, headers=keyed))
        # Then a download that broke off is repeated, and nothing else is
        assert "events.jsonl" in files
        unpacked(officer.post(there, json={"confirmation_id": waits}, headers=keyed))
        assert officer.post(there, json={"confirmation_id": waits}).status_code == 404
        assert len(officer.get(there).json()["exports"]) == 2
