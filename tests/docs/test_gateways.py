"""Gateways as their page tells them: every snippet runs, in order, against a running API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import webhook as webhooks
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, SentContact, deliver
from commands.executor.executor import CommandExecutor
from consumers.inbound.posted import PostedInbound
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageReceived
from domain.webhook import RegisterWebhook
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host, wait_until_reached
from infra.views.projector import Projector
from projections.catalogue import VIEWS
from projections.outbox import OUTBOX
from tests.support.companies import AGENT, GATEWAY
from tests.support.exactly_once import whole
from tests.support.serving import served, token

PAGE = Path(__file__).parents[2] / "docs" / "gateways.md"


@pytest.fixture
def api(executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls) -> Iterator[str]:
    with (
        Host(log, projector, [Projector(view) for view in VIEWS]),
        served(executor, database_urls, posted=PostedInbound(executor).take) as url,
    ):
        yield url


def test_every_snippet_of_the_page_runs(
    api: str,
    executor: CommandExecutor,
    log: Log,
    projector: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given an answer over the phone that waits
    said = Delivery("phone", "call-1", SentContact("phone", "+49 30 901820", "Ada"), "When will it come?", None)
    id = deliver(executor, said, GATEWAY).id
    conversations.act(executor, id, SendReply(body="On Tuesday.", channel="phone"), AGENT)
    assert wait_until_reached(projector, [(OUTBOX.name, OUTBOX.version)], log.position(), 20)
    monkeypatch.setenv("API", api)
    monkeypatch.setenv("GATEWAY_TOKEN", token("service-phone"))
    there = RegisterWebhook(url="https://gateway.example/antiphon", channels=("messenger",))
    webhook = webhooks.begin(executor, there, AGENT).id
    monkeypatch.setenv("WEBHOOK", webhook)
    monkeypatch.setenv("WEBHOOK_KEY", webhooks.keys(executor, webhooks.there(executor, webhook))[0].shown)
    # When
    known: dict[str, Any] = {}
    for text in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL):
        exec(compile(text, f"{PAGE.name}: {text[:40]!r}", "exec"), known)
    # Then
    (sent,) = known["sent"]
    assert (sent["body"], sent["conversation_id"], sent["to"]["value"]) == ("On Tuesday.", id, "+49 30 901820")
    asked = [each.event.body for each in whole(log) if isinstance(each.event, MessageReceived)]
    assert asked.count("Is it on its way?") == 1
