"""The customer's side over HTTP: what is theirs, in a shape of its own, and what they may ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.routes.customer import record as customer_record
from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ReceiveMessage, SendReply
from tests.api.test_openapi import OPERATIONS, fits, resolved
from tests.support.companies import AGENT
from tests.support.serving import Company, client


@pytest.fixture
def customer(api: str, company: Company) -> Iterator[httpx.Client]:
    """The customer's app."""
    with client(api, company.customer) as calling:
        yield calling


def done(answer: httpx.Response, *readers: httpx.Client) -> Any:
    """What a command answered; whoever reads next sees its effect. Raises httpx.HTTPStatusError."""
    answer.raise_for_status()
    for reader in readers:
        reader.headers["At-Least"] = answer.headers["Position"]
    return answer.json()


def read(calling: httpx.Client, path: str, **params: Any) -> Any:
    """What is shown there. Raises httpx.HTTPStatusError."""
    return calling.get(path, params=params).raise_for_status().json()


def test_preferences_are_the_customers_and_both_sides_read_the_same(
    customer: httpx.Client, agent: httpx.Client, company: Company
) -> None:
    # When
    mine = f"/customers/{company.customer}"
    done(customer.put(f"{mine}/preferences", json={"channel": "phone", "quiet": True}))
    done(customer.put(f"{mine}/zone", json={"zone": "Asia/Tokyo"}))
    done(agent.put(f"{mine}/consents", json={"purpose": "surveys", "given": True}))
    done(customer.put(f"{mine}/consents", json={"purpose": "newsletter", "given": True}))
    done(customer.put(f"{mine}/consents", json={"purpose": "newsletter", "given": False}), customer, agent)
    # Then
    contact, theirs = read(agent, f"{mine}/contact")["contact"], read(customer, "/me/contact")["contact"]
    said_by = [each.pop("by") for each in theirs["consents"]]
    assert said_by == ["customer", "company"]
    assert (contact["channel"], contact["language"], contact["quiet"]) == ("phone", None, True)
    assert [(each["purpose"], each["given"], each["by"]) for each in contact["consents"]] == [
        ("newsletter", False, "customer"),
        ("surveys", True, "agent"),
    ]
    assert theirs == contact | {"consents": theirs["consents"]}
    assert contact["zone"] == "Asia/Tokyo"
    assert customer.put(f"{mine}/zone", json={"zone": "Mars/Olympus"}).json()["code"] == "input-invalid"
    assert contact["points"] == [{"kind": "mail", "value": "ada@example.org", "shared": False, "failing": None}]


def stages(conversation: Any) -> list[str]:
    """Those that are done."""
    return [each["stage"] for each in conversation["stages"] if each["at"]]


def fits_the_contract(operation: str, answer: Any) -> None:
    """Raises jsonschema_rs.ValidationError."""
    fits(answer, resolved(OPERATIONS[operation]["responses"]["200"])["content"]["application/json"]["schema"])


def test_where_it_stands_who_has_the_next_move_and_when_they_hear(
    customer: httpx.Client, agent: httpx.Client, company: Company
) -> None:
    mine, theirs = f"/me/conversations/{company.conversation}", f"/conversations/{company.conversation}"

    def stands() -> tuple[list[str], str, str | None]:
        page = read(customer, mine)
        fits_the_contract("read_my_conversation", page)
        assert read(customer, "/me/conversations")["conversations"] == [page["conversation"]]
        hear_by = page["hear_by"] and page["hear_by"]["text"]
        return stages(page["conversation"]), page["conversation"]["next_move"], hear_by

    # Given it was received, and nothing was promised
    assert stands() == (["received"], "company", None)
    # When it is taken up, and something is promised by two dates
    done(agent.put(f"{theirs}/assignee", json={"team_id": company.team}))
    promise = {"customer_id": company.customer, "conversation_id": company.conversation}
    done(agent.post("/promises", json=promise | {"text": "A refund", "due_at": "2101-01-01T00:00:00Z"}))
    soon = done(agent.post("/promises", json=promise | {"text": "A call", "due_at": "2100-01-01T00:00:00Z"}), customer)
    # Then
    assert stands() == (["received", "taken-up"], "company", "A call")
    # When it is answered, and the customer is waited for
    done(agent.put(f"/promises/{soon['id']}/outcome", json={"outcome": "kept"}))
    done(agent.post(f"{theirs}/replies", json={"body": "Which one is it?"}))
    done(agent.put(f"{theirs}/status", json={"status": "waiting_on_customer"}), customer)
    # Then
    assert stands() == (["received", "taken-up", "answered"], "customer", "A refund")
    # When they say that this did not answer it
    done(customer.post(f"{theirs}/verdicts", json={"answered": False, "because": "I said so"}), customer)
    # Then it is to be answered once more
    assert stands() == (["received", "taken-up"], "company", "A refund")
    # When they take it back
    done(customer.post(f"{theirs}/withdrawal", json={}), customer)
    # Then
    assert stands() == (["received", "taken-up", "closed"], "nobody", "A refund")
    lines = read(customer, mine)["lines"]
    assert [(each["kind"], each["by"], each["what"] or each["text"]) for each in lines] == [
        ("opened", None, None),
        ("interaction", None, "inquiry"),
        ("message", "customer", "word 1"),
        ("message", "company", "Which one is it?"),
        ("verdict", "customer", "not-answered"),
        ("status", "customer", "withdrawn"),
    ]


def test_they_are_told_where_a_matter_went_that_is_shown_with_another(
    customer: httpx.Client, agent: httpx.Client, company: Company
) -> None:
    # Given two conversations about one matter
    opening = {"customer_id": company.customer, "kind": "complaint", "channel": "mail", "body": "It leaks"}
    part = done(agent.post("/conversations", json=opening))["id"]
    # When they are merged, and the customer writes to the old one
    done(agent.post(f"/conversations/{part}/merge", json={"into": company.conversation, "reason": "one matter"}))
    done(customer.post(f"/conversations/{part}/messages", json={"body": "It still leaks"}), customer)
    # Then
    went = read(customer, f"/me/conversations/{part}")
    fits_the_contract("read_my_conversation", went)
    assert (went["conversation"]["merged_into"], went["conversation"]["next_move"]) == (company.conversation, "nobody")
    there = read(customer, f"/me/conversations/{company.conversation}")
    said = [line["text"] for line in there["lines"] if line["kind"] == "message"]
    assert (said, there["conversation"]["next_move"]) == (["word 1", "It leaks", "It still leaks"], "company")
    # And their record has each line once
    record = customer.get("/me/record").raise_for_status().text
    assert record.count('"It still leaks"') == 1
    # When they are taken apart
    done(agent.post(f"/conversations/{part}/separation", json={}), customer)
    # Then
    assert read(customer, f"/me/conversations/{part}")["conversation"]["merged_into"] is None
    there = read(customer, f"/me/conversations/{company.conversation}")
    assert [line["text"] for line in there["lines"] if line["kind"] == "message"] == ["word 1"]


def test_the_customer_reads_the_auditors_ledger_but_for_who_promised(
    customer: httpx.Client, agent: httpx.Client, gateway: httpx.Client, api: str, company: Company
) -> None:
    # Given
    about = {"customer_id": company.customer, "conversation_id": company.conversation}
    first = done(agent.post("/promises", json=about | {"text": "A call", "due_at": "2100-01-01T00:00:00Z"}))["id"]
    moved = {"due_at": "2100-02-01T00:00:00Z", "because": "She is ill"}
    done(agent.put(f"/promises/{first}/due", json=moved))
    done(agent.put(f"/promises/{first}/outcome", json={"outcome": "broken", "because": "She left"}))
    order = done(agent.post("/orders", json={"customer_id": company.customer, "number": "K-1"}))["id"]
    made = {"customer_id": company.customer, "order_id": order, "text": "It comes", "due_at": "2100-01-01T00:00:00Z"}
    done(agent.post("/promises", json=made | {"delivery": True}), customer)
    # When
    mine = read(customer, "/me/promises")
    with client(api, company.auditor) as auditor:
        ledger = read(auditor, f"/customers/{company.customer}/promises")["promises"]
    # Then
    of_the_company = {"customer_id", "made_by", "made_by_kind", "ended_by", "by", "signal_id", "area"}

    def without(value: Any) -> Any:
        match value:
            case dict():
                return {name: without(each) for name, each in value.items() if name not in of_the_company}
            case list():
                return [without(each) for each in value]
            case _:
                return value

    assert mine["promises"] == without(ledger)
    assert [each["because"] for each in mine["promises"][0]["revisions"]] == ["She is ill"]
    assert len(read(customer, "/me/promises", conversation_id=company.conversation)["promises"]) == 1
    fits_the_contract("read_my_promises", mine)
    # And their orders, parcel by parcel, without what colleagues wrote down
    bell = {"lines": [{"item": "bell", "count": 1}]}
    for step, said in (
        ("shipment", {"parcel": "p-1", "tracking": "PP 1", "occurred_at": "2026-01-05T10:00:00Z"}),
        ("shipment", {"parcel": "p-2"}),
        ("return", {"parcel": "p-1", "because": "She is never pleased"}),
        ("cancellation", bell | {"because": "She is cross"}),
    ):
        done(gateway.put(f"/orders/{order}/{step}", json=said), customer)
    orders = read(customer, "/me/orders")
    fits_the_contract("read_my_orders", orders)
    (kettle,) = orders["orders"]
    assert kettle["number"] == "K-1"
    came_back = [(each["number"], each["returned_at"] is not None) for each in kettle["parcels"]]
    assert came_back == [("p-1", True), ("p-2", False)]
    assert kettle["parcels"][0]["shipped_at"] == "2026-01-05T10:00:00+00:00"
    assert [each["lines"] for each in kettle["cancellations"]] == [bell["lines"]]
    assert "because" not in json.dumps(orders)


def test_the_record_has_all_of_it_and_is_never_held_whole(
    customer: httpx.Client, company: Company, executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given more than goes into several pages
    monkeypatch.setattr(customer_record, "PAGE", 10)
    for number in range(60):
        said = (ReceiveMessage, SendReply)[number % 2](body=f"said {number} " + "x" * 1000)
        conversations.act(executor, company.conversation, said, AGENT)
    # When
    customer.headers["At-Least"] = str(executor.log.position())
    with customer.stream("GET", "/me/record", headers={"Accept-Encoding": "identity"}) as answer:
        pieces = list(answer.iter_raw())
    # Then
    record = json.loads(b"".join(pieces))
    fits_the_contract("read_my_record", record)
    in_record = record["conversations"]
    assert [one["conversation"]["conversation_id"] for one in in_record] == [company.conversation]
    assert in_record[0]["lines"] == read(customer, f"/me/conversations/{company.conversation}", limit=500)["lines"]
    assert [line["text"].split(" x")[0] for line in in_record[0]["lines"][3:]] == [f"said {n}" for n in range(60)]
    assert record["contact"] == read(customer, "/me/contact")["contact"]
    assert "attachment" in answer.headers["Content-Disposition"]
    # and no more at once than a page of it
    assert max(map(len, pieces)) < 15_000 < len(b"".join(pieces))


def test_of_what_colleagues_do_they_see_only_that_it_is_closed_and_open_again(
    customer: httpx.Client, agent: httpx.Client, company: Company
) -> None:
    # Given
    mine, theirs = f"/me/conversations/{company.conversation}", f"/conversations/{company.conversation}"
    begun = len(read(customer, mine)["lines"])
    # When
    done(agent.post(f"{theirs}/notes", json={"body": "They are cross"}))
    done(agent.put(f"{theirs}/priority", json={"priority": "high"}))
    done(agent.put(f"{theirs}/status", json={"status": "on_hold"}))
    done(agent.put(f"{theirs}/status", json={"status": "resolved", "resolution": "It was a fuse"}))
    done(agent.put(f"{theirs}/status", json={"status": "waiting_on_customer"}), customer)
    # Then
    lines = read(customer, mine)["lines"][begun:]
    assert [(each["kind"], each["by"], each["what"], each["text"]) for each in lines] == [
        ("status", "company", "resolved", None),
        ("status", None, "open", None),
    ]


def test_a_customer_names_known_purposes_and_takes_back_any(api: str, company: Company) -> None:
    mine = f"/customers/{company.customer}/consents"
    with client(api, company.service) as gateway, client(api, company.customer) as customer:
        # Given a consent that a gateway recorded, to a purpose of another name
        assert gateway.put(mine, json={"purpose": "kiosk", "given": True}).is_success
        # Then the customer gives none to such a purpose, and takes back what there is
        assert customer.put(mine, json={"purpose": "kiosk", "given": True}).json()["code"] == "word-unknown"
        assert customer.put(mine, json={"purpose": "tombola", "given": False}).json()["code"] == "word-unknown"
        assert customer.put(mine, json={"purpose": "kiosk", "given": False}).is_success
