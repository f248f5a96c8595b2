"""What a gateway posts to us is taken in by its signature, once; what cannot be taken in waits for a person."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from commands import webhook as webhooks
from commands.executor.executor import CommandExecutor
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.posted import PostedInbound
from domain.conversation.events import MessageReceived
from domain.webhook import RegisterWebhook, RetireWebhookKey, RotateWebhookKey
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.webhooks.signing import WebhookKey, headers
from tests.support.companies import AGENT
from tests.support.exactly_once import whole
from tests.support.serving import client, served

MESSAGE = {
    "type": "antiphon.inbound.message.v1",
    "timestamp": "2026-01-31T23:59:59Z",
    "data": {"channel": "messenger", "message_id": "w1", "contact": {"kind": "phone", "value": "+49 30 901820"},
             "body": "When will it come?"},
}  # fmt: skip


@pytest.fixture
def webhook(executor: CommandExecutor) -> str:
    there = RegisterWebhook(url="https://gateway.example/antiphon", channels=("messenger",))
    return webhooks.begin(executor, there, AGENT).id


@pytest.fixture
def calling(executor: CommandExecutor, database_urls: Urls) -> Iterator[httpx.Client]:
    with served(executor, database_urls, posted=PostedInbound(executor).take) as url, client(url, None) as calling:
        yield calling


def post(
    calling: httpx.Client, webhook: str, keys: list[WebhookKey], body: Any, id: str = "m1", at: float | None = None
) -> httpx.Response:
    """A post, signed with these keys."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = headers(keys, id, int(time.time() if at is None else at), raw)
    return calling.post(f"/webhooks/{webhook}/inbound", content=raw, headers=signed)


def keys(executor: CommandExecutor, webhook: str) -> list[WebhookKey]:
    return webhooks.keys(executor, webhooks.there(executor, webhook))


def said(log: Log) -> list[str]:
    return [each.event.body for each in whole(log) if isinstance(each.event, MessageReceived)]


def test_a_signed_message_is_taken_in_once(
    calling: httpx.Client, executor: CommandExecutor, log: Log, webhook: str
) -> None:
    for _ in range(3):
        answer = post(calling, webhook, keys(executor, webhook), MESSAGE)
        assert (answer.status_code, answer.json()) == (202, {"fate": "taken-in", "code": None})
    assert said(log) == ["When will it come?"]
    assert DeadLetters(executor).all() == []


def test_what_is_signed_wrongly_or_late_is_refused(
    calling: httpx.Client, executor: CommandExecutor, log: Log, webhook: str
) -> None:
    # Given
    right = keys(executor, webhook)
    other = [WebhookKey("hmac", bytes(32))]
    webhooks.act(executor, webhook, RotateWebhookKey(), AGENT)
    webhooks.act(executor, webhook, RetireWebhookKey(), AGENT)
    new = keys(executor, webhook)
    # When
    answers = [
        post(calling, webhook, other, MESSAGE),
        post(calling, webhook, right, MESSAGE),  # retired
        post(calling, webhook, new, MESSAGE, at=time.time() - 1_000),
        post(calling, "webhook-0199c5a0-0000-7000-8000-000000000000", new, MESSAGE),
        calling.post(f"/webhooks/{webhook}/inbound", json=MESSAGE),
    ]
    # Then
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(401, "signature-invalid")] * 5
    assert said(log) == []
    assert post(calling, webhook, new, MESSAGE).status_code == 202


def told(**fields: Any) -> bytes:
    """A message with these fields, as JSON in ASCII."""
    return json.dumps(MESSAGE | {"data": MESSAGE["data"] | fields}).encode()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("body", "fate"),
    [
        (told(body="half a sign: \ud800"), "taken-in"),
        (told(subject="\udfff", thread="\ud800"), "taken-in"),
        (told(order_number=10**400), "taken-in"),
        (told(product_area=1e308), "taken-in"),
        (told(subject=json.loads("[" * 300 + "]" * 300)), "taken-in"),
        (told(message_id="\ud800"), "taken-in"),
        (json.dumps(MESSAGE | {"type": "\ud800"}).encode(), "dead"),
        (b'{"type": "antiphon.inbound.message.v1", "data": ' + b"[" * 900 + b"]" * 900 + b"}", "dead"),
        (b'{"type": "antiphon.inbound.message.v1", "data": {"a":' * 150 + b"1" + b"}}" * 150, "dead"),
        (b"\xff\xfe", "dead"),
    ],
)
def test_whatever_form_a_post_has_it_is_taken_in_or_kept(
    calling: httpx.Client, executor: CommandExecutor, webhook: str, body: bytes, fate: str
) -> None:
    answer = post(calling, webhook, keys(executor, webhook), body)
    assert (answer.status_code, answer.json()["fate"]) == (202, fate), answer.text
    assert len(DeadLetters(executor).all()) == (fate == "dead")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"no JSON", "type-unknown"),
        ({"type": "somebody.elses.v1", "data": {}}, "type-unknown"),
        (MESSAGE | {"data": MESSAGE["data"] | {"odd": 1}}, "input-invalid"),  # type: ignore[operator]
        (MESSAGE | {"data": MESSAGE["data"] | {"channel": "mail"}}, "forbidden"),  # type: ignore[operator]
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_becomes_one_dead_letter(
    calling: httpx.Client, executor: CommandExecutor, log: Log, webhook: str, body: Any, code: str
) -> None:
    for _ in range(2):
        answer = post(calling, webhook, keys(executor, webhook), body)
        assert (answer.status_code, answer.json()) == (202, {"fate": "dead", "code": code})
    (letter,) = DeadLetters(executor).all()
    assert letter.code == code
    assert said(log) == []
