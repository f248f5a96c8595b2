"""By its signature, a gateway brings messages and reports of its own channels, however its posts to it fare."""

from __future__ import annotations

import httpx
import pytest

from commands import webhook as webhooks
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from consumers.inbound.dead_letters import DeadLetters
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageReceived
from domain.message import MESSAGE
from domain.webhook import ChangeWebhookState, DisabledBecause, RegisterWebhook
from infra.log.application import Log
from tests.api.test_webhook_inbound import MESSAGE as SAID
from tests.api.test_webhook_inbound import calling, keys, post, said, webhook  # noqa: F401
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.exactly_once import whole


def test_a_report_on_a_message_of_another_channel_is_a_dead_letter(
    calling: httpx.Client,  # noqa: F811
    executor: CommandExecutor,
    webhook: str,  # noqa: F811
) -> None:
    # Given a reply by mail, and gateways of the messenger and of mail
    conversation, reply = deliver(executor, mail(1), GATEWAY).id, SendReply(body="one")
    conversations.act(executor, conversation, reply, AGENT)
    there = RegisterWebhook(url="https://mail.example/antiphon", channels=("mail",))
    of_mail = webhooks.begin(executor, there, AGENT).id
    data = {"message_id": reply.message_id, "conversation_id": conversation, "state": "failed"}
    report = {"type": "antiphon.inbound.delivery.v1", "data": data}
    # When
    answer = post(calling, webhook, keys(executor, webhook), report)
    # Then
    assert answer.json() == {"fate": "dead", "code": "forbidden"}
    assert executor.read(MESSAGE, reply.message_id).state is None
    assert post(calling, of_mail, keys(executor, of_mail), report).json()["fate"] == "taken-in"
    # And one on a message that is nowhere says so
    nowhere = report | {"data": data | {"message_id": "message-01990000-0000-7000-8000-000000000001"}}
    assert post(calling, webhook, keys(executor, webhook), nowhere, "m2").json()["code"] == "not-found"


@pytest.mark.parametrize("because", ["asked", "gone", "given-up"])
def test_customers_are_heard_while_nothing_is_posted(
    calling: httpx.Client,  # noqa: F811
    executor: CommandExecutor,
    log: Log,
    webhook: str,  # noqa: F811
    because: DisabledBecause,
) -> None:
    webhooks.act(executor, webhook, ChangeWebhookState(state="disabled", because=because), AGENT)
    assert post(calling, webhook, keys(executor, webhook), SAID).json()["fate"] == "taken-in"
    assert said(log) == ["When will it come?"]


def test_a_message_without_an_id_is_named_by_its_post(
    calling: httpx.Client,  # noqa: F811
    executor: CommandExecutor,
    log: Log,
    webhook: str,  # noqa: F811
) -> None:
    data = {name: value for name, value in SAID["data"].items() if name != "message_id"}  # type: ignore[attr-defined]
    for id in ("m1", "m1", "m2"):
        for told in (data, data | {"message_id": None}):
            assert post(calling, webhook, keys(executor, webhook), SAID | {"data": told}, id).status_code == 202
    assert DeadLetters(executor).all() == []
    found = [each.event.channel_message_id for each in whole(log) if isinstance(each.event, MessageReceived)]
    assert found == ["m1", "m2"]
