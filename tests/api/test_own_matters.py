"""A customer opens a matter over HTTP, and finds what was said; nothing of others, and nothing internal."""

from __future__ import annotations

from dataclasses import replace

import httpx

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddNote, SendReply
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.serving import Company, client


def test_a_customer_opens_a_matter_once_and_finds_what_was_said(
    api: str, agent: httpx.Client, company: Company, executor: CommandExecutor
) -> None:
    asked = {"kind": "complaint", "subject": "A lid", "body": "The wobbling lid of K-77 broke", "order_number": "K-77"}
    with client(api, company.customer) as customer:
        # When
        first, again = (
            customer.post("/me/conversations", json=asked, headers={"Idempotency-Key": "k"}).raise_for_status()
            for _ in range(2)
        )
        # Then
        assert first.json() == again.json()
        assert first.status_code == 201
        id = first.json()["id"]
        assert names(executor.log, id) == [
            "conversation.opened", "conversation.interaction-added", "conversation.message-received",
            "conversation.order-named",
        ]  # fmt: skip
        otherwise = customer.post(
            "/me/conversations", json=asked | {"order_number": "K-78"}, headers={"Idempotency-Key": "k"}
        )
        assert otherwise.json()["code"] == "idempotency-key-reused"
        # When it is talked about, also among colleagues
        conversations.act(executor, id, AddNote(body="The lid is known to wobble"), AGENT)
        last = conversations.act(executor, id, SendReply(body="A new lid is on its way"), AGENT)
        other = deliver(executor, replace(mail(7, "t7", "eve@example.org"), body="My lid wobbles too"), GATEWAY)
        customer.headers["At-Least"] = str(max(last.position, other.position))
        found = customer.get("/me/search", params={"words": "lid"}).raise_for_status().json()["found"]
        # Then
        assert sorted((each["kind"], each["by"] or "", each["conversation_id"]) for each in found) == [
            ("message", "company", id), ("message", "customer", id), ("subject", "", id),
        ]  # fmt: skip
        assert customer.get("/me/search", params={"words": "known"}).json()["found"] == []
        mine = customer.get("/me/conversations").json()["conversations"]
        assert [each["conversation_id"] for each in mine] == [id, company.conversation]
        item = agent.get(f"/conversations/{id}").json()["conversation"]
        assert (item["customer_id"], item["channel"], item["kinds"]) == (company.customer, "portal", ["complaint"])


def test_a_matter_is_about_ones_own_order_and_known_areas(
    api: str, company: Company, executor: CommandExecutor, agent: httpx.Client
) -> None:
    # Given an order of another customer
    other = executor.read(deliver(executor, mail(7, "t7", "eve@example.org"), GATEWAY).id).state.customer_id
    order = agent.post("/orders", json={"customer_id": other, "number": "K-1"}).raise_for_status().json()["id"]
    before = executor.log.position()
    with client(api, company.customer) as customer:
        for more, status, code in [
            ({"order_id": order}, 404, "not-found"),
            ({"order_id": "order-none"}, 404, "not-found"),
            ({"product_area": "a secret of mine"}, 422, "word-unknown"),
            ({"kind": "order"}, 422, "order-missing"),
            ({"customer_id": other}, 422, "input-invalid"),
            ({"priority": "urgent"}, 422, "input-invalid"),
            ({"channel": "a-secret"}, 422, "input-invalid"),
        ]:
            # When
            answer = customer.post("/me/conversations", json={"body": "Hello"} | more)
            # Then
            assert (answer.status_code, answer.json()["code"]) == (status, code), more
        assert executor.log.position() == before
        # And a number of another customer's order names no order of theirs
        named = customer.post("/me/conversations", json={"body": "Where is it?", "order_number": "K-1"})
        opened = executor.read(named.raise_for_status().json()["id"]).state
        assert opened.customer_id == company.customer
        assert order not in repr(opened)
