"""A gateway that asks for what leaves gets each message in order, until it reports that it has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from commands.conversation import handlers as conversations
from commands.conversation import outbound, removing
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.conversation.removing import RemoveMessage
from domain.service import Services
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import erase
from tests.support.serving import Company, client, served


@pytest.fixture
def gateway(api: str, company: Company) -> Iterator[httpx.Client]:
    with client(api, company.service) as gateway:
        yield gateway


def said(executor: CommandExecutor, number: int, *bodies: str) -> str:
    """A mail of a thread of its own, and replies to it: the conversation's id."""
    id = deliver(executor, mail(10 + number, f"matter {number}", f"ada{number}@example.org"), GATEWAY).id
    for body in bodies:
        conversations.act(executor, id, SendReply(body=body), AGENT)
    return id


def listed(gateway: httpx.Client, log: Log, after: int = 0, **more: Any) -> Any:
    """A page of the outbox that holds all that was recorded by now."""
    query = {"channel": "mail", "after": after, **more}
    return gateway.get("/outbox", params=query, headers={"At-Least": str(log.position())}).raise_for_status().json()


def test_what_leaves_is_listed_in_order_until_it_is_reported(
    gateway: httpx.Client, executor: CommandExecutor, log: Log
) -> None:
    # Given
    start = log.position()
    kettle, toaster = said(executor, 1, "one", "two"), said(executor, 2, "three")
    # When
    page = listed(gateway, log, start)
    # Then
    assert [(each["body"], each["conversation_id"]) for each in page["messages"]] == [
        ("one", kettle), ("two", kettle), ("three", toaster),
    ]  # fmt: skip
    assert listed(gateway, log, start) == page, "asked again, the same comes again, with the same ids"
    first = page["messages"][0]
    assert first["to"] == {"kind": "mail", "value": "ada1@example.org", "name": "Ada"}
    # When the gateway has taken the first, and could not send the second
    for each, state in zip(page["messages"], ({"state": "queued"}, {"state": "failed", "code": "full"}), strict=False):
        report = {"conversation_id": each["conversation_id"], **state}
        gateway.put(f"/messages/{each['message_id']}/delivery", json=report).raise_for_status()
    # Then
    assert [each["body"] for each in listed(gateway, log, start)["messages"]] == ["three"]
    (failed,) = listed(gateway, log, start, state="failed")["messages"]
    assert (failed["body"], failed["state"], failed["code"]) == ("two", "failed", "full")
    assert [each["state"] for each in listed(gateway, log, start, state="any")["messages"]] == [
        "queued",
        "failed",
        None,
    ]


def test_pages_are_bounded_and_leave_nothing_out(
    gateway: httpx.Client, executor: CommandExecutor, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    start = log.position()
    said(executor, 1, *(f"word {number}" * 100 for number in range(7)))
    for most in (outbound.MOST_BYTES, 2_000):
        monkeypatch.setattr(outbound, "MOST_BYTES", most)
        # When
        after, found, pages = start, [], 0
        while (page := listed(gateway, log, after, limit=3))["more"] or page["messages"]:
            assert len(page["messages"]) <= 3
            assert sum(len(each["body"]) for each in page["messages"]) <= most
            found += [each["body"][:6] for each in page["messages"]]
            after, pages = page["after"], pages + 1
        # Then
        assert found == [f"word {number}" for number in range(7)]
        assert pages >= 3


def test_what_was_reported_afterwards_or_is_gone_is_not_listed(
    gateway: httpx.Client, executor: CommandExecutor, log: Log
) -> None:
    # Given
    start = log.position()
    told = said(executor, 1)
    conversations.act(executor, told, SendReply(body="told"), replace(GATEWAY, occurred_at=executor.clock()))
    forgotten = said(executor, 2, "for who is forgotten")
    taken_out = said(executor, 3)
    reply = SendReply(body="taken out")
    conversations.act(executor, taken_out, reply, AGENT)
    said(executor, 4, "stays")
    assert len(listed(gateway, log, start)["messages"]) == 3
    # When
    erase(executor, executor.read(forgotten).state.customer_id, AGENT)
    removing.remove(
        executor, taken_out, RemoveMessage(message_id=reply.message_id), replace(AGENT, reason="a slip"),
        expected_version=None,
    )  # fmt: skip
    # Then
    for state in ("waiting", "any"):
        assert [each["body"] for each in listed(gateway, log, start, state=state)["messages"]] == ["stays"]


def test_a_gateway_of_one_channel_sees_no_other(executor: CommandExecutor, database_urls: Urls) -> None:
    services = Services.of(["service-mail=deliver:mail", "service-reads=read"])
    with served(executor, database_urls, services=services) as url:
        codes = {}
        for who, channel in (("service-mail", "chat"), ("service-reads", "mail"), ("service-mail", "no channel")):
            with client(url, who) as caller:
                codes[who, channel] = caller.get("/outbox", params={"channel": channel, "after": 0}).json()["code"]
    assert set(codes.values()) == {"forbidden", "input-invalid"}
    assert codes["service-mail", "no channel"] == "input-invalid"
