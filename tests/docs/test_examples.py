"""The examples of gateways do what they say: each is run as a program, against a running API."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook as Signer

from commands import webhook as webhooks
from commands.conversation import handlers as conversations
from commands.executor.executor import CommandExecutor
from consumers.inbound.dead_letters import DeadLetters
from consumers.inbound.posted import PostedInbound
from consumers.webhooks.sender import Sender
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageReceived, MessageSent
from domain.message import MESSAGE, DeliveryState
from domain.webhook import RegisterWebhook
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from infra.views.projector import Projector
from infra.webhooks.posting import Poster
from projections.outbox import OUTBOX
from tests.support.api_process import free_port
from tests.support.companies import AGENT
from tests.support.endpoint import endpoint
from tests.support.exactly_once import whole
from tests.support.serving import PLAIN, served, token
from tests.support.waiting import wait_until

EXAMPLES = Path(__file__).parents[2] / "examples"

pytestmark = pytest.mark.processes


@pytest.fixture
def api(executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls) -> Iterator[str]:
    with (
        Host(log, projector, [Projector(OUTBOX)]),
        served(executor, database_urls, posted=PostedInbound(executor).take) as url,
    ):
        yield url


@contextmanager
def program(name: str, **environment: str) -> Iterator[str]:
    """An example that serves, at the URL that it prints."""
    running = subprocess.Popen(
        [sys.executable, "-u", EXAMPLES / name], env=os.environ | environment, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    try:
        yield running.stdout.readline().split()[-1]
    finally:
        running.kill()
        running.stdout.close()
        running.wait()


def calling(url: str) -> httpx.Client:
    """Whoever calls an example."""
    return httpx.Client(base_url=url, timeout=20, verify=PLAIN)


def customers_words(log: Log) -> list[tuple[str, str]]:
    """What customers said, with the conversation, in order."""
    found = ((each.originator_id, each.event) for each in whole(log))
    return [(id, event.body) for id, event in found if isinstance(event, MessageReceived)]


def replied(executor: CommandExecutor, id: str, body: str) -> str:
    """A reply: the message's id."""
    reply = SendReply(body=body)
    conversations.act(executor, id, reply, AGENT)
    return reply.message_id


def reached(executor: CommandExecutor, message_id: str, state: DeliveryState) -> Callable[[], bool]:
    """Whether the message is reported to have come so far."""

    def has() -> bool:
        known = executor.read(MESSAGE, message_id).state
        return known is not None and known.state == state

    return has


def test_a_visitor_of_the_chat_is_answered_and_nobody_else(
    api: str, executor: CommandExecutor, log: Log, tmp_path: Path
) -> None:
    given = {"API": api, "GATEWAY_TOKEN": token("service-chat"), "STATE": str(tmp_path / "chat"), "PORT": "0"}

    def heard(client: httpx.Client, after: int) -> Any:
        return client.get("/heard", params={"after": after}).raise_for_status().json()

    with program("chat/gateway.py", **given) as url, calling(url) as visitor, calling(url) as other:
        # Given the page, and the calls that its script makes
        assert '<script src="chat.js">' in visitor.get("/").raise_for_status().text
        script = visitor.get("/chat.js").raise_for_status().text
        assert all(
            call in script for call in ("fetch(`heard?after=${after}`)", 'fetch("said"', "{ id: ", "body: text }")
        )
        assert "innerHTML" not in script
        assert heard(visitor, 0) == []
        # When
        for _ in range(2):
            visitor.post("/said", json={"id": "1", "body": "<b>Is it on its way?</b>"}).raise_for_status()
        ((conversation, said),) = customers_words(log)
        message = replied(executor, conversation, "On Tuesday.")
        # Then both sides stand on the page, once
        wait_until(lambda: len(heard(visitor, 0)) == 2, 20, "the answer is there")
        first, second = heard(visitor, 0)
        assert (first["body"], first["ours"]) == (said, False) == ("<b>Is it on its way?</b>", False)
        assert (second["body"], second["ours"]) == ("On Tuesday.", True)
        wait_until(reached(executor, message, "sent"), 20, "it counts as sent")
        # And once the page shows the answer, it counts as delivered
        assert heard(visitor, second["number"]) == []
        wait_until(reached(executor, message, "delivered"), 20, "it counts as delivered")
        assert heard(other, 0) == []
        cookies = dict(visitor.cookies)
    # And a gateway that begins anew goes on
    with program("chat/gateway.py", **given) as url, calling(url) as visitor:
        visitor.cookies.update(cookies)
        replied(executor, conversation, "Or on Wednesday.")
        wait_until(lambda: len(heard(visitor, 0)) == 3, 20, "the next answer is there")
        assert [each["body"] for each in heard(visitor, first["number"])] == ["On Tuesday.", "Or on Wednesday."]


def test_a_messenger_brings_what_both_sides_say_once(
    api: str, executor: CommandExecutor, log: Log, projector: Database, tmp_path: Path
) -> None:
    port, secret = free_port(), b"the provider's secret"
    there = RegisterWebhook(url=f"http://127.0.0.1:{port}/antiphon", channels=("messenger",))
    webhook = webhooks.begin(executor, there, AGENT).id
    key = webhooks.keys(executor, webhooks.there(executor, webhook))[0].shown
    poster = Poster(private=True, seconds=10)

    def called_back(gateway: httpx.Client, told: Any, secret: bytes = secret) -> int:
        body = json.dumps(told).encode()
        signature = f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"
        return gateway.post("/provider", content=body, headers={"X-Signature": signature}).status_code

    with (
        endpoint() as provider,
        program(
            "messenger.py", API=api, WEBHOOK=webhook, WEBHOOK_KEY=key, PORT=str(port), STATE=str(tmp_path / "sent"),
            PROVIDER=provider.url, PROVIDER_SECRET=secret.decode(),
        ) as url,
        calling(url) as gateway,
        Sender(executor, projector, poster, schedule=(0.0,) * 5, claim_seconds=60, poll_seconds=0.1),
    ):  # fmt: skip
        # When a customer writes, and the provider tells it twice
        at = datetime.now(UTC).isoformat()
        wrote = {"id": "wamid.1", "from": "+49 30 901821", "name": "Ada", "text": "Is it on its way?", "at": at}
        assert [called_back(gateway, {"messages": [wrote]}) for _ in range(2)] == [204, 204]
        assert called_back(gateway, {"messages": [wrote | {"id": "wamid.2"}]}, b"guessed") == 401
        ((conversation, said),) = customers_words(log)
        assert said == "Is it on its way?"
        # And is answered, while the provider is away at first
        provider.answers = [(503, {})]
        message = replied(executor, conversation, "On Tuesday.")
        wait_until(reached(executor, message, "queued"), 20, "the gateway has it")
        sent = provider.posts[-1].said
        assert (sent["to"], sent["text"]) == ("+49 30 901821", "On Tuesday.")
        assert len(provider.posts) == 2
        # And the same post, once more, is dropped; one that is not signed is refused
        id, body, now = _posted(executor, webhook, message), json.dumps({"data": {}}), datetime.now(UTC)
        for signature, status in ((Signer(key).sign(id, now, body), 204), ("v1,AAAA", 401)):
            signed = {"webhook-id": id, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
            assert gateway.post("/antiphon", content=body, headers=signed).status_code == status
        assert len(provider.posts) == 2
        # Then the provider's reports show how far it has come
        assert called_back(gateway, {"statuses": [{"reference": sent["reference"], "status": "read"}]}) == 204
        assert reached(executor, message, "read")()
    assert DeadLetters(executor).all() == []


def _posted(executor: CommandExecutor, webhook: str, message_id: str) -> str:
    """The `webhook-id` of a reply."""
    for each in whole(executor.log):
        if isinstance(each.event, MessageSent) and each.event.message_id == message_id:
            return f"{each.envelope.event_id}_{webhook}"
    raise AssertionError


def test_a_call_is_noted_down_and_one_to_be_made_is_listed(api: str, executor: CommandExecutor, log: Log) -> None:
    environment = os.environ | {"API": api, "GATEWAY_TOKEN": token("service-phone")}

    def ran(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, str(EXAMPLES / "phone_notes.py"), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    # When
    note = ("note", "+49 30 901820", "Asks when the technician comes", "--name", "Ada", "--call", "call-1")
    assert ran(*note) == ran(*note)
    ((conversation, said),) = customers_words(log)
    assert said == "Asks when the technician comes"
    first, second = (replied(executor, conversation, body) for body in ("After six\x1b[2J.", "Or on Tuesday."))
    # Then
    wait_until(lambda: len(ran("list")[1].splitlines()) == 2, 20, "both are listed")
    assert ran("list") == (
        0,
        f"{first} +49 30 901820 Ada: After six [2J.\n{second} +49 30 901820 Ada: Or on Tuesday.\n",
    )
    assert ran("done", first) == (0, "")
    assert ran("failed", second, "--code", "no-answer") == (0, "")
    assert reached(executor, first, "delivered")()
    assert reached(executor, second, "failed")()
    wait_until(lambda: ran("list") == (0, ""), 20, "the list is empty")
    status, why = ran("done", first)
    assert (status, why) == (1, f"not done: {first} is not in the list\n")
